"""What a worker does with a run, in this process: slices, restarts, pauses, single steps, changes, forks, failures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from runs.work.hot_cases import Weights, advance_to, finish

from genlab.models import FAMILIES
from genlab.runs import RunError, Store
from genlab.runs.arrays import unpack
from genlab.runs.store.record import STEPS_A_SLICE, STEPS_AT_MOST
from genlab.runs.work.hot import HotRuns
from genlab.training import frame_steps, kept_steps

Alone = Callable[..., tuple[dict[str, bytes], list[Any]]]


@pytest.mark.every_database
def test_a_run_in_slices_is_a_run_in_one_go(
    store: Store, small: dict[str, Any], weights_of: Weights, trained_alone: Alone
) -> None:
    run, hot = store.create("ada", "vae", "ring8", small), HotRuns(store)
    finish(store, hot, run.id)
    weights, points = trained_alone("vae", "ring8", small)
    assert weights_of(store, run.id) == weights
    assert store.points(run.id) == points
    done = store.get(run.id)
    assert (done.state, done.step, done.saved_step) == ("finished", small["steps"], small["steps"])
    assert done.seconds > 0
    assert store.frame_steps(run.id) == frame_steps(small["steps"])
    assert store.checkpoint_steps(run.id) == kept_steps(small["steps"])
    assert list(store.net_steps(run.id)) == ["decoder", "encoder", "probe"]


@pytest.mark.parametrize("family", sorted(FAMILIES))
@pytest.mark.parametrize("data", ["mnist5k", "ring8", "two_gaussians_1d"])
def test_every_family_leaves_what_pages_draw(store: Store, family: str, data: str) -> None:
    run = store.create("ada", family, data, {"steps": 10, "hidden": 16, "batch": 8}, preset="classroom")
    finish(store, HotRuns(store), run.id)
    frame = unpack(store.frame(run.id, 10))
    if data == "mnist5k":
        assert frame["samples"].shape[1:] == (28, 28)
        assert 60 <= len(frame["samples"]) <= 64  # rows of one class each: as many as are whole
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
    long = small | {"steps": 300}  # whose second checkpoint is not before step 4
    run = store.create("ada", "vae", "ring8", long)
    advance_to(store, HotRuns(store), run.id, 3)
    assert store.get(run.id).saved_step == 0
    again = HotRuns(store)
    again.advance(run.id, 0.0, save=False)
    assert store.get(run.id).step == 1
    assert [step for step, _ in store.points(run.id)] == [1]
    finish(store, again, run.id)
    assert weights_of(store, run.id) == trained_alone("vae", "ring8", long)[0]


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
