"""What keeps a store from its work while runs train is said, and what they become is the same, bit for bit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from runs.harm import file_of, full, locked
from sqlalchemy import event

from genlab.runs import Store
from genlab.runs.store import rows
from genlab.runs.work.hot import HotRuns
from genlab.runs.work.scheduler import Scheduler
from genlab.runs.work.worker import run_slice

pytestmark = pytest.mark.usefixtures("impatient", "few_samples")

SETTINGS: dict[str, Any] = {"likelihood": "gaussian", "latents": 2, "hidden": 32, "batch": 32, "steps": 100}
MIDDLE = 41  # at which no checkpoint is due


class Here(Executor):
    """A worker in this process, which trains no further than to the middle of a run before it may."""

    may = False

    def __init__(self, store: Store) -> None:
        self.hot = HotRuns(store)

    def make(self, run_id: str, save: bool) -> None:
        """A slice; in the middle one that does no more than to write."""
        if self.may or self.hot.store.get(run_id).step < MIDDLE:
            self.hot.advance(run_id, 0.5 if self.may else 0.0, save)
        else:
            self.hot.store.try_writing()

    def submit(self, fn: Callable[..., Any], /, *arguments: Any, **_: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            if fn is run_slice:
                self.make(arguments[1], arguments[3])
            future.set_result(1)
        except Exception as error:
            future.set_exception(error)
        return future


@pytest.fixture
def scheduler(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scheduler]:
    """One with a worker in this process and no long pauses."""
    monkeypatch.setattr("genlab.runs.work.pauses.FIRST_SECONDS", 0.02)
    monkeypatch.setattr(Here, "may", False)
    made = Scheduler(store, workers=1)
    made.lanes[0].make = lambda: Here(store)
    made.asks.longest = 0.05
    yield made
    made.stop()


@contextmanager
def read_only(store: Store) -> Iterator[None]:
    """A disk that the system has made read-only."""

    def forbid(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA query_only=ON")

    event.listen(store.engine, "connect", forbid)
    store.close()
    yield
    event.remove(store.engine, "connect", forbid)
    store.close()


@contextmanager
def damaged(store: Store) -> Iterator[None]:
    """Another file in the store's place, until its own is put back."""
    file = file_of(store)
    own = file.with_name("own")
    own.mkdir()
    # With what SQLite keeps beside it: that would mend another file as far as it can.
    parts = [part.rename(own / part.name) for part in file.parent.glob(f"{file.name}*")]
    file.write_bytes(b"no database " * 1000)
    yield
    for part in parts:
        part.replace(file.with_name(part.name))


@contextmanager
def deleted(store: Store) -> Iterator[None]:
    """A home that is gone, until it is put back."""
    home = file_of(store).parent
    elsewhere = home.rename(home.with_name("elsewhere"))
    yield
    elsewhere.rename(home)


HARM: dict[str, tuple[str, Callable[[Store], AbstractContextManager[None]]]] = {
    "locked": ("busy", locked),
    "full": ("full", full),
    "read-only": ("read_only", read_only),
    "damaged": ("foreign", damaged),
    "deleted": ("gone", deleted),
}


def begin(store: Store, scheduler: Scheduler, until: Callable[..., None]) -> str:
    """A run that trains."""
    run_id = store.create("ada", "vae", "ring8", SETTINGS).id
    scheduler.start()
    until(lambda: store.get(run_id).step > 10)
    return run_id


def ends_as_if_nothing_had_been(
    store: Store, run_id: str, until: Callable[..., None], weights_of: Any, trained_alone: Any
) -> None:
    """The run reaches its plan, with the weights and the curve of one that nothing has held up."""
    Here.may = True
    until(lambda: store.get(run_id).state != "running")
    assert (store.get(run_id).state, store.get(run_id).error) == ("finished", None)
    weights, points = trained_alone("vae", "ring8", SETTINGS)
    assert weights_of(store, run_id) == weights
    assert store.points(run_id) == points


@pytest.mark.parametrize("harm", HARM)
def test_training_stands_still_says_why_and_goes_on(
    store: Store, scheduler: Scheduler, until: Callable[..., None], weights_of: Any, trained_alone: Any, harm: str
) -> None:
    run_id = begin(store, scheduler, until)
    kind, done = HARM[harm]
    with done(store):
        until(lambda: scheduler.standstill() == kind)
        until(lambda: scheduler.asks.failures > 2)
    until(lambda: scheduler.standstill() is None)
    ends_as_if_nothing_had_been(store, run_id, until, weights_of, trained_alone)


@pytest.mark.parametrize("days", [-400, 400])
def test_a_clock_that_is_set_changes_nothing(
    store: Store, scheduler: Scheduler, until: Callable[..., None], weights_of: Any, trained_alone: Any, days: int
) -> None:
    class Elsewhen(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + timedelta(days=days)

    with patch.object(rows, "datetime", Elsewhen):
        run_id = begin(store, scheduler, until)
        store.clean(days=180, megabytes=0)
    store.clean(days=180, megabytes=0)
    ends_as_if_nothing_had_been(store, run_id, until, weights_of, trained_alone)


def test_a_server_that_ends_saves_no_longer_than_it_may(
    store: Store, until: Callable[..., None], monkeypatch: pytest.MonkeyPatch, weights_of: Any, trained_alone: Any
) -> None:
    """With very many runs, or a slow disk: what is not saved is made again from its last checkpoint."""
    monkeypatch.setattr("genlab.runs.work.scheduler.SAVE_SECONDS", 0.0)
    monkeypatch.setattr(Here, "may", False)
    runs = [store.create(f"student {number}", "vae", "ring8", SETTINGS).id for number in range(2)]
    scheduler = Scheduler(store, workers=2)
    for lane in scheduler.lanes:
        lane.make = lambda: Here(store)
    scheduler.start()
    until(lambda: all(store.get(run_id).step > 10 for run_id in runs))
    scheduler.stop()
    left = [store.get(run_id) for run_id in runs]
    assert {run.state for run in left} == {"running"}
    assert any(run.saved_step != run.step for run in left)
    scheduler = Scheduler(store, workers=1)
    scheduler.lanes[0].make = lambda: Here(store)
    scheduler.start()
    for run_id in runs:
        ends_as_if_nothing_had_been(store, run_id, until, weights_of, trained_alone)
    scheduler.stop()
