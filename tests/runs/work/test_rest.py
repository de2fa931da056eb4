"""A run at rest: paused, stopped or done, it is saved and shown as it stands, and its state is what the row says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from genlab.runs import RunError, Store
from genlab.runs.bundle import export_run, read_bundle
from genlab.runs.store.slices import Slice
from genlab.runs.work.hot import HotRuns
from genlab.runs.work.scheduler import Scheduler

Until = Callable[..., None]


@pytest.fixture
def small(small: dict[str, Any]) -> dict[str, Any]:
    """With a plan at whose step 13 neither a frame nor a checkpoint is due."""
    return small | {"steps": 300}


def trained(store: Store, hot: HotRuns, config: dict[str, Any], steps: int) -> str:
    """A run that trains, at a step at which nothing was due."""
    run = store.create("ada", "vae", "ring8", config)
    while store.get(run.id).step < steps:
        hot.advance(run.id, 0.0, save=False)
    assert store.get(run.id).saved_step != steps
    return run.id


def work(store: Store, hot: HotRuns) -> None:
    """What the scheduler does, until it has nothing to do."""
    for _ in range(10):
        runnable = store.runnable()
        if not runnable:
            return
        for run_id in runnable:
            hot.advance(run_id, 0.0, save=False)
    pytest.fail(f"still to be done: {store.runnable()}")


def of_one_moment(store: Store, run_id: str, state: str, step: int) -> None:
    """Checkpoint, frame, measured point and nets are of the run's step, and nothing more is to do."""
    run = store.get(run_id)
    assert (run.state, run.step, run.saved_step, run.error) == (state, step, step, None)
    assert store.frame_steps(run_id)[-1] == store.checkpoint_steps(run_id)[-1] == step
    assert "test_negative_elbo" in dict(store.points(run_id))[step]
    nets = {name: store.net(run_id, name) for name in ("decoder", "encoder")}
    assert {name: net and net[0] for name, net in nets.items()} == {"decoder": step, "encoder": step}
    assert store.net(run_id, "probe") is not None
    assert read_bundle(export_run(store, run_id)).step == step
    assert store.runnable() == []


@pytest.mark.parametrize("state", ["finished", "paused"])
@pytest.mark.parametrize("restart", [False, True])
def test_stop_saves_as_pause_does(store: Store, small: dict[str, Any], state: Any, restart: bool) -> None:
    hot = HotRuns(store)
    run_id = trained(store, hot, small, 13)
    store.set_state(run_id, state)
    store.set_state(run_id, state)
    assert store.runnable() == [run_id]
    work(store, HotRuns(store) if restart else hot)
    of_one_moment(store, run_id, state, 13)


def test_the_last_point_of_a_stopped_run_is_on_all_that_is_held_out(store: Store, small: dict[str, Any]) -> None:
    hot = HotRuns(store)
    found = {}
    for state in ("paused", "finished"):
        run_id = trained(store, hot, small, 13)
        trainer = hot.runs[run_id].trainer
        store.set_state(run_id, state)
        work(store, hot)
        point = dict(store.points(run_id))[13]
        whole = state == "finished"
        found[state] = point["test_negative_elbo"]
        assert point["test_negative_elbo"] == pytest.approx(trainer.on_held_out(whole)["negative_elbo"])
    assert found["paused"] != found["finished"]


def test_a_stop_while_a_slice_is_made(store: Store, small: dict[str, Any]) -> None:
    hot = HotRuns(store)
    run_id = trained(store, hot, small, 13)
    trainer = hot.runs[run_id].trainer

    def stopped(**_: Any) -> Any:
        store.set_state(run_id, "finished")
        return advance(steps=3)

    advance, trainer.advance = trainer.advance, lambda *_args: stopped()
    hot.advance(run_id, 0.0, save=False)
    trainer.advance = advance
    work(store, hot)
    of_one_moment(store, run_id, "finished", 16)


@pytest.mark.parametrize("state", ["finished", "paused"])
def test_a_run_that_no_worker_has_seen_has_its_first_moment(store: Store, small: dict[str, Any], state: Any) -> None:
    run = store.create("ada", "vae", "ring8", small)
    store.set_state(run.id, state)
    work(store, HotRuns(store))
    of_one_moment(store, run.id, state, 0)


@pytest.mark.every_database
@pytest.mark.parametrize("between", [[], ["paused"], ["running"], ["running", "paused", "running"]])
def test_a_fork_stopped_before_a_worker_reached_it(store: Store, small: dict[str, Any], between: list[Any]) -> None:
    hot = HotRuns(store)
    parent = trained(store, hot, small, 13)
    fork = store.fork(parent, 4, "bob", {"beta": 3})
    store.delete(parent)
    for state in [*between, "finished"]:
        store.set_state(fork.id, state)
    work(store, hot)
    of_one_moment(store, fork.id, "finished", 4)


def test_a_stopped_run_may_rest_or_be_deleted_but_not_go_on_unasked(store: Store, small: dict[str, Any]) -> None:
    hot = HotRuns(store)
    run_id = trained(store, hot, small, 13)
    store.set_state(run_id, "paused")
    store.set_state(run_id, "finished")
    with pytest.raises(RunError, match="finished at step 13; fork it there"):
        store.set_state(run_id, "running")
    store.set_state(run_id, "paused")
    store.set_state(run_id, "running")
    hot.advance(run_id, 0.0, save=False)
    assert store.get(run_id).step == 14
    store.set_state(run_id, "finished")
    store.delete(run_id)
    work(store, hot)
    assert store.list() == []


@pytest.mark.every_database
def test_steps_that_were_asked_for_end_with_the_run(store: Store, small: dict[str, Any]) -> None:
    hot = HotRuns(store)
    run = store.create("ada", "vae", "ring8", small | {"steps": 11})
    while store.get(run.id).step < 10:
        hot.advance(run.id, 0.0, save=False)
    store.set_state(run.id, "paused")
    for _ in range(3):
        store.request_step(run.id)
    work(store, hot)
    of_one_moment(store, run.id, "finished", 11)
    assert len(store.events(run.id)) == 1
    other = trained(store, hot, small, 13)
    store.set_state(other, "paused")
    store.request_step(other)
    store.set_state(other, "finished")
    with pytest.raises(RunError, match="the run is finished"):
        store.request_step(other)
    work(store, hot)
    of_one_moment(store, other, "finished", 13)


@pytest.mark.parametrize("state", ["running", "paused"])
def test_a_plan_shorter_than_what_was_made_ends_a_run(store: Store, small: dict[str, Any], state: Any) -> None:
    hot = HotRuns(store)
    run_id = trained(store, hot, small, 13)
    store.set_state(run_id, state)
    store.change(run_id, {"steps": 10})
    work(store, hot)
    of_one_moment(store, run_id, "finished", 13)


@pytest.mark.parametrize("when", ["before", "meanwhile", "after"])
def test_pause_on_the_last_slice_is_finished(store: Store, small: dict[str, Any], when: str) -> None:
    run = store.create("ada", "vae", "ring8", small | {"steps": 10})
    last = Slice(0, 10, 1.0, 0, checkpoints=[(10, True, b"c")], finished=True)
    if when == "before":
        store.set_state(run.id, "paused")
        store.write_slice(run.id, last)
    elif when == "after":
        store.write_slice(run.id, last)
        assert store.set_state(run.id, "paused").state == "finished"
    else:
        store.change(run.id, {"beta": 2})  # a knob that was turned too late does not keep it from its end
        store.set_state(run.id, "paused")
        store.write_slice(run.id, last)
    assert (store.get(run.id).state, store.get(run.id).step) == ("finished", 10)


def test_a_change_of_state_reads_and_writes_in_one_transaction(store: Store, small: dict[str, Any]) -> None:
    """The row is taken before it is read, so that no slice can land between."""
    run = store.create("ada", "vae", "ring8", small)
    said: list[str] = []
    event.listen(store.engine, "begin", lambda _: said.append("BEGIN"))
    event.listen(store.engine, "commit", lambda _: said.append("COMMIT"))
    event.listen(store.engine, "before_cursor_execute", lambda *args: said.append(args[2].split()[0]))
    for act in (lambda: store.set_state(run.id, "paused"), lambda: store.request_step(run.id)):
        said.clear()
        act()
        written = [place for place, word in enumerate(said) if word in ("UPDATE", "INSERT", "DELETE")]
        begun = max(place for place in range(written[0]) if said[place] == "BEGIN")
        assert said[begun + 1] == "UPDATE"
        assert said[begun:].count("COMMIT") == 1


def test_the_scheduler_saves_a_stopped_run_and_a_restart_does_not_lose_it(
    store: Store, small: dict[str, Any], until: Until
) -> None:
    stopped = trained(store, HotRuns(store), small, 13)
    store.set_state(stopped, "finished")
    scheduler = Scheduler(store, workers=1)
    scheduler.start()
    training = store.create("ada", "vae", "ring8", small | {"steps": 1_000_000})
    until(lambda: store.get(training.id).step > 20 and store.get(stopped).saved_step == 13, 90)
    store.set_state(training.id, "finished")
    scheduler.stop()  # at once: what the stop still owes, the next one does
    scheduler.start()
    until(lambda: not store.runnable(), 90)
    scheduler.stop()
    for run_id in (stopped, training.id):
        of_one_moment(store, run_id, "finished", store.get(run_id).step)
