"""What the buttons and knobs of a training page do. All are callbacks: they act before the page is drawn, once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from genlab.data import DATASETS
from genlab.live.lab import lab
from genlab.models import ConfigError, Family, Part
from genlab.runs.record import Run, RunError, State
from genlab.views.session import last_run_key, owner

PRESETS = ("classroom", "best")


def create(family: Family, values: Mapping[str, Any], state: State) -> str | None:
    """A new run of the knobs' settings; where they do not go together, a sentence for the page and None."""
    data = st.session_state["data"]
    try:
        config = family.config.parse(values)
        family.check(config, DATASETS[data].kind)
        run = lab().store.create(owner(), family.name, data, config.model_dump(), state=state)
    except ValueError as error:
        st.session_state["notice"] = str(error)
        return None
    st.session_state[last_run_key(family.name)] = run.id
    return run.id


def knob_values(family: Family) -> dict[str, Any]:
    """What the knobs say now."""
    return {name: st.session_state[name] for name in family.config.model_fields if name in st.session_state}


def start(family: Family, run: Run | None) -> None:
    """Goes on with the run, or begins one."""
    if run is None:
        create(family, knob_values(family), "running")
        lab().scheduler.wake()
    else:
        put(run, "running")


def single(family: Family, run: Run | None, part: Part | None) -> None:
    """One step of training, of D or G alone where there are two players."""
    run_id = run.id if run is not None else create(family, knob_values(family), "paused")
    if run_id is None:
        return
    attempt(lambda: lab().store.request_step(run_id, part))


def put(run: Run, state: State) -> None:
    """Pauses, resumes or stops the run."""
    attempt(lambda: lab().store.set_state(run.id, state))


def change_knob(run: Run | None, field: str) -> None:
    """A knob was moved: the run that is on, if any, takes it before its next slice."""
    if run is not None:
        attempt(lambda: lab().store.change(run.id, {field: st.session_state[field]}))


def attempt(action: Any) -> None:
    """Acts on the store and tells the scheduler; what cannot be done (the run was deleted or finished in another tab, a
    value is out of range) becomes a sentence on the page."""
    try:
        action()
    except (ConfigError, RunError) as error:
        st.session_state["notice"] = str(error)
    # The view is told that something was done, and looks at once.
    st.session_state["acts"] = st.session_state.get("acts", 0) + 1
    lab().scheduler.wake()


def take_preset(family: Family) -> None:
    """Another data set or preset was chosen: the knobs take its values."""
    preset = st.session_state.get("preset") or PRESETS[0]
    show_config(family.preset(preset, DATASETS[st.session_state["data"]].kind))


def show_config(config: Any) -> None:
    """Sets every knob to a config's values."""
    for name, value in config.model_dump().items():
        st.session_state[name] = value
