"""What a worker does with a run, in this process: slices, restarts, pauses, single steps, changes, forks, failures."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch

from genlab.models import FAMILIES, ConfigError
from genlab.netfile import Unexportable
from genlab.runs import RunError, Store
from genlab.runs.arrays import read_metadata, unpack
from genlab.runs.looks import pictures
from genlab.runs.store.record import STEPS_A_SLICE, STEPS_AT_MOST
from genlab.runs.work.hot import HotRuns
from genlab.training import frame_steps, kept_steps

Weights = Callable[[Store, str], dict[str, bytes]]
Alone = Callable[..., tuple[dict[str, bytes], list[Any]]]


@pytest.fixture(autouse=True)
def _flush_denormal() -> Iterator[None]:
    torch.set_flush_denormal(True)
    yield
    torch.set_flush_denormal(False)


def advance_to(store: Store, hot: HotRuns, run_id: str, step: int) -> None:
    """Slices of one step each until the stored step is `step`."""
    while store.get(run_id).step != step:
        hot.advance(run_id, 0.0, save=False)


def finish(store: Store, hot: HotRuns, run_id: str) -> None:
    """Slices until the run is done."""
    store.set_state(run_id, "running")
    while store.get(run_id).state == "running":
        hot.advance(run_id, 0.2, save=False)
    assert store.get(run_id).error is None


def test_a_run_in_slices_is_a_run_in_one_go(
    store: Store, small: dict[str, Any], weights_of: Weights, trained_alone: Alone
) -> None:
    run, hot = store.create("ada", "vae", "ring8", small), HotRuns(store)
    finish(store, hot, run.id)
    weights, points = trained_alone("vae", "ring8", small)
    assert weights_of(store, run.id) == weights
    assert store.points(run.id) == points
    done = store.get(run.id)
    assert (done.state, done.step, done.saved_step) == ("finished", 300, 300)
    assert done.seconds > 0
    assert store.frame_steps(run.id) == frame_steps(300)
    assert store.checkpoint_steps(run.id) == kept_steps(300)
    assert list(store.net_steps(run.id)) == ["decoder", "encoder", "probe"]


@pytest.mark.parametrize("family", sorted(FAMILIES))
@pytest.mark.parametrize("data", ["mnist5k", "ring8", "two_gaussians_1d"])
def test_every_family_leaves_what_pages_draw(store: Store, family: str, data: str) -> None:
    run = store.create("ada", family, data, {"steps": 10, "hidden": 16, "batch": 8}, preset="classroom")
    finish(store, HotRuns(store), run.id)
    frame = unpack(store.frame(run.id, 10))
    assert frame["samples"].shape == ((64, 28, 28) if data == "mnist5k" else frame["samples"].shape)
    decoder = store.net(run.id, "decoder")
    assert decoder is not None
    assert decoder[0] == 10
    probe = store.net(run.id, "probe")
    assert probe is not None
    arrays = unpack(probe[1])
    if data == "mnist5k":
        assert arrays["originals"].shape == (16, 28, 28)
        assert arrays["originals"].max() == 255
        assert arrays["labels"].shape == (256,)
    else:
        assert arrays["examples"].shape == (256, 2 if data == "ring8" else 1)


def test_a_restart_before_any_other_checkpoint_goes_on_from_the_start(
    store: Store, small: dict[str, Any], weights_of: Weights, trained_alone: Alone
) -> None:
    run = store.create("ada", "vae", "ring8", small)
    advance_to(store, HotRuns(store), run.id, 3)
    assert store.get(run.id).saved_step == 0
    again = HotRuns(store)
    again.advance(run.id, 0.0, save=False)
    assert store.get(run.id).step == 1
    assert [step for step, _ in store.points(run.id)] == [1]
    finish(store, again, run.id)
    assert weights_of(store, run.id) == trained_alone("vae", "ring8", small)[0]


def test_a_process_that_was_overtaken_gives_way(
    store: Store, small: dict[str, Any], weights_of: Weights, trained_alone: Alone
) -> None:
    run = store.create("ada", "vae", "ring8", small)
    first, second = HotRuns(store), HotRuns(store)
    for _ in range(20):
        first.advance(run.id, 0.0, save=False)
        second.advance(run.id, 0.0, save=True)
    finish(store, first, run.id)
    assert weights_of(store, run.id) == trained_alone("vae", "ring8", small)[0]
    steps = [step for step, _ in store.points(run.id)]
    assert steps == sorted(set(steps))


def test_a_pause_is_where_it_was_after_a_restart(store: Store, small: dict[str, Any], weights_of: Weights) -> None:
    run, hot = store.create("ada", "vae", "ring8", small), HotRuns(store)
    advance_to(store, hot, run.id, 15)
    store.set_state(run.id, "paused")
    points = store.points(run.id)
    HotRuns(store).advance(run.id, 0.5, save=False)
    assert (store.get(run.id).step, store.get(run.id).saved_step) == (15, 15)
    assert store.points(run.id) == points
    assert store.runnable() == []
    replayed = weights_of(store, run.id)
    other = store.create("ada", "vae", "ring8", small)
    advance_to(store, hot, other.id, 15)
    hot.advance(other.id, 0.0, save=True)
    assert store.get(other.id).step == 16
    store.set_state(run.id, "running")
    hot.advance(run.id, 0.0, save=True)
    assert weights_of(store, run.id) == weights_of(store, other.id) != replayed


def test_single_steps_of_one_player_leave_the_other(store: Store, weights_of: Weights) -> None:
    run = store.create("ada", "gan", "ring8", {"hidden": 16, "steps": 50}, state="paused")
    hot = HotRuns(store)
    for part, moved, still in (
        ("discriminator", "critic", "generator"),
        ("generator", "generator", "critic"),
    ):
        before = weights_of(store, run.id) if store.get(run.id).step else None
        store.request_step(run.id, part)
        assert store.runnable() == [run.id]
        hot.advance(run.id, 0.5, save=False)
        after = weights_of(store, run.id)
        if before is not None:
            assert {k for k in before if before[k] != after[k] and k.startswith(f"model.{moved}.")}
            assert not {k for k in before if before[k] != after[k] and k.startswith(f"model.{still}.")}
    store.request_step(run.id)
    hot.advance(run.id, 0.5, save=False)
    done = store.get(run.id)
    assert (done.step, done.saved_step, done.state) == (3, 3, "paused")
    assert [(event.step, event.kind, event.details["part"]) for event in store.events(run.id)] == [
        (1, "step", "discriminator"),
        (2, "step", "generator"),
        (3, "step", None),
    ]
    assert [step for step, _ in store.points(run.id)] == [1, 2, 3]
    assert store.frame_steps(run.id) == [0, 1, 2, 3]
    assert store.runnable() == []


def test_many_steps_of_one_player_take_a_few_slices_with_a_frame_each(store: Store, weights_of: Weights) -> None:
    settings = {"hidden": 16, "batch": 32, "steps": 4000}
    runs = [store.create("ada", "gan", "ring8", settings, state="paused") for _ in range(2)]
    many, single = runs
    store.request_step(many.id, "discriminator", count=2 * STEPS_A_SLICE + 3)
    store.request_step(many.id, "generator", count=2)
    hot = HotRuns(store)
    slices = 0
    while store.asked(many.id):
        hot.advance(many.id, 0.5, save=False)
        slices += 1
    assert slices == 4
    made = [(event.details["part"], event.details["count"]) for event in store.events(many.id)]
    assert made == [("discriminator", 20), ("discriminator", 20), ("discriminator", 3), ("generator", 2)]
    points = dict(store.points(many.id))
    assert list(points) == list(range(1, 46))
    assert {20, 40, 43, 45} <= set(store.frame_steps(many.id))
    assert all("test_value" in points[step] for step in (20, 40, 43, 45))  # V on points it has not learned from
    for part, count in (("discriminator", 43), ("generator", 2)):
        for _ in range(count):
            store.request_step(single.id, part)
            hot.advance(single.id, 0.5, save=False)
    assert weights_of(store, single.id) == weights_of(store, many.id)


@pytest.mark.parametrize("count", [0, -1, STEPS_AT_MOST + 1])
def test_no_number_of_steps_that_makes_no_sense(store: Store, count: int) -> None:
    run = store.create("ada", "gan", "ring8", state="paused")
    with pytest.raises(RunError, match=f"steps: got {count}, allowed: 1 to {STEPS_AT_MOST}"):
        store.request_step(run.id, "discriminator", count=count)
    assert store.asked(run.id) is None


def test_changed_knobs_are_replayed_where_they_changed(
    store: Store, small: dict[str, Any], weights_of: Weights
) -> None:
    ends = []
    for crash in (False, True):
        run, hot = store.create("ada", "vae", "ring8", small), HotRuns(store)
        advance_to(store, hot, run.id, 6)
        store.change(run.id, {"beta": 5, "learning_rate": 0.01})
        advance_to(store, hot, run.id, 12)
        event = store.events(run.id)[0]
        assert (event.step, event.details["field"]) == (6, "beta")
        if crash:
            hot = HotRuns(store)
            hot.advance(run.id, 0.0, save=False)
            assert store.get(run.id).step == 7
        finish(store, hot, run.id)
        ends.append(weights_of(store, run.id))
    assert ends[0] == ends[1]
    plain = store.create("ada", "vae", "ring8", small)
    finish(store, HotRuns(store), plain.id)
    assert weights_of(store, plain.id) != ends[0]


def test_a_pause_is_seen_where_it_is_and_changes_nothing(store: Store, small: dict[str, Any]) -> None:
    """A frame and a point of the very step, also where the slice before had just been saved; all other points as if
    nobody had paused."""
    histories = []
    for pauses in ((), (7, 20, 100)):
        run, hot = store.create("ada", "vae", "ring8", small), HotRuns(store)
        for step in pauses:
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
    assert paused.keys() == plain.keys() | {7, 20, 100}
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
    with pytest.raises(RunError, match=r"fork: got step 7, allowed: .*\(0, 4, 15, 33"):
        store.fork(run.id, 7, "bob")
    with pytest.raises(ConfigError, match="hidden: fixed"):
        store.fork(run.id, 133, "bob", {"hidden": 8})
    same, other = store.fork(run.id, 133, "bob"), store.fork(run.id, 133, "bob", {"beta": 8})
    assert (other.owner, other.parent_id, other.parent_step, other.step) == ("bob", run.id, 133, 133)
    assert (other.state, other.config["beta"], other.config["hidden"]) == ("paused", 8.0, 32)
    assert 0 < other.seconds < store.get(run.id).seconds
    past = [point for point in store.points(run.id) if point[0] <= 133]
    assert store.points(other.id) == past
    assert store.frame_steps(other.id) == [step for step in store.frame_steps(run.id) if step <= 133]
    assert store.checkpoint_steps(other.id) == [step for step in kept_steps(300) if step <= 133]
    hot.advance(other.id, 0.5, save=False)
    net = store.net(other.id, "decoder")
    assert net is not None
    assert net[0] == 133
    hot.advance(other.id, 0.5, save=False)  # where it begins is seen, too
    assert store.frame_steps(other.id)[-1] == 133
    assert store.runnable() == [same.id]
    for child in (same, other):
        finish(store, hot, child.id)
        points = store.points(child.id)[: len(past)]
        assert points[:-1] == past[:-1]
        assert points[-1][1].items() >= past[-1][1].items()
    assert weights_of(store, same.id) == weights_of(store, run.id) != weights_of(store, other.id)
    assert [(event.kind, event.step) for event in store.events(other.id)] == [("fork", 133), ("change", 133)]
    assert [event.details["child"] for event in store.events(run.id)] == [same.id, other.id]
    store.delete(run.id)
    assert store.get(other.id).parent_id == run.id


def test_broken_numbers_fail_the_run_and_keep_the_last_checkpoint(store: Store, small: dict[str, Any]) -> None:
    run, hot = store.create("ada", "vae", "ring8", small), HotRuns(store)
    advance_to(store, hot, run.id, 40)
    trainer = hot.runs[run.id].trainer
    with torch.no_grad():
        next(trainer.model.parameters()).fill_(math.nan)
    hot.advance(run.id, 0.5, save=False)
    failed = store.get(run.id)
    assert failed.state == "failed"
    assert failed.error is not None
    assert "step 41: " in failed.error
    assert "is not finite" in failed.error
    assert failed.saved_step == 33
    finish(store, hot, run.id)
    assert store.get(run.id).step == 300


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
