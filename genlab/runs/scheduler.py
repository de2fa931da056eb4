"""The scheduler: hands every runnable run to a worker for a short slice, again and again, so that all of them move."""

from __future__ import annotations

import atexit
import logging
import threading
import time
from concurrent.futures import Executor, Future
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from genlab.data.home import home, make_folder
from genlab.runs.executors import MakeExecutor, end, lanes, worker_ended
from genlab.runs.record import RunError
from genlab.runs.store import Store
from genlab.runs.worker import prepare, run_slice

SLICE_SECONDS = 0.5
LOOK_SECONDS = 0.25
REBALANCE_SECONDS = 10.0
DEATHS_ALLOWED = 3

log = logging.getLogger(__name__)


@dataclass
class Lane:
    """One worker and the runs that it keeps hot; at most one slice of them is under way.

    pid: the worker's process, once a slice has come back from it.
    """

    make: MakeExecutor
    executor: Executor | None = None
    runs: set[str] = field(default_factory=set)
    slice: Future[int] | None = None
    run_id: str = ""
    began: float = 0.0
    pid: int | None = None

    def submit_to(self) -> Executor:
        """The lane's executor, made when it is first needed."""
        if self.executor is None:
            self.executor = self.make()
        return self.executor

    def discard(self) -> None:
        """Gives up an executor whose worker died."""
        if self.executor is not None:
            self.executor.shutdown(wait=False)
        self.executor = self.pid = None


class Scheduler:
    """Trains the runs of one store in a background thread, in worker processes.

    Of all schedulers of a store, in whatever processes, one works; the others wait and take over when it ends.
    workers: how many processes, by default one a core. No worker starts before there is something to do.
    """

    def __init__(self, store: Store, workers: int | None = None) -> None:
        self.store = store
        makers, self.threads = lanes(workers)
        self.lanes = [Lane(make) for make in makers]
        # Seconds of a worker that each run has had, on a common clock: the run that had least goes next.
        self.served: dict[str, float] = {}
        self.deaths: dict[str, int] = {}
        self.moving: dict[str, Lane] = {}
        self.rebalanced = time.monotonic()
        self.working = threading.Event()
        self._lock = FileLock(lock_path(store.url))
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._warm = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begins, in a daemon thread; runs that were being trained when the last scheduler ended go on."""
        if self._thread is None:
            self._stopping.clear()
            self._thread = threading.Thread(target=self._work, name="genlab-scheduler", daemon=True)
            self._thread.start()
            atexit.register(self.stop)

    def stop(self) -> None:
        """Lets the slices under way end, writes a checkpoint of each running run, and ends the workers."""
        if self._thread is not None:
            self._stopping.set()
            self._wake.set()
            self._thread.join()
            self._thread = None
            atexit.unregister(self.stop)

    def wake(self) -> None:
        """Makes the scheduler look at the store now: a click acts at once."""
        self._wake.set()

    def warm(self) -> None:
        """Starts the workers before they are needed, so that the first click need not wait for their imports."""
        self._warm.set()
        self._wake.set()

    def _work(self) -> None:
        if not self._have_lock():
            return
        try:
            self.working.set()
            while not self._stopping.is_set():
                busy = self._look_once()
                self._wake.wait(SLICE_SECONDS if busy else LOOK_SECONDS)
                self._wake.clear()
            self._save_all()
        finally:
            self.working.clear()
            for lane in self.lanes:
                if lane.executor is not None:
                    end(lane.executor)
                lane.executor = lane.pid = None
            self._lock.release()

    def _have_lock(self) -> bool:
        """Waits, quietly, until no other scheduler works on this store; False when stopped first."""
        while not self._stopping.is_set():
            with suppress(Timeout):
                self._lock.acquire(timeout=LOOK_SECONDS, poll_interval=LOOK_SECONDS / 2)
                return True
        return False

    def _look_once(self) -> bool:
        """One turn: takes what ended, reads what is to do, and fills the idle lanes. Whether all lanes are busy."""
        if self._warm.is_set():
            self._warm.clear()
            for lane in self.lanes:
                lane.submit_to().submit(prepare, self.threads)
        try:
            for lane in self.lanes:
                self._take_result(lane)
            self._assign(list(self.store.runnable()))
            for lane in self.lanes:
                if lane.slice is None and lane.runs:
                    run_id = min(lane.runs, key=lambda run_id: self.served[run_id])
                    self._submit(lane, run_id, save=run_id in self.moving)
        except SQLAlchemyError as error:
            # A database that is away for a moment (locked, restarted, full) must not end the scheduler.
            log.warning("the store does not answer: %s", error)
        return all(lane.slice is not None for lane in self.lanes)

    def _submit(self, lane: Lane, run_id: str, seconds: float = SLICE_SECONDS, save: bool = False) -> None:
        lane.run_id, lane.began = run_id, time.monotonic()
        arguments = (self.store.url, run_id, seconds, save, self.threads)
        try:
            lane.slice = lane.submit_to().submit(run_slice, *arguments)
        except RuntimeError as error:
            # Its worker died while it had nothing to do: a new one takes its place.
            if not worker_ended(error):
                raise
            lane.discard()
            lane.slice = lane.submit_to().submit(run_slice, *arguments)
        lane.slice.add_done_callback(lambda _: self._wake.set())

    def _take_result(self, lane: Lane) -> None:
        if lane.slice is None or not lane.slice.done():
            return
        run_id, slice_done = lane.run_id, lane.slice
        error, lane.slice = slice_done.exception(), None
        self.served[run_id] = self.served.get(run_id, 0.0) + time.monotonic() - lane.began
        if error is None:
            lane.pid = slice_done.result()
            self.deaths.pop(run_id, None)
            target = self.moving.pop(run_id, None)
            if target is not None and run_id in lane.runs:
                lane.runs.remove(run_id)
                target.runs.add(run_id)
        elif worker_ended(error):
            lane.discard()
            self.deaths[run_id] = self.deaths.get(run_id, 0) + 1
            if self.deaths[run_id] >= DEATHS_ALLOWED:
                self._fail(run_id, f"its worker process died {DEATHS_ALLOWED} times; is there enough memory?")
        else:
            log.error("run %s: %r", run_id, error, exc_info=error)
            self._fail(run_id, f"a fault in the program: {type(error).__name__}: {error}")

    def _fail(self, run_id: str, sentence: str) -> None:
        self.deaths.pop(run_id, None)
        with suppress(RunError):
            self.store.fail(run_id, sentence)

    def _assign(self, runnable: list[str]) -> None:
        """Gives new runs to the shortest lanes, forgets those that need nothing, and keeps the shares equal."""
        wanted = set(runnable)
        for lane in self.lanes:
            lane.runs &= wanted
        self.moving = {run_id: lane for run_id, lane in self.moving.items() if run_id in wanted}
        placed = {run_id for lane in self.lanes for run_id in lane.runs}
        level = min((self.served[run_id] for run_id in placed), default=0.0)
        for run_id in runnable:
            if run_id not in placed:
                # A newcomer starts level with the others; from 0 it would have its lane to itself for long.
                self.served[run_id] = max(self.served.get(run_id, 0.0), level)
                home_lane = next((lane for lane in self.lanes if lane.slice and lane.run_id == run_id), None)
                (home_lane or min(self.lanes, key=lambda lane: len(lane.runs))).runs.add(run_id)
        self._rebalance()

    def _rebalance(self) -> None:
        """Now and then moves a run from the longest lane to the shortest; at once where a lane has none at all.

        It is the run that has had most: one that had less than its share stays, on the lane that grows shorter.
        """
        shortest = min(self.lanes, key=lambda lane: len(lane.runs))
        longest = max(self.lanes, key=lambda lane: len(lane.runs))
        due = time.monotonic() - self.rebalanced >= REBALANCE_SECONDS
        if self.moving or len(longest.runs) < 2 or len(longest.runs) == len(shortest.runs):
            return
        if due or not shortest.runs:
            self.rebalanced = time.monotonic()
            self.moving[max(longest.runs, key=lambda run_id: self.served[run_id])] = shortest

    def _save_all(self) -> None:
        """Waits for the slices under way, then has a checkpoint written of each run that has gone on since its last."""
        with suppress(SQLAlchemyError):
            for lane in self.lanes:
                self._await_result(lane)
            for lane in self.lanes:
                for run_id in sorted(lane.runs):
                    with suppress(RunError):
                        run = self.store.get(run_id)
                        if run.saved_step != run.step:
                            self._submit(lane, run_id, seconds=0.0, save=True)
                            self._await_result(lane)

    def _await_result(self, lane: Lane) -> None:
        if lane.slice is not None:
            lane.slice.exception()
            self._take_result(lane)


def lock_path(url: str) -> Path:
    """The file that one scheduler of the store holds: beside an SQLite file, else in GENLAB_HOME."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        return Path(parsed.database).with_suffix(".scheduler.lock")
    make_folder(home())
    return home() / f"{sha256(url.encode()).hexdigest()[:16]}.scheduler.lock"
