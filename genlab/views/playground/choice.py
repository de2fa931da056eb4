"""Which model, data and run the playground shows: what its address says, else what the session last had here."""

from __future__ import annotations

import streamlit as st

from genlab.models import FAMILIES, Config, Family
from genlab.runs.store.record import Run
from genlab.views.bench import asked_run
from genlab.views.bench.actions import show_config
from genlab.views.bench.knobs import from_link
from genlab.views.bench.own_data import choosable
from genlab.views.frame.address import came_back, just_arrived, rewrite
from genlab.views.frame.session import last_run_key
from genlab.views.playground.actions import DRAW, PAGE, TARGETS, is_drawn, is_own, usual


def played() -> list[str]:
    """The models to choose from: those that learn points, in their order."""
    families = [family for family in FAMILIES.values() if "points" in family.kinds]
    return [family.name for family in sorted(families, key=lambda family: family.play.place)]


def settle() -> None:
    """Lets the family and the data be what the address says; nonsense is ignored."""
    asked_family, asked_data = st.query_params.get("family"), st.query_params.get("data")
    st.session_state["family"] = asked_family if asked_family in played() else run_family() or played()[0]
    st.session_state["data"] = asked_data if asked_data is not None and is_target(asked_data) else TARGETS[0]


def is_target(name: str) -> bool:
    """Whether the visitor may choose this target."""
    return name in TARGETS or is_drawn(name) or name == DRAW or (is_own(name) and choosable(name, {"points"}))


def run_family() -> str | None:
    """The family of the address' run, for links that name only a run."""
    run = found(st.query_params.get("run"))
    return run.family if run else None


def found(run_id: str | None) -> Run | None:
    """The run of that id, where there is one that can be played with."""
    return asked_run.found(run_id, playable)


def playable(run: Run) -> bool:
    """Whether the stage can show a run: one of points."""
    return run.family in played() and (run.data in TARGETS or is_drawn(run.data) or is_own(run.data))


def shown_run(family: Family) -> Run | None:
    """The address' run, else the one this session last had here of the family on this data, written into the address.
    Who comes back to an address without a run sees none."""
    if run := found(st.query_params.get("run")):
        return run if run.family == family.name else None
    if st.query_params.get("fan") or came_back():
        return None
    run = found(st.session_state.get(last_run_key(PAGE + family.name)))
    if run is None or run.data != st.session_state["data"]:
        return None
    rewrite(run=run.id)
    return run


def follow(family: Family, run: Run | None) -> None:
    """Lets the knobs show the run, or the family's usual values, and over these what the address says, when one arrives
    or the page has come to show another run, model or data set."""
    if run is not None:
        st.session_state["data"] = run.data
    if st.session_state["data"] == DRAW:
        return
    shown = (PAGE, family.name, run.id if run else None, st.session_state["data"])
    there = all(name in st.session_state for name in family.config.model_fields)
    if not just_arrived("playground_knobs") and there and st.session_state.get("knobs_for") == shown:
        return
    st.session_state["knobs_for"] = shown
    show_config(from_link(begun_with(family, run)))


def begun_with(family: Family, run: Run | None) -> Config:
    """The settings that the page has without a hand on its knobs."""
    return family.config.parse(run.config) if run else usual(family)
