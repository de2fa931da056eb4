"""Checkpoints of large nets in short: who trains or rests goes on to the same bytes, who has ended takes little room,
and what is forked from there trains on as the run did, but for its first steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from runs.work.hot_cases import Weights, advance_to, finish
from sqlalchemy import update

from genlab.checkpoint import CUT_SHORT, WHOLE_BYTES
from genlab.data import load
from genlab.models import family_named
from genlab.runs import RunError, Store
from genlab.runs.arrays import unpack
from genlab.runs.bundle import export_run, import_bundle
from genlab.runs.looks.codes import model_of
from genlab.runs.store.short import in_short, is_large
from genlab.runs.store.tables import CHECKPOINTS
from genlab.runs.work.hot import HotRuns
from genlab.training import Trainer, kept_steps, read_checkpoint

LARGE: dict[str, Any] = {"hidden": 128, "latents": 4, "batch": 32, "steps": 60}
Alone = Callable[..., tuple[dict[str, bytes], list[Any]]]

pytestmark = pytest.mark.every_database


@pytest.fixture(autouse=True)
def _as_workers_do() -> Any:
    torch.set_flush_denormal(True)
    yield
    torch.set_flush_denormal(False)


def made(store: Store, steps: int = 0) -> tuple[str, HotRuns]:
    """A run of a large net that trains, and who trains it; 0: to its end."""
    run, hot = store.create("ada", "ae", "mnist5k", LARGE, preset="classroom"), HotRuns(store)
    if steps:
        advance_to(store, hot, run.id, steps)
    else:
        finish(store, hot, run.id)
    return run.id, hot


def trainer(steps: int = 0) -> Trainer:
    """The same run in one go."""
    config = family_named("ae").preset("classroom", "images", LARGE)
    made = Trainer("ae", config, load("mnist5k"))
    made.advance(steps=steps)
    return made


def test_while_it_trains_the_newest_is_whole_and_the_older_are_short(store: Store) -> None:
    run_id, hot = made(store, 20)
    hot.advance(run_id, 0.0, save=True)
    size = trainer().checkpoint_bytes
    assert store.checkpoint_steps(run_id) == [0, *(step for step in kept_steps(60, size) if 0 < step < 21), 21]
    assert store.short_steps(run_id) == [step for step in kept_steps(60, size) if 0 < step < 21] != []
    assert is_large(store.checkpoint(run_id, 21))
    assert unpack(store.checkpoint(run_id, 0)) == {}
    with pytest.raises(RunError, match="no weights of step 0"):
        model_of(store, run_id, 0)


def test_what_has_no_memory_of_adams_is_never_in_short(store: Store) -> None:
    plain = LARGE | {"optimiser_g": "sgd", "optimiser_d": "sgd", "steps": 10}
    run, hot = store.create("ada", "gan", "mnist5k", plain, preset="classroom"), HotRuns(store)
    finish(store, hot, run.id)
    assert len(store.checkpoint(run.id)) > WHOLE_BYTES
    assert store.checkpoint_steps(run.id)[-1] == 10
    assert store.short_steps(run.id) == []


def test_a_restart_at_any_moment_changes_no_byte(store: Store, weights_of: Weights, trained_alone: Alone) -> None:
    run_id, _ = made(store, 1)
    config = dict(store.get(run_id).config)
    while store.get(run_id).state == "running":
        HotRuns(store).advance(run_id, 0.0, save=True)
    assert weights_of(store, run_id) == trained_alone("ae", "mnist5k", config)[0]


def test_who_has_ended_is_short_and_goes_on_alike_wherever(store: Store, weights_of: Weights) -> None:
    ends = []
    for restarts in (False, True):
        run_id, hot = made(store)
        assert store.short_steps(run_id)[-1] == 60
        assert len(store.checkpoint(run_id)) < trainer().checkpoint_bytes / 2
        assert hot.runs == {}
        store.change(run_id, {"steps": 90})
        finish(store, HotRuns(store) if restarts else hot, run_id)
        ends.append(weights_of(store, run_id))
    assert ends[0] == ends[1]


@pytest.mark.parametrize("way", ["stopped", "shortened", "running"])
def test_a_run_that_is_stopped_is_short_too(store: Store, way: str) -> None:
    run_id, hot = made(store, 21)
    if way != "running":
        store.set_state(run_id, "paused")
        hot.advance(run_id, 0.0, save=False)
        assert (store.runnable(), store.short_steps(run_id)[-1] < 21) == ([], True)
    if way == "shortened":
        store.change(run_id, {"steps": 20})
    else:
        store.set_state(run_id, "finished")
    while store.runnable():
        hot.advance(run_id, 0.0, save=False)
    assert (store.get(run_id).state, store.get(run_id).step, store.short_steps(run_id)[-1]) == ("finished", 21, 21)
    assert hot.runs == {}


def test_one_that_is_stopped_before_its_first_step_keeps_its_weights(store: Store) -> None:
    run = store.create("ada", "ae", "mnist5k", LARGE, preset="classroom", state="paused")
    store.set_state(run.id, "finished")
    HotRuns(store).advance(run.id, 0.0, save=False)
    assert (store.get(run.id).saved_step, store.short_steps(run.id)) == (0, [])
    assert model_of(store, run.id, 0).latents == 4


def test_a_fork_from_the_beginning_begins_as_the_run_did(store: Store, weights_of: Weights) -> None:
    run_id, hot = made(store)
    same, other = store.fork(run_id, 0, "bob"), store.fork(run_id, 0, "bob", {"learning_rate": 0.01})
    assert (same.step, same.saved_step, same.parent_id, same.parent_step) == (0, None, run_id, 0)
    for fork in (same, other):
        finish(store, hot, fork.id)
    assert weights_of(store, same.id) == weights_of(store, run_id) != weights_of(store, other.id)
    assert [(event.kind, event.step) for event in store.events(other.id)] == [("fork", 0), ("change", 0)]
    assert "short" not in store.events(same.id)[0].details


def test_a_fork_in_short_says_so_and_is_restarted_to_the_same_bytes(store: Store, weights_of: Weights) -> None:
    run_id, _ = made(store)
    at = store.short_steps(run_id)[1]
    ends = []
    for restarts in (False, True):
        fork, hot = store.fork(run_id, at, "bob"), HotRuns(store)
        assert store.events(fork.id)[0].details == {"parent": run_id, "step": at, "short": True}
        store.set_state(fork.id, "running")
        if restarts:  # lost before it was saved for the first time, and after every step from then on
            HotRuns(store).advance(fork.id, 0.0, save=False)
        while store.get(fork.id).state == "running":
            hot.advance(fork.id, 0.0, save=restarts)
            hot = HotRuns(store) if restarts else hot
        ends.append(weights_of(store, fork.id))
        changes = read_checkpoint(store.checkpoint(fork.id)).standing.changes
        assert [change[:2] for change in changes] == [[at, CUT_SHORT]]
    assert ends[0] == ends[1] != weights_of(store, run_id)


def test_what_goes_on_in_short_loses_nothing_by_it() -> None:
    losses = {}
    blob = trainer(30).checkpoint()
    for way, kept in (("whole", blob), ("short", in_short(blob))):
        goes_on = trainer()
        goes_on.restore(kept)
        losses[way] = []
        for _ in range(15):
            goes_on.advance(steps=1)
            losses[way].append(goes_on.on_held_out(whole=False)["mse"])
    whole, short = np.array(losses["whole"]), np.array(losses["short"])
    assert (short < 1.1 * whole).all()
    assert short[-1] == pytest.approx(whole[-1], rel=0.1)


def test_what_an_older_genlab_kept_whole_is_cut_short_as_it_trains_on(store: Store) -> None:
    run_id, hot = made(store, 21)
    whole = trainer(10).checkpoint()
    with store.engine.begin() as connection:
        older = {"run_id": run_id, "step": 10, "kept": True, "blob": whole, "whole": None}
        connection.execute(CHECKPOINTS.insert().values(older))
        connection.execute(update(CHECKPOINTS).where(CHECKPOINTS.c.step == 10).values(whole=None))
    fork = store.fork(run_id, 10, "bob")
    assert store.events(fork.id)[0].details == {"parent": run_id, "step": 10}
    assert store.checkpoint(fork.id) == whole
    hot.advance(run_id, 0.0, save=True)
    assert 10 in store.short_steps(run_id)
    assert unpack(store.checkpoint(run_id, 10)).keys() == unpack(in_short(whole)).keys() != unpack(whole).keys()


def test_a_bundle_carries_either(store: Store, weights_of: Weights) -> None:
    run_id, hot = made(store)
    arrived = import_bundle(store, export_run(store, run_id), "eve")
    assert (arrived.state, store.short_steps(arrived.id)) == ("finished", [60])
    assert weights_of(store, arrived.id) == weights_of(store, run_id)
    paused, _ = made(store, 21)
    store.set_state(paused, "paused")
    hot.advance(paused, 0.0, save=False)
    whole = import_bundle(store, export_run(store, paused), "eve")
    assert (whole.state, store.short_steps(whole.id)) == ("paused", [])
    assert weights_of(store, whole.id) == weights_of(store, paused)
    for run in (whole.id, paused):
        finish(store, hot, run)
    assert weights_of(store, whole.id) == weights_of(store, paused)
