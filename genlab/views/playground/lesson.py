"""The playground's stage in a chapter: the run of an experiment, or one that its own buttons begin."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from genlab.lessons.anatomy import Stage
from genlab.live.lab import lab
from genlab.live.widgets.playground import stage as mount
from genlab.models import FAMILIES, Family
from genlab.runs.store.record import Run
from genlab.views.bench.actions import attempt, component_value, put
from genlab.views.bench.asked_run import found
from genlab.views.frame.session import owner, translator
from genlab.views.frame.troubles import careful
from genlab.views.playground.choice import played
from genlab.views.playground.stage import USUAL, OnStage, stage_data

KEY = "lesson_playground"
# The run that was begun on the stage, of which chapter's state, and beside which run of an experiment.
BEGUN = "lesson_playground_run"

Here = tuple[str, str | None]


def lesson_stage(asked: Stage, run: Run | None, behind: Run | None) -> None:
    """The stage with a run, or with what `asked.state` says: family, data, layers, settings (what differs from the
    preset)."""
    _ = translator()
    state = asked.state
    family = FAMILIES[state.get("family", played()[0])]
    here = (repr(asked.state), run.id if run else None)
    shown = begun_here(here) or run
    untrained = family.preset("classroom", "points", dict(state.get("settings", {})))
    kept, layers = st.session_state.get(f"{KEY}_layers", (None, None))
    if kept != here[0]:
        layers = list(state.get("layers", USUAL))
    data = shown.data if shown else state["data"]
    on_stage = OnStage(
        data,
        untrained,
        layers,
        behind,
        copies=True,
        walks=bool(st.session_state.pop(f"{KEY}_walks", False)),
        acts=st.session_state.get("acts", 0),
    )
    acts = partial(act, family, data, untrained.model_dump(), here, shown)
    handed = stage_data(FAMILIES[shown.family] if shown else family, shown, on_stage)
    # There is no Start here.
    handed["labels"] = handed["labels"] | {"ready": _("Untrained: neither player has moved")}
    mount(
        handed,
        KEY,
        acts,
        partial(choose_layers, here[0]),
    )
    if notice := st.session_state.pop("notice", None):
        st.error(notice, icon=":material/error:")


def begun_here(here: Here) -> Run | None:
    """The run that was begun on the stage, while no experiment has begun another since."""
    begun, where = st.session_state.get(BEGUN, (None, None))
    if begun is None or where != here:
        return None
    return found(begun, lambda run: True)


def choose_layers(where: str) -> None:
    """Layers were switched on the stage."""
    layers = component_value(KEY, "layers")
    if isinstance(layers, list):
        st.session_state[f"{KEY}_layers"] = where, layers


@careful
def act(family: Family, data: str, config: dict[str, Any], here: Here, shown: Run | None) -> None:
    """What was asked for on the stage: steps, slow motion, a copy. A run that is another's or done goes on in a copy,
    none at all in a new one."""
    wish = component_value(KEY, "ask")
    if not isinstance(wish, dict):
        return
    store, do = lab().store, wish.get("do")
    if do not in ("discriminator", "generator", "both", "slow"):
        return
    mine = shown
    if shown is not None and shown.state == "running" and shown.owner == owner():
        put(shown, "paused")
    elif shown is None or shown.state in ("finished", "failed") or shown.owner != owner():
        mine = gone_on_with(family, data, config, shown)
        st.session_state[BEGUN] = (mine.id, here)
        st.session_state[f"{KEY}_walks"] = do == "slow"
    if do == "slow" and mine is not shown and mine is not None and mine.step == 0:
        attempt(lambda: store.request_step(mine.id, owner=owner()))
    if do != "slow" and mine is not None:
        count = wish.get("count")
        part = None if do == "both" else do
        many = count if isinstance(count, int) else 1
        attempt(lambda: store.request_step(mine.id, part, owner=owner(), count=many))


def gone_on_with(family: Family, data: str, config: dict[str, Any], shown: Run | None) -> Run:
    """A paused run of the visitor's own: a copy of the newest moment of what is shown, as far again; where nothing of
    it is kept, a new one."""
    store = lab().store
    kept = store.checkpoint_steps(shown.id) if shown is not None else []
    if shown is not None and kept:
        longer = {"steps": 2 * kept[-1]} if shown.config["steps"] <= kept[-1] else {}
        return store.fork(shown.id, kept[-1], owner(), longer)
    return store.create(owner(), family.name, data, config, state="paused")
