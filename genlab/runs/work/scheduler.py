"""The scheduler: hands every runnable run to a worker for a short slice, again and again, so that all of them move."""

from __future__ import annotations

import atexit
import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import suppress
from typing import Any

from genlab.locale import N_
from genlab.runs.limits import runs_per_owner
from genlab.runs.store.record import RunError, Wanted
from genlab.runs.store.store import Store
from genlab.runs.trouble import Kind, Standstill, StoreTrouble
from genlab.runs.work.alone import alone
from genlab.runs.work.cluster import ClusterLost
from genlab.runs.work.executors import end, lanes, on_cluster, worker_ended
from genlab.runs.work.lanes import Lane, error_of
from genlab.runs.work.line import admitted
from genlab.runs.work.pauses import Pauses, Seldom
from genlab.runs.work.turns import LONGEST_SLICE, Turns, slice_seconds
from genlab.runs.work.worker import HOT_RUNS, run_slice

LOOK_SECONDS = 0.25
DEATHS_ALLOWED = 3
# A store in trouble is asked again after half a second, a second, ... at most so many.
LONGEST_PAUSE = 5.0
# A fault that has let no slice through for so long is said on the pages.
FAULT_SECONDS = 3.0
# The first turn of a worker takes so long, with its imports, on a slow machine.
LONGEST_TURN = 20.0
# A server that is told to end has to within seconds.
SAVE_SECONDS = 3.0

log = logging.getLogger(__name__)


class Scheduler:
    """Trains the runs of one store in a background thread, in worker processes.

    Of all schedulers of a store, in whatever processes, one works; the others wait and take over when it ends.
    workers: how many processes, by default one a core. No worker starts before there is something to do. Whatever goes
    wrong in a turn (a store that is away, a worker that cannot be started, a fault), the next turn tries again.
    """

    def __init__(self, store: Store, workers: int | None = None) -> None:
        self.store = store
        makers, self.threads = lanes(workers)
        self.lanes = [Lane(make, self.threads) for make in makers]
        self.per_owner = runs_per_owner()
        self.wanted: Sequence[str] = ()
        # The place in line, from 1, of each run that would train and may not yet.
        self.places: dict[str, int] = {}
        self.admitted: Sequence[Wanted] = ()
        self.turns = Turns(self.lanes)
        self.deaths: dict[str, int] = {}
        self.progressed = time.monotonic()
        self.trouble: Kind | None = None
        self.faults: dict[tuple[object, ...], str] = {}
        self.asks, self.reads = Pauses(LONGEST_PAUSE), Seldom()
        self.working, self._stopping = threading.Event(), threading.Event()
        self._alone = alone(store.url, store.engine)
        # A turn is due; so is a look at what is to do, because somebody has changed it.
        self._wake, self._asked = threading.Event(), threading.Event()
        self._warm = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begins, in a daemon thread; runs that were being trained when the last scheduler ended go on."""
        with self._starting:
            if self._thread is None:
                self._stopping.clear()
                atexit.register(self.stop)
                self._begin()

    def stop(self) -> None:
        """Lets the slices under way end, writes a checkpoint of each running run, and ends the workers."""
        with self._starting:
            if self._thread is not None:
                self._stopping.set()
                self._wake.set()
                self._thread.join()
                self._thread = None
                atexit.unregister(self.stop)

    def wake(self) -> None:
        """Makes the scheduler look at the store now: a click acts at once."""
        self._revive()
        self._asked.set()
        self._wake.set()

    def warm(self) -> None:
        """Starts the workers before they are needed, so that the first click need not wait for their imports."""
        self._warm.set()
        self.wake()

    def standstill(self) -> Standstill | None:
        """Why runs that should train do not; None where nothing is in their way."""
        self._revive()
        if not self.wanted:
            return None
        if self.trouble is not None:
            return self.trouble
        if not any(lane.usable for lane in self.lanes):
            return "no_cluster" if on_cluster() else "no_worker"
        waits = time.monotonic() - self.progressed
        return "fault" if self.faults and waits > FAULT_SECONDS else None

    def _begin(self) -> None:
        self._thread = threading.Thread(target=self._live, name="genlab-scheduler", daemon=True)
        self._thread.start()

    def _revive(self) -> None:
        """Starts the thread again where it has died: nobody's training may end with it."""
        with self._starting:
            if self._thread is not None and not self._thread.is_alive() and not self._stopping.is_set():
                log.error("the scheduler's thread has died; it is started again")
                self._begin()

    def _live(self) -> None:
        pauses = Pauses(LONGEST_PAUSE)
        while not self._stopping.is_set():
            try:
                self._work()
            except BaseException:  # even an exit: it would be that of this thread alone, and of all training
                log.exception("the scheduler stumbles; it begins anew")
                pauses.failed()
                self._stopping.wait(pauses.until - time.monotonic())

    def _work(self) -> None:
        if not self._have_lock():
            return
        try:
            self.working.set()
            while not self._stopping.is_set() and self._alone.held():
                busy = self._look_once()
                self._wake.wait(LONGEST_SLICE if busy else LOOK_SECONDS)
                self._wake.clear()
            if self._stopping.is_set():  # else others train them by now
                self._save_all()
        finally:
            self.working.clear()
            for lane in self.lanes:
                if lane.executor is not None:
                    end(lane.executor)
                lane.forget()
            self._alone.give_back()

    def _have_lock(self) -> bool:
        """Waits, quietly, until no other scheduler works on this store; False when stopped first."""
        while not self._stopping.is_set():
            with suppress(StoreTrouble):
                if self._alone.take():
                    return True
            self._stopping.wait(LOOK_SECONDS)
        return False

    def _look_once(self) -> bool:
        """One turn: takes what ended, reads what is to do, and fills the idle lanes. Whether all lanes are busy."""
        for lane in self.lanes:
            self._try(lane.look)
            self._try(self._take_result, lane)
        if self._asked.is_set() or self.reads.over:
            self._asked.clear()
            with self.reads:
                self._try(self._read)
        self._try(self._assign)
        self._try(self.turns.rebalance)
        for lane in self.lanes:
            self._try(self._start, lane)
            self._try(self._next_slice, lane)
        self._warm.clear()
        return all(lane.slice is not None for lane in self.lanes)

    def _try(self, part: Callable[..., None], *arguments: Any) -> None:
        """Does a part of a turn. What goes wrong in it ends neither the turn nor the scheduler."""
        name = getattr(part, "__name__", str(part))
        place = (name, *map(id, arguments))
        try:
            part(*arguments)
        except StoreTrouble as trouble:
            self._note(trouble)
        except Exception as error:
            if self.faults.get(place) != repr(error):  # once, and not four times a second
                log.exception("%s of the scheduler", name)
            self.faults[place] = repr(error)
        else:
            self.faults.pop(place, None)

    def _note(self, trouble: StoreTrouble) -> None:
        """Keeps in mind what the store suffers from, until a slice gets through."""
        if self.trouble != trouble.kind:
            log.warning("training waits for the store: %s", trouble.kind)
        self.trouble = trouble.kind
        self.asks.failed()

    def _read(self) -> None:
        self.wanted = self.store.runnable()
        present = {run_id for lane in self.lanes for run_id in lane.runs}
        # A worker that keeps fewer runs ready than it trains would load one anew at each turn.
        self.admitted, self.places = admitted(
            self.store.standing(self.wanted), present, self.per_owner, HOT_RUNS * len(self.lanes)
        )
        if not self.wanted:
            self.trouble = None

    def _start(self, lane: Lane) -> None:
        """Starts the lane's worker where one is needed; one that failed to start is tried as long as there is work."""
        if self._warm.is_set() or lane.runs or (self.wanted and not lane.usable):
            lane.start(self._wake.set)

    def _next_slice(self, lane: Lane) -> None:
        if lane.ready and lane.slice is None and lane.runs and self.asks.over:
            run_id = self.turns.next(lane)
            self.turns.begins(lane, run_id)
            self._submit(lane, run_id, slice_seconds(len(lane.runs)), save=run_id in self.turns.moving)

    def _submit(self, lane: Lane, run_id: str, seconds: float, save: bool = False) -> None:
        assert lane.executor is not None
        lane.run_id, lane.began = run_id, time.monotonic()
        try:
            lane.slice = lane.executor.submit(run_slice, self.store.url, run_id, seconds, save, self.threads)
        except BrokenExecutor:
            # Its worker died while it had nothing to do: a new one takes its place.
            lane.discard()
            lane.start(self._wake.set)
        except Exception as error:
            lane.start_failed(error)
        else:
            lane.slice.add_done_callback(lambda _: self._wake.set())

    def _take_result(self, lane: Lane) -> None:
        if lane.slice is None or not lane.slice.done():
            return
        run_id, slice_done = lane.run_id, lane.slice
        error, lane.slice = error_of(slice_done), None
        # A machine that slept meanwhile served nobody, and the run must not wait as long for its next turn.
        self.turns.took(run_id, min(time.monotonic() - lane.began, LONGEST_TURN))
        if error is None:
            self._succeeded(lane, run_id)
        elif isinstance(error, StoreTrouble) and error.passing:
            self._note(error)  # the worker has kept what it made
        elif isinstance(error, ClusterLost):  # no fault of the run, which is made again when there is one
            lane.discard()
            log.warning("the cluster is lost with run %s under way: %s", run_id, error)
        elif worker_ended(error):
            lane.discard()
            self.deaths[run_id] = self.deaths.get(run_id, 0) + 1
            log.warning("a worker died with run %s, for the %d. time: %r", run_id, self.deaths[run_id], error)
            if self.deaths[run_id] >= DEATHS_ALLOWED:
                self._fail(run_id, N_("its worker process died 3 times; is there enough memory?"))
        else:
            log.error("run %s: %r", run_id, error, exc_info=error)
            self._fail(run_id, N_("a fault in the program; the server's log says more"))

    def _succeeded(self, lane: Lane, run_id: str) -> None:
        self.trouble, self.progressed = None, time.monotonic()
        self.asks.worked()
        self.deaths.pop(run_id, None)
        self.turns.moved(lane, run_id)

    def _fail(self, run_id: str, sentence: str) -> None:
        with suppress(RunError):
            self.store.fail(run_id, sentence)
        self.deaths.pop(run_id, None)

    def _assign(self) -> None:
        self.turns.assign([run.id for run in self.admitted], {run.id: run.owner for run in self.admitted})

    def _save_all(self) -> None:
        """Waits for the slices under way, then has a checkpoint written of each run that has gone on since its last,
        as long as there is time: what is not saved is made again from its last checkpoint, to the same numbers."""
        for lane in self.lanes:
            self._try(self._await_result, lane)
        unsaved, until = [sorted(lane.runs) for lane in self.lanes], time.monotonic() + SAVE_SECONDS
        while any(unsaved) and self.trouble is None and time.monotonic() < until:
            for lane, run_ids in zip(self.lanes, unsaved, strict=True):
                self._try(self._save_next, lane, run_ids)
            for lane in self.lanes:
                self._try(self._await_result, lane)

    def _save_next(self, lane: Lane, run_ids: list[str]) -> None:
        """Begins to save the last of these runs that is not saved yet, and drops it and those that are."""
        while run_ids:
            run_id = run_ids.pop()
            with suppress(RunError):
                run = self.store.get(run_id)
                if lane.ready and run.saved_step != run.step:
                    self._submit(lane, run_id, seconds=0.0, save=True)
                    return

    def _await_result(self, lane: Lane) -> None:
        if lane.slice is not None:
            error_of(lane.slice)
            self._take_result(lane)
