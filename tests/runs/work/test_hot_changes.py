"""What a person does to a run between slices: knobs, pauses, more steps, forks; and what may go wrong."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
import torch
from runs.work.hot_cases import Weights, advance_to, finish

from genlab.models import ConfigError
from genlab.netfile import Unexportable
from genlab.runs import RunError, Store
from genlab.runs.arrays import read_metadata
from genlab.runs.looks import pictures
from genlab.runs.work.hot import HotRuns
from genlab.training import frame_steps, kept_steps


@pytest.mark.every_database
def test_changed_knobs_are_replayed_where_they_changed(
    store: Store, small: dict[str, Any], weights_of: Weights
) -> None:
    ends = []
    for crash in (False, True):
        run, hot = store.create("ada", "vae", "ring8", small), HotRuns(store)
        advance_to(store, hot, run.id, 14)
        store.change(run.id, {"beta": 5, "learning_rate": 0.01})
        advance_to(store, hot, run.id, 18)
        event = store.events(run.id)[0]
        assert (event.step, event.details["field"]) == (14, "beta")
        if crash:
            hot = HotRuns(store)
            hot.advance(run.id, 0.0, save=False)
            assert store.get(run.id).step == 15
        finish(store, hot, run.id)
        ends.append(weights_of(store, run.id))
    assert ends[0] == ends[1]
    plain = store.create("ada", "vae", "ring8", small)
    finish(store, HotRuns(store), plain.id)
    assert weights_of(store, plain.id) != ends[0]


def test_a_pause_is_seen_where_it_is_and_changes_nothing(store: Store, small: dict[str, Any]) -> None:
    """A frame and a point of the very step, also where the slice before had just been saved; all other points as if
    nobody had paused."""
    pauses = (6, 31, 44)  # of which two have no frame otherwise
    assert set(pauses) & set(frame_steps(small["steps"])) == {6}
    histories = []
    for asked in ((), pauses):
        run, hot = store.create("ada", "vae", "ring8", small), HotRuns(store)
        for step in asked:
            advance_to(store, hot, run.id, step)
            store.set_state(run.id, "paused")
            assert store.runnable() == [run.id]
            hot.advance(run.id, 0.5, save=False)
            assert store.runnable() == []
            assert store.get(run.id).step == store.get(run.id).saved_step == step == store.frame_steps(run.id)[-1]
            assert {"js", "modes", "negative_elbo"} <= dict(store.points(run.id))[step].keys()
            store.set_state(run.id, "running")
        finish(store, hot, run.id)
        histories.append(dict(store.points(run.id)))
    plain, paused = histories
    assert paused.keys() == plain.keys() | set(pauses)
    assert all(paused[step].items() >= values.items() for step, values in plain.items())


def test_a_change_during_a_pause_waits_for_training(store: Store, small: dict[str, Any]) -> None:
    run, hot = store.create("ada", "vae", "ring8", small), HotRuns(store)
    advance_to(store, hot, run.id, 10)
    store.set_state(run.id, "paused")
    store.change(run.id, {"beta": 5})
    HotRuns(store).advance(run.id, 0.5, save=False)
    assert json.loads(read_metadata(store.checkpoint(run.id))["config"])["beta"] == 1.0
    store.request_step(run.id)
    hot.advance(run.id, 0.5, save=False)
    done = store.get(run.id)
    assert (done.step, done.applied) == (11, 1)
    assert json.loads(read_metadata(store.checkpoint(run.id))["config"])["beta"] == 5.0


def test_a_finished_run_goes_on_with_more_steps(store: Store, small: dict[str, Any]) -> None:
    run, hot = store.create("ada", "vae", "ring8", small | {"steps": 20}), HotRuns(store)
    finish(store, hot, run.id)
    store.change(run.id, {"steps": 40})
    finish(store, HotRuns(store), run.id)
    assert store.get(run.id).step == 40


def test_fewer_steps_than_made_end_a_run(store: Store, small: dict[str, Any]) -> None:
    run, hot = store.create("ada", "vae", "ring8", small), HotRuns(store)
    advance_to(store, hot, run.id, 20)
    store.change(run.id, {"steps": 10})
    hot.advance(run.id, 0.0, save=False)
    done = store.get(run.id)
    assert (done.state, done.step, done.saved_step) == ("finished", 20, 20)


def test_a_fork_shares_the_past_and_goes_its_own_way(store: Store, small: dict[str, Any], weights_of: Weights) -> None:
    run, hot = store.create("ada", "vae", "ring8", small), HotRuns(store)
    finish(store, hot, run.id)
    with pytest.raises(RunError, match=r"fork: got step 8, allowed: .*\(0, 1, 3, 7"):
        store.fork(run.id, 8, "bob")
    with pytest.raises(ConfigError, match="hidden: fixed"):
        store.fork(run.id, 27, "bob", {"hidden": 8})
    same, other = store.fork(run.id, 27, "bob"), store.fork(run.id, 27, "bob", {"beta": 8})
    assert (other.owner, other.parent_id, other.parent_step, other.step) == ("bob", run.id, 27, 27)
    assert (other.state, other.config["beta"], other.config["hidden"]) == ("paused", 8.0, 32)
    assert 0 < other.seconds < store.get(run.id).seconds
    past = [point for point in store.points(run.id) if point[0] <= 27]
    assert store.points(other.id) == past
    assert store.frame_steps(other.id) == [step for step in store.frame_steps(run.id) if step <= 27]
    assert store.checkpoint_steps(other.id) == [step for step in kept_steps(small["steps"]) if step <= 27]
    hot.advance(other.id, 0.5, save=False)
    net = store.net(other.id, "decoder")
    assert net is not None
    assert net[0] == 27
    hot.advance(other.id, 0.5, save=False)  # where it begins is seen, too
    assert store.frame_steps(other.id)[-1] == 27
    assert store.runnable() == [same.id]
    for child in (same, other):
        finish(store, hot, child.id)
        points = store.points(child.id)[: len(past)]
        assert points[:-1] == past[:-1]
        assert points[-1][1].items() >= past[-1][1].items()
    assert weights_of(store, same.id) == weights_of(store, run.id) != weights_of(store, other.id)
    assert [(event.kind, event.step) for event in store.events(other.id)] == [("fork", 27), ("change", 27)]
    assert [event.details["child"] for event in store.events(run.id)] == [same.id, other.id]
    store.delete(run.id)
    assert store.get(other.id).parent_id == run.id


def test_broken_numbers_fail_the_run_and_keep_the_last_checkpoint(store: Store, small: dict[str, Any]) -> None:
    run, hot = store.create("ada", "vae", "ring8", small), HotRuns(store)
    advance_to(store, hot, run.id, 30)
    trainer = hot.runs[run.id].trainer
    with torch.no_grad():
        next(trainer.model.parameters()).fill_(math.nan)
    hot.advance(run.id, 0.5, save=False)
    failed = store.get(run.id)
    assert failed.state == "failed"
    assert failed.error is not None
    assert "step 31: " in failed.error
    assert "is not finite" in failed.error
    assert failed.saved_step == 27
    finish(store, hot, run.id)
    assert store.get(run.id).step == small["steps"]


def test_data_that_is_not_there_fails_the_run_with_the_way_out(
    store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setenv("GENLAB_DATA", str(tmp_path_factory.mktemp("nothing")))
    run = store.create("ada", "vae", "kmnist")
    HotRuns(store).advance(run.id, 0.5, save=False)
    failed = store.get(run.id)
    assert failed.state == "failed"
    assert failed.error is not None
    assert "data get kmnist" in failed.error


def test_a_run_deleted_while_it_trains_is_let_go(store: Store, small: dict[str, Any]) -> None:
    run, hot = store.create("ada", "vae", "ring8", small), HotRuns(store)
    advance_to(store, hot, run.id, 5)
    store.delete(run.id)
    hot.advance(run.id, 0.1, save=False)
    assert not hot.runs


def test_a_net_that_a_browser_cannot_run_is_no_failure(
    store: Store, small: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(nets: Any, facts: Any) -> dict[str, bytes]:
        raise Unexportable("decoder: layer 3")

    monkeypatch.setattr(pictures, "write_nets", refuse)
    run = store.create("ada", "vae", "ring8", small | {"steps": 10})
    finish(store, HotRuns(store), run.id)
    assert list(store.net_steps(run.id)) == ["probe"]
