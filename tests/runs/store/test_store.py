"""The store by itself: records, checks, one transaction a slice."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from sqlalchemy import inspect

from genlab.models import ConfigError
from genlab.runs import RunError, Store, UnknownRun
from genlab.runs.arrays import pack
from genlab.runs.store.slices import Slice
from genlab.runs.store.versions import VERSION_TABLE

pytestmark = pytest.mark.every_database

BLOB = pack({"samples": np.zeros((1, 2), np.float32)})


def made(start: int, step: int, **more: Any) -> Slice:
    """A slice with a point a step and one frame at its end."""
    points = [(at, {"kl": float(at)}) for at in range(start + 1, step + 1)]
    return Slice(start, step, step / 10, 0, points=points, frames=[(step, BLOB)], **more)


def test_a_new_run_has_all_its_settings(store: Store) -> None:
    run = store.create("ada", "vae", "mnist5k", {"beta": "4"}, seed=3, name="  my \n run ")
    assert (run.owner, run.family, run.data, run.seed, run.name) == ("ada", "vae", "mnist5k", 3, "my run")
    assert run.config["beta"] == 4.0
    assert run.config["latents"] == 20
    assert (run.state, run.step, run.saved_step) == ("running", 0, None)
    assert run.created.tzinfo == UTC
    assert abs((datetime.now(UTC) - run.created).total_seconds()) < 60
    assert store.get(run.id) == run


def test_a_preset_gives_the_settings(store: Store) -> None:
    run = store.create("ada", "vae", "ring8", {"hidden": 32}, preset="classroom")
    assert run.preset == "classroom"
    assert (run.config["likelihood"], run.config["hidden"]) == ("gaussian", 32)


def test_ids_cannot_be_guessed_and_fit_an_address(store: Store) -> None:
    ids = {store.create("ada", "ae", "ring8").id for _ in range(20)}
    assert len(ids) == 20
    # No "-" at the front in particular, which a command line takes for an option.
    assert all(len(run_id) == 18 and set(run_id) <= set("0123456789abcdef") for run_id in ids)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("pca", "mnist5k", {}), "family: got 'pca'"),
        (("vae", "cifar", {}), "data set: got 'cifar'"),
        (("vae", "mnist5k", {"beta": 99}), "beta: got 99"),
        (("vae", "mnist5k", {"colour": 1}), "setting: got 'colour'"),
        (("vae", "ring8", {}), "likelihood: got 'bernoulli'"),
        (("gan", "ring8", {"net": "conv"}), "net: got 'conv'"),
    ],
)
def test_wrong_settings_are_refused(store: Store, arguments: tuple[Any, ...], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        store.create("ada", *arguments)
    assert store.list() == []


@pytest.mark.parametrize("seed", [-1, 2**31, True, 1.5])
def test_a_wrong_seed_is_refused(store: Store, seed: Any) -> None:
    with pytest.raises(ConfigError, match="seed: got"):
        store.create("ada", "ae", "ring8", seed=seed)


def test_lists_are_by_owner_newest_first(store: Store) -> None:
    first, second = store.create("ada", "ae", "ring8"), store.create("ada", "ae", "ring8")
    other = store.create("bob", "ae", "ring8")
    assert [run.id for run in store.list("ada")] == [second.id, first.id]
    assert {run.id for run in store.list()} == {first.id, second.id, other.id}


def test_several_runs_are_read_at_once_in_their_order(store: Store) -> None:
    first, second, third = (store.create("ada", "ae", "ring8") for _ in range(3))
    assert store.several([third.id, "nobody", first.id]) == [third, first]
    assert store.several([]) == []
    assert second in store.list()


def test_an_unknown_run_is_named(store: Store) -> None:
    for act in (store.get, store.delete, store.checkpoint, store.request_step):
        with pytest.raises(UnknownRun, match="nobody"):
            act("nobody")
    with pytest.raises(UnknownRun):
        store.rename("nobody", "x")
    with pytest.raises(UnknownRun):
        store.change("nobody", {})


def test_deleting_takes_everything_along(store: Store) -> None:
    run = store.create("ada", "gan", "ring8", state="paused")
    store.request_step(run.id, "generator")
    store.change(run.id, {"d_steps": 2})
    store.write_slice(run.id, made(0, 2, checkpoints=[(2, True, b"x")], nets={"decoder": b"y"}))
    store.delete(run.id)
    with store.engine.connect() as connection:
        tables = set(inspect(connection).get_table_names()) - {VERSION_TABLE}
        assert "points" in tables
        for table in tables:
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0


def test_a_slice_is_read_back(store: Store) -> None:
    run = store.create("ada", "vae", "mnist5k")
    assert store.write_slice(run.id, made(0, 3, checkpoints=[(3, False, b"c")], nets={"decoder": b"n"}))
    run = store.get(run.id)
    assert (run.step, run.seconds, run.saved_step) == (3, 0.3, 3)
    assert store.points(run.id) == [(1, {"kl": 1.0}), (2, {"kl": 2.0}), (3, {"kl": 3.0})]
    assert store.points(run.id, after=2) == [(3, {"kl": 3.0})]
    assert store.frame_steps(run.id) == [3]
    assert store.frame(run.id, 3) == BLOB
    assert store.checkpoint(run.id) == b"c"
    assert store.net(run.id, "decoder") == (3, b"n")
    assert store.net(run.id, "encoder") is None
    with pytest.raises(RunError, match=r"frame: run .* has none at step 7"):
        store.frame(run.id, 7)


def test_of_two_slices_from_one_step_only_the_first_counts(store: Store) -> None:
    run = store.create("ada", "vae", "mnist5k")
    assert store.write_slice(run.id, made(0, 3))
    assert not store.write_slice(run.id, made(0, 5, checkpoints=[(5, True, b"late")]))
    assert store.get(run.id).step == 3
    assert len(store.points(run.id)) == 3
    assert store.checkpoint_steps(run.id) == []


def test_a_slice_of_a_deleted_run_is_discarded(store: Store) -> None:
    run = store.create("ada", "vae", "mnist5k")
    store.delete(run.id)
    assert not store.write_slice(run.id, made(0, 3))


def test_a_replay_takes_the_place_of_what_it_replays(store: Store) -> None:
    run = store.create("ada", "vae", "mnist5k")
    store.write_slice(run.id, made(0, 2, checkpoints=[(2, False, b"c")]))
    store.write_slice(run.id, made(2, 6))
    replay = made(2, 4)
    replay.start, replay.restored = 6, 2
    assert store.write_slice(run.id, replay)
    assert store.get(run.id).step == 4
    assert [step for step, _ in store.points(run.id)] == [1, 2, 3, 4]
    assert store.frame_steps(run.id) == [2, 4]


def test_only_kept_checkpoints_and_the_newest_stay(store: Store) -> None:
    run = store.create("ada", "vae", "mnist5k")
    store.write_slice(run.id, made(0, 2, checkpoints=[(0, True, b"0"), (2, False, b"2")]))
    store.write_slice(run.id, made(2, 4, checkpoints=[(4, False, b"4")]))
    assert store.checkpoint_steps(run.id) == [0, 4]
    store.write_slice(run.id, made(4, 6, checkpoints=[(5, True, b"5"), (6, False, b"6")]))
    assert store.checkpoint_steps(run.id) == [0, 5, 6]


def test_a_run_keeps_at_most_200_frames_and_16_checkpoints(store: Store) -> None:
    run = store.create("ada", "vae", "mnist5k")
    for step in range(300):
        store.write_slice(run.id, made(step, step + 1, checkpoints=[(step + 1, True, b"c")]))
    assert len(store.frame_steps(run.id)) <= 200
    assert len(store.checkpoint_steps(run.id)) <= 16
    for steps in (store.frame_steps(run.id), store.checkpoint_steps(run.id)):
        assert (steps[0], steps[-1]) == (1, 300)


def test_knobs_change_only_where_they_may(store: Store) -> None:
    run = store.create("ada", "vae", "mnist5k")
    changed = store.change(run.id, {"beta": 4, "latents": 20})
    assert (changed.config["beta"], changed.version, changed.applied) == (4.0, 1, 0)
    assert [(event.step, event.kind, dict(event.details)) for event in store.events(run.id)] == [
        (0, "change", {"field": "beta", "old": 1.0, "new": 4.0})
    ]
    assert store.change(run.id, {"beta": 4.0}).version == 1
    with pytest.raises(ConfigError, match="latents: fixed"):
        store.change(run.id, {"latents": 3})
    with pytest.raises(ConfigError, match="beta: got -1"):
        store.change(run.id, {"beta": -1})


def test_more_steps_wake_a_finished_run(store: Store) -> None:
    run = store.create("ada", "vae", "mnist5k", {"steps": 10})
    store.write_slice(run.id, made(0, 10, finished=True))
    assert store.get(run.id).state == "finished"
    with pytest.raises(RunError, match="finished at step 10"):
        store.set_state(run.id, "running")
    assert store.change(run.id, {"steps": 20}).state == "paused"
    assert store.set_state(run.id, "running").state == "running"


def test_more_steps_given_while_the_last_slice_ran_count(store: Store) -> None:
    run = store.create("ada", "vae", "mnist5k", {"steps": 10})
    store.change(run.id, {"steps": 20})
    store.write_slice(run.id, made(0, 10, finished=True))
    assert store.get(run.id).state == "running"


def test_only_a_paused_run_makes_single_steps(store: Store) -> None:
    run = store.create("ada", "gan", "ring8")
    with pytest.raises(RunError, match="the run is running"):
        store.request_step(run.id)
    store.set_state(run.id, "paused")
    with pytest.raises(ConfigError, match="part: got 'encoder', allowed: discriminator, generator"):
        store.request_step(run.id, "encoder")
    store.request_step(run.id, "generator")
    asked = store.asked(run.id)
    assert asked is not None
    assert asked.part == "generator"
    store.set_state(run.id, "running")
    assert store.asked(run.id) is None


def test_what_is_runnable(store: Store) -> None:
    running = store.create("ada", "ae", "ring8")
    paused = store.create("ada", "ae", "ring8", state="paused")
    asked = store.create("ada", "ae", "ring8", state="paused")
    store.request_step(asked.id)
    unsaved = store.create("ada", "ae", "ring8", state="paused")
    store.write_slice(unsaved.id, made(0, 3))
    failed = store.create("ada", "ae", "ring8")
    store.fail(failed.id, "it broke")
    assert store.runnable() == [running.id, asked.id, unsaved.id]
    assert store.get(paused.id).state == "paused"
    assert store.get(failed.id).error == "it broke"
    assert store.set_state(failed.id, "running").error is None


def test_reading_the_store_needs_no_torch(store: Store) -> None:
    run = store.create("ada", "ae", "ring8")
    program = (
        "import sys; from genlab.runs import Store; import genlab.runs.work.scheduler, genlab.runs.bundle; "
        f"store = Store({store.url!r}); store.get({run.id!r}); store.points({run.id!r}); "
        f"store.set_state({run.id!r}, 'paused'); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
