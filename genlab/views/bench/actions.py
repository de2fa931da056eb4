"""What the buttons and knobs of a training page do. All are callbacks: they act before the page is drawn, once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from genlab.data import describe
from genlab.data.own.shelf import may_choose
from genlab.live.lab import lab
from genlab.locale import N_, Message
from genlab.models import Config, ConfigError, Family, Part
from genlab.models.base import flag
from genlab.runs.store.record import Run, RunError, State
from genlab.views.bench.asked_run import another_run, found
from genlab.views.bench.refusals import refusal
from genlab.views.frame.address import rewrite
from genlab.views.frame.session import last_run_key, owner, translator
from genlab.views.frame.troubles import careful

PRESETS = ("classroom", "best")
NOT_SHARED = N_("These data are somebody else's own and not shared: choose other data, or ask them to share.")
# Where the session keeps the id of the run that the page shows, whosever it is.
SHOWN = "shown_run"


def create(family: Family, values: Mapping[str, Any], state: State, seed: int = 0) -> str | None:
    """A new run of the knobs' settings; where they do not go together, a sentence for the page and None."""
    data = st.session_state["data"]
    if not may_choose(data, owner()):
        st.session_state["notice"] = translator()(NOT_SHARED)
        return None
    try:
        config = family.config.parse(values)
        family.check(config, describe(data).kind)
        return lab().store.create(owner(), family.name, data, config.model_dump(), state=state, seed=seed).id
    except ValueError as error:
        st.session_state["notice"] = refusal(error)
        return None


def present(family: Family, run_id: str | None, page: str = "", behind: str | None = None) -> None:
    """Makes a run the one that a page shows of a family, in the address and when one comes back. Its settings are the
    run's own from now on. behind: the run whose curves stay behind its own."""
    if run_id is not None:
        st.session_state[last_run_key(page + family.name)] = run_id
        another_run()
        rewrite(run=run_id, fan=None, behind=behind, **dict.fromkeys(family.config.model_fields))


def former() -> str | None:
    """The run whose curves stay when another begins: the one that is shown, or that the address has kept."""
    return st.session_state.get(SHOWN) or st.query_params.get("behind")


def behind_of(run: Run | None) -> Run | None:
    """The run whose curves stand behind this one's: the one before it, as the address says, else the one that it is a
    fork of; None where it is not here (any more) or its curves say something else: another family's, or points' beside
    images'."""
    if run is None:
        return None
    for run_id in (st.query_params.get("behind"), run.parent_id):
        other = found(run_id, lambda other: other.id != run.id and same_kind(other, run))
        if other is not None:
            return other
    return None


def same_kind(one: Run, other: Run) -> bool:
    """Whether curves of two runs say the same: of one family, both of images or both of points."""
    return one.family == other.family and describe(one.data).kind == describe(other.data).kind


def knob_values(family: Family) -> dict[str, Any]:
    """What the knobs say now; the preset's values where a page has no knob."""
    settings = base_config(family).model_dump()
    return settings | {name: st.session_state[name] for name in settings if name in st.session_state}


def base_config(family: Family) -> Config:
    """The settings of the page's preset for its data."""
    return family.preset(st.session_state.get("preset") or PRESETS[0], describe(st.session_state["data"]).kind)


@careful
def start(family: Family, run: Run | None, page: str = "") -> None:
    """Goes on with the run, or begins one."""
    if run is None:
        present(family, create(family, knob_values(family), "running"), page, former())
        lab().scheduler.wake()
    else:
        put(run, "running")


@careful
def single(family: Family, run: Run | None, part: Part | None, page: str = "") -> None:
    """One step of training, of D or G alone where there are two players."""
    run_id = run.id if run is not None else create(family, knob_values(family), "paused")
    if run_id is None:
        return
    if run is None:
        present(family, run_id, page, former())
    attempt(lambda: lab().store.request_step(run_id, part, owner=owner()))


def fork(family: Family, run_id: str, step: int, page: str = "", changes: Mapping[str, Any] | None = None) -> Run:
    """A new run from the newest kept checkpoint at or before `step`, with the live knobs as they stand now but for
    `changes`."""
    store = lab().store
    kept = [at for at in store.checkpoint_steps(run_id) if at <= step]
    if not kept:
        raise RunError(Message(N_("fork: got step {step}, and no moment up to it is kept"), step=step))
    fields = family.config.model_fields
    live = {name: value for name, value in knob_values(family).items() if flag(fields[name], "live")}
    live |= changes or {}
    if live["steps"] <= kept[-1]:
        live["steps"] = 2 * kept[-1]  # a copy of a run that is done is there to be trained on: as far again
    made = store.fork(run_id, kept[-1], owner(), live)
    present(family, made.id, page)
    return made


def cure(family: Family, run_id: str, wish: Any, page: str = "") -> None:
    """A fork from before a symptom that was seen at a moment, with what helps against it; it trains at once. wish:
    {"name", "step"}, as a browser sends it."""
    from genlab.runs.looks.diagnosis import symptom_at

    name, step = (wish.get("name"), wish.get("step")) if isinstance(wish, dict) else (None, None)
    store = lab().store
    found = (
        symptom_at(store, store.get(run_id), name, step) if isinstance(name, str) and isinstance(step, int) else None
    )
    if found is not None:
        changes = {knob: after for knob, (_, after) in found.cure.items()}
        made = fork(family, run_id, max(0, found.since), page, changes)
        store.set_state(made.id, "running", owner=owner())


def component_value(key: str, name: str) -> Any:
    """What a component has just sent."""
    sent = st.session_state.get(key)
    return sent.get(name) if sent is not None else None


@careful
def put(run: Run, state: State) -> None:
    """Pauses, resumes or stops the run."""
    attempt(lambda: lab().store.set_state(run.id, state, owner=owner()))


@careful
def change_knob(run: Run | None, field: str) -> None:
    """A knob was moved: the run that is on, if any, takes it before its next slice."""
    if run is not None:
        attempt(lambda: lab().store.change(run.id, {field: st.session_state[field]}, owner=owner()))


def attempt(action: Any) -> None:
    """Acts on the store and tells the scheduler; what cannot be done (the run was deleted or finished in another tab, a
    value is out of range) becomes a sentence on the page."""
    try:
        action()
    except (ConfigError, RunError) as error:
        st.session_state["notice"] = refusal(error)
    # The view is told that something was done, and looks at once.
    st.session_state["acts"] = st.session_state.get("acts", 0) + 1
    lab().scheduler.wake()


def take_preset(family: Family) -> None:
    """Another data set or preset was chosen: the knobs take its values."""
    show_config(base_config(family))


def show_config(config: Any) -> None:
    """Sets every knob to a config's values."""
    show_values(config.model_dump())


def show_values(values: Mapping[str, Any]) -> None:
    """Sets knobs to values, by their names."""
    for name, value in values.items():
        st.session_state[name] = value
