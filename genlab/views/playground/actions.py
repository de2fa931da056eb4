"""What a person does on the playground. All are callbacks: they act, and write into the address, before the page is
drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from genlab.data import OWN, describe
from genlab.live.lab import lab
from genlab.models import FAMILIES, Config, Family
from genlab.models.base import flag
from genlab.runs.store.record import Run
from genlab.views.bench.actions import (
    attempt,
    base_config,
    change_knob,
    component_value,
    create,
    cure,
    fork,
    former,
    knob_values,
    present,
    put,
    show_values,
    single,
)
from genlab.views.bench.asked_run import found
from genlab.views.bench.knobs import shown
from genlab.views.frame.address import rewrite
from genlab.views.frame.session import last_run_key, owner
from genlab.views.frame.troubles import careful

PAGE = "playground_"
DRAW = "draw"
TARGETS = (
    "ring8", "grid25", "two_gaussians", "line", "disjoint", "spiral",
    "one_gaussian_1d", "two_gaussians_1d", "three_gaussians_1d",
)  # fmt: skip
SEEDS = 8


def is_own(name: str) -> bool:
    """Whether this is the name of somebody's own points."""
    if not name.startswith(OWN):
        return False
    try:
        return describe(name).kind == "points"
    except ValueError:
        return False


def is_drawn(name: str) -> bool:
    """Whether this is the name of a data set that somebody drew."""
    if not name.startswith("drawn-"):
        return False
    try:
        return describe(name).kind == "points"
    except ValueError:
        return False


def usual(family: Family) -> Config:
    """The settings that the playground begins with: the preset's, and over these what the family says."""
    config = base_config(family)
    bare = family.play.bare(describe(st.session_state["data"]).shape[0])
    return config.changed(**bare) if bare else config


def own_run(run_id: str | None) -> Run | None:
    """The run of that id where it is this visitor's, who alone may steer it."""
    return found(run_id, lambda run: run.owner == owner())


def leave_run(**choice: str) -> None:
    """The page shows no run any more, but this choice; one that trains is paused, and stays under Runs."""
    run = own_run(st.query_params.get("run"))
    fields = (name for family in FAMILIES.values() for name in family.config.model_fields)
    rewrite(**(dict.fromkeys(fields) | {"run": None, "fan": None, "behind": None} | choice))
    if run is not None and run.state == "running":
        put(run, "paused")


@careful
def choose_family() -> None:
    """Another model on the same points."""
    leave_run(family=st.session_state["family"])


@careful
def choose_data() -> None:
    """Another target."""
    leave_run(data=st.session_state["data"])


@careful
def choose_setting(family: Family, run: Run | None, field: str) -> None:
    """A knob was moved. The run that is on takes it where it can; a knob that makes another model begins afresh, with
    all knobs as they stand; without a run it waits for Start."""
    if run is not None and flag(family.config.model_fields[field], "live"):
        change_knob(run, field)
        return
    if run is None:
        show_values(suited(family, field))
        return
    st.session_state.pop(last_run_key(PAGE + family.name), None)
    before = usual(family).model_dump()
    knobs = {name: shown(value) for name, value in knob_values(family).items() if value != before[name]}
    leave_run(family=family.name, data=st.session_state["data"], behind=run.id, **knobs)
    st.session_state["rested"] = True


def suited(family: Family, field: str) -> dict[str, Any]:
    """The knobs that go with a choice made before a run; back from it, the usual ones."""
    before, after = usual(family).model_dump(), family.play.suited.get((field, st.session_state[field]), {})
    moved = {name for (of, _), values in family.play.suited.items() if of == field for name in values}
    return {name: after.get(name, before[name]) for name in before if name in moved}


@careful
def rest_left_fan(fan: Sequence[str]) -> None:
    """Whoever leaves the eight seeds for others, or none, whichever way, pauses those that still train: they stay under
    Runs."""
    left = [run_id for run_id in st.session_state.get("fan_shown", []) if run_id not in fan]
    for run in lab().store.several(left):
        if run.owner == owner() and run.state == "running":
            put(run, "paused")
    st.session_state["fan_shown"] = list(fan)


@careful
def drawn() -> None:
    """The person's own points are the target now."""
    name = component_value("drawing", "drawn")
    if isinstance(name, str) and (name == DRAW or is_drawn(name)):
        leave_run(data=name)


@careful
def take_data(name: str) -> None:
    """One's own points were brought: they are the target now."""
    st.session_state["data"] = name
    leave_run(data=name)


def choose_layers() -> None:
    """Layers were switched on the stage."""
    layers = component_value("playground", "layers")
    if isinstance(layers, list):
        rewrite(layers=",".join(map(str, layers)))


@careful
def asked() -> None:
    """Something was asked for on the stage: {"do": ..., "step": ..., "run": ...}."""
    wish = component_value("playground", "ask")
    if not isinstance(wish, dict):
        return
    run_id, family = st.query_params.get("run"), FAMILIES[st.session_state["family"]]
    mine = own_run(run_id)
    match wish.get("do"):
        case "slow":
            if run_id and (mine is None or mine.state == "finished"):
                attempt(lambda: fork_newest(family, run_id))
            else:
                hold(family, mine)
        case "discriminator" | "generator" | "both" as part if run_id:
            steps(run_id, part, wish.get("count"))
        case "discriminator" | "generator" as part:
            begin_with(family, part, wish.get("count"))
        case "fork" if run_id and isinstance(wish.get("step"), int):
            attempt(lambda: fork(family, run_id, wish["step"], PAGE))
        case "cure" if run_id:
            attempt(lambda: cure(family, run_id, wish, PAGE))
        case "open" if wish.get("run") in [run.id for run in fan_runs()]:
            rewrite(run=wish["run"])
        case "fan":
            rewrite(run=None)


def steps(run_id: str, part: str, count: Any) -> None:
    """So many steps of a part, or one: of a run that trains, once it is paused."""
    many = count if isinstance(count, int) else 1
    store, mine = lab().store, own_run(run_id)
    if mine is not None and mine.state == "running":
        put(mine, "paused")
    attempt(lambda: store.request_step(run_id, None if part == "both" else part, owner=owner(), count=many))


def begin_with(family: Family, part: str, count: Any) -> None:
    """A new run of the knobs' settings, of which one part alone learns at first."""
    run_id = create(family, knob_values(family), "paused")
    if run_id is not None:
        present(family, run_id, PAGE, former())
        steps(run_id, part, count)


def hold(family: Family, run: Run | None) -> None:
    """Slow motion needs a paused run of one's own: this one, or a new one after its first step."""
    if run is None or run.state == "failed":
        single(family, None, None, PAGE)
        st.session_state["slow"] = True
    elif run.state == "running":
        put(run, "paused")


def fork_newest(family: Family, run_id: str) -> None:
    """A step of a run that cannot be steered, for it is somebody else's or finished, is walked through in a copy of it.
    Where nothing of it is kept yet, in a new run."""
    kept = lab().store.checkpoint_steps(run_id)
    if not kept:
        hold(family, None)
        return
    fork(family, run_id, kept[-1], PAGE)
    st.session_state["slow"] = True


def fan_runs() -> Sequence[Run]:
    """The runs of the address' fan that are known here."""
    ids = [run_id for run_id in st.query_params.get("fan", "").split(",") if run_id][:SEEDS]
    return lab().store.several(ids)


@careful
def eight_seeds(family: Family) -> None:
    """Starts eight runs that differ only in their seed, and shows them side by side."""
    values = knob_values(family)
    made = []
    for seed in range(SEEDS):
        run_id = create(family, values, "running", seed)
        if run_id is None:
            return
        made.append(run_id)
    leave_run(fan=",".join(made))
    lab().scheduler.wake()


@careful
def stop_all() -> None:
    """Ends the runs of the fan that still train."""
    for run in fan_runs():
        if run.owner == owner() and run.state in ("running", "paused"):
            put(run, "finished")
