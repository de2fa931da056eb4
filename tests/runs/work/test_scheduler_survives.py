"""What may go wrong around a scheduler: no start of a worker, a locked store, a fault in a turn. Training goes on."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from genlab.runs import Store
from genlab.runs.trouble import StoreTrouble
from genlab.runs.work import scheduler as scheduler_module
from genlab.runs.work.hot import HotRuns
from genlab.runs.work.scheduler import Scheduler

Until = Callable[..., None]
ENDLESS: dict[str, Any] = {"likelihood": "gaussian", "latents": 2, "hidden": 32, "steps": 1_000_000}


class Here(Executor):
    """A worker in this process: what it is given is made at once."""

    def __init__(self, store: Store) -> None:
        self.hot = HotRuns(store)

    def submit(self, fn: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            if fn is scheduler_module.run_slice:
                _url, run_id, _seconds, save, _threads = arguments
                self.hot.advance(run_id, 0.01, save)
            future.set_result(1)
        except Exception as error:
            future.set_exception(error)
        return future


class Failing:
    """A way to make workers that fails so many times, or until it is told to work."""

    def __init__(self, store: Store, times: float, error: Exception) -> None:
        self.store, self.times, self.error, self.made = store, times, error, 0

    def __call__(self) -> Executor:
        self.made += 1
        if self.made <= self.times:
            raise self.error
        return Here(self.store)


@pytest.fixture
def scheduler(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scheduler]:
    """One with two workers in this process and no long pauses."""
    monkeypatch.setattr("genlab.runs.work.pauses.FIRST_SECONDS", 0.02)
    made = Scheduler(store, workers=2)
    for lane in made.lanes:
        lane.make = lambda: Here(store)
        lane.starts.longest = 0.05
    made.asks.longest = 0.05
    yield made
    made.stop()


def begin(store: Store, scheduler: Scheduler) -> str:
    """A run that trains without end."""
    run_id = store.create("ada", "vae", "ring8", ENDLESS).id
    scheduler.start()
    return run_id


def rises(store: Store, run_id: str, until: Until) -> None:
    """The run trains."""
    before = store.get(run_id).step
    until(lambda: store.get(run_id).step > before)
    assert store.get(run_id).state == "running"


@pytest.mark.parametrize("error", [OSError(12, "Cannot allocate memory"), MemoryError(), RuntimeError("no")])
def test_starts_that_fail_end_nothing_and_are_said(
    store: Store, scheduler: Scheduler, until: Until, error: Exception
) -> None:
    makers = [Failing(store, float("inf"), error) for _ in scheduler.lanes]
    for lane, make in zip(scheduler.lanes, makers, strict=True):
        lane.make = make
    run_id = begin(store, scheduler)
    until(lambda: makers[0].made > 4)
    assert (store.get(run_id).state, store.get(run_id).step) == ("running", 0), "no fault of the run"
    assert scheduler.standstill() == "no_worker"
    makers[0].times = makers[1].times = 0
    rises(store, run_id, until)
    until(lambda: scheduler.standstill() is None)


def test_a_lane_that_cannot_start_leaves_its_runs_to_the_other(
    store: Store, scheduler: Scheduler, until: Until
) -> None:
    broken = scheduler.lanes[0].make = Failing(store, float("inf"), OSError(11, "Resource temporarily unavailable"))
    runs = [begin(store, scheduler) for _ in range(3)]
    until(lambda: broken.made > 1)
    for run_id in runs:
        rises(store, run_id, until)
    assert scheduler.standstill() is None
    broken.times = 0
    until(lambda: scheduler.lanes[0].runs)
    for run_id in runs:
        rises(store, run_id, until)


def test_a_worker_that_dies_while_it_starts_is_no_fault_of_a_run(
    store: Store, scheduler: Scheduler, until: Until
) -> None:
    class Dying(Here):
        def submit(self, fn: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
            future = super().submit(fn, *arguments, **named)
            if fn is not scheduler_module.run_slice:
                future = Future()
                future.set_exception(MemoryError())
            return future

    for lane in scheduler.lanes:
        lane.make = lambda: Dying(store)
    run_id = begin(store, scheduler)
    until(lambda: all(lane.starts.failures > 4 for lane in scheduler.lanes))
    assert store.get(run_id).state == "running"
    assert scheduler.standstill() == "no_worker"


class Faulty:
    """What a method is while something is wrong with it: it fails so many times, then does what it did."""

    def __init__(self, owner: Any, name: str, error: BaseException, times: int) -> None:
        self.real, self.error, self.times, self.__name__ = getattr(owner, name), error, times, name
        setattr(owner, name, self)

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        if self.times > 0:
            self.times -= 1
            raise self.error
        return self.real(*arguments, **named)


@pytest.mark.parametrize(
    ("owner", "name"),
    [("store", "runnable"), ("turns", "assign"), ("turns", "rebalance"), ("turns", "next"), ("turns", "took"),
     ("lane", "look"), ("lane", "start")],
)  # fmt: skip
def test_a_fault_in_any_part_of_a_turn_ends_nothing(
    store: Store, scheduler: Scheduler, until: Until, owner: str, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    owners = scheduler.lanes if owner == "lane" else [getattr(scheduler, owner)]
    faults = [Faulty(one, name, KeyError(name), 5) for one in owners]
    run_id = begin(store, scheduler)
    until(lambda: faults[0].times == 0)
    rises(store, run_id, until)
    assert caplog.text.count("Traceback") <= len(scheduler.lanes), "said once, not at every turn"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # that it dies is meant
def test_a_thread_that_dies_is_started_again(
    store: Store, scheduler: Scheduler, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = begin(store, scheduler)
    rises(store, run_id, until)
    fault = Faulty(scheduler.turns, "assign", SystemExit(), 1)
    until(lambda: fault.times == 0)
    rises(store, run_id, until)

    (thread,) = [one for one in threading.enumerate() if one.name == "genlab-scheduler"]
    with monkeypatch.context() as patch:
        patch.setattr(scheduler_module.log, "exception", Mock(side_effect=SystemExit))  # nor can it say what it met
        fault.times = 1
        until(lambda: not thread.is_alive())
    scheduler.wake()
    rises(store, run_id, until)


def test_a_locked_store_is_waited_for_and_said(
    store: Store, scheduler: Scheduler, until: Until, tmp_path: Path
) -> None:
    run_id = begin(store, scheduler)
    rises(store, run_id, until)
    other = sqlite3.connect(str(store.engine.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    until(lambda: scheduler.standstill() == "busy")
    until(lambda: scheduler.asks.failures > 2)
    assert (store.get(run_id).state, store.get(run_id).error) == ("running", None)
    other.execute("ROLLBACK")
    other.close()
    rises(store, run_id, until)
    until(lambda: scheduler.standstill() is None)

    home = tmp_path.rename(tmp_path.with_name("elsewhere"))
    until(lambda: scheduler.standstill() == "gone")
    with pytest.raises(StoreTrouble):
        store.get(run_id)
    home.rename(tmp_path)
    rises(store, run_id, until)


def test_only_a_run_whose_slices_kill_workers_is_failed(store: Store, scheduler: Scheduler, until: Until) -> None:
    class Deadly(Here):
        def submit(self, fn: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
            if fn is scheduler_module.run_slice and arguments[1] == deadly:
                future: Future[Any] = Future()
                future.set_exception(BrokenExecutor())
                return future
            return super().submit(fn, *arguments, **named)

    for lane in scheduler.lanes:
        lane.make = lambda: Deadly(store)
    deadly = store.create("ada", "vae", "ring8", ENDLESS).id
    run_id = begin(store, scheduler)
    until(lambda: store.get(deadly).state == "failed")
    assert store.get(deadly).error == "its worker process died 3 times; is there enough memory?"
    rises(store, run_id, until)
