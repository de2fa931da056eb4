"""A family's page: knobs, start / pause / step / stop, and the view of the run they make."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from itertools import cycle
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from genlab.data import DATASETS, describe
from genlab.live.lab import shipped_runs
from genlab.live.widgets.run_view import run_view
from genlab.models import FAMILIES, Config, Family
from genlab.runs.store.record import Run
from genlab.views.bench.actions import (
    PRESETS,
    SHOWN,
    attempt,
    behind_of,
    change_knob,
    component_value,
    cure,
    fork,
    knob_values,
    put,
    show_config,
    single,
    start,
    take_preset,
)
from genlab.views.bench.asked_run import asked_run, found, with_run
from genlab.views.bench.describe import measured_on, view_data
from genlab.views.bench.knobs import from_link, knobs, to_link
from genlab.views.bench.own_data import bring_own, choosable, own_names
from genlab.views.bench.shown import changes, most_usual, shown_data
from genlab.views.frame.address import came_back, just_arrived, rewrite
from genlab.views.frame.fetch import offer_download
from genlab.views.frame.session import last_run_key, owner, translator

ACTIVE = ("running", "paused")
# Where one draws a digit; what was drawn there is offered here.
LATENT = "pages/play/latent.py"


def training_page(name: str) -> None:
    """Everything below a family page's title."""
    family = family_here(name)
    run = present_run(family)
    follow(family, run)
    rewrite(run=run.id if run is not None else None)
    # The keys name what a phone puts in another order: buttons, stage, knobs (see TIGHT in session.py).
    with st.container(key="bench"):
        left, right = st.columns([1, 3.4], gap="medium")
    with left:
        controls(family, run)
    with right:
        shown = stage(family, run)
    if shown is not None:
        below(shown)


def below(run: Run) -> None:
    """What is to be seen of a run below its bench, where there is more: how z is drawn."""
    from genlab.views.measure.sampling import can_be_drawn, sampling_view

    if not can_be_drawn(run):
        return
    _ = translator()
    st.subheader(_("How z is drawn"), anchor="drawn")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            _("Every operation from x to x' with its numbers, and the line of code that does it."), width="content"
        )
        st.page_link(
            LATENT, label=_("Draw your own x"), icon=":material/draw:", query_params={"view": "draw", "run": run.id}
        )
    sampling_view(run)


def family_here(name: str) -> Family:
    """The family that the page shows: the named one, or that of the address' run where it has the same page."""
    run = found(st.query_params.get("run"), lambda run: FAMILIES[run.family].page == FAMILIES[name].page)
    return FAMILIES[run.family if run else name]


def present_run(family: Family) -> Run | None:
    """The run of this page: the address' when one arrives (`?run=`), else this session's last of the family. Who comes
    back to an address without a run sees none."""
    remembered = last_run_key(family.name)
    if just_arrived(remembered):
        named = asked_run(lambda run: run.family == family.name)
        if named is not None:
            st.session_state[remembered] = named.id
        elif came_back():
            st.session_state.pop(remembered, None)
    return found(st.session_state.get(remembered), lambda run: run.family == family.name)


def follow(family: Family, run: Run | None) -> None:
    """Lets data, preset and knobs be the run's that the page has come to show, or without one the family's usual ones;
    when one arrives, with what the address says over them."""
    arrived = just_arrived("knobs")
    shown = (family.name, run.id if run else None)
    there = all(name in st.session_state for name in (*family.config.model_fields, "data", "preset"))
    if not arrived and there and st.session_state.get("knobs_for") == shown:
        return
    st.session_state["knobs_for"] = shown
    link: dict[str, str] = st.query_params.to_dict() if arrived else {}
    asked = link.get("data")
    st.session_state["data"] = asked if known_data(family, asked) else run.data if run else usual_data(family)
    if arrived or not there:
        preset = link.get("preset")
        st.session_state["preset"] = preset if preset in PRESETS else PRESETS[0]
    config = begun_with(family, run)
    show_config(from_link(config) if arrived else config)


def begun_with(family: Family, run: Run | None) -> Config:
    """The settings that the page has without a hand on its knobs: the run's on its own data, else the preset's."""
    if run is not None and run.data == st.session_state["data"]:
        return family.config.parse(run.config)
    return family.preset(st.session_state["preset"], describe(st.session_state["data"]).kind)


def known_data(family: Family, name: str | None) -> bool:
    """Whether there is a data set of that name, a drawing's or one's own among them, that the family learns."""
    with suppress(ValueError):
        return name is not None and choosable(name, family.kinds) and family.learns(name)
    return False


def usual_data(family: Family) -> str:
    """The data set that a page begins with."""
    return next(name for name in DATASETS if family.learns(name))


def controls(family: Family, run: Run | None) -> None:
    """The buttons, the data and the knobs."""
    _ = translator()
    mine = run if run is not None and run.owner == owner() and run.state in ACTIVE else None
    with st.container(key="actions"):
        buttons(family, mine, cycle(st.columns(2, gap="small")))
        if notice := st.session_state.pop("notice", None):
            st.error(notice, icon=":material/error:")
    with st.container(key="settings"):
        settings(family, run, mine)


def settings(family: Family, run: Run | None, mine: Run | None) -> None:
    """What to train: the data, a preset, and the knobs."""
    _ = translator()
    names = offered_data(family)
    data = st.selectbox(
        _("Data"),
        names,
        format_func=lambda name: _(describe(name).title),
        key="data",
        disabled=mine is not None,
        on_change=take_preset,
        args=(family,),
    )
    offer_download(data)
    if mine is None:
        bring_own(family.kinds, lambda name: take_data(family, name))
    preset = st.segmented_control(
        _("Preset"),
        PRESETS,
        format_func=lambda name: _(name),
        key="preset",
        required=True,
        disabled=mine is not None,
        on_change=take_preset,
        args=(family,),
    )
    base = family.preset(preset or PRESETS[0], describe(data).kind)
    knobs(family, base, mine is not None, lambda field: change_knob(mine, field))
    usual = data == usual_data(family) and (run is None or run.data == data)
    rewrite(data=None if usual else data, preset=None if preset == PRESETS[0] else preset)
    # A run that is on has taken what its knobs say.
    begun = begun_with(family, run)
    to_link(begun, begun.model_dump() if mine is not None else knob_values(family))


def offered_data(family: Family) -> list[str]:
    """The data sets to choose from: the listed ones that the family learns, one's own, and what is chosen."""
    names = [name for name in (*DATASETS, *own_names(family.kinds)) if family.learns(name)]
    return list(dict.fromkeys([*names, st.session_state["data"]]))


def take_data(family: Family, name: str) -> None:
    """One's own data were brought: the page learns from them."""
    st.session_state["data"] = name
    take_preset(family)


def buttons(family: Family, run: Run | None, places: Iterable[DeltaGenerator], page: str = "") -> None:
    """Each acts at once; what makes no sense now is disabled. Each takes the next of `places`."""
    _ = translator()
    running = run is not None and run.state == "running"
    paused = run is not None and run.state == "paused"
    resume, step_text = _("Resume") if paused else _("Start"), _("One step of training.")
    stop_text = _("Ends this run; it stays under Runs.")
    rows: list[tuple[str, str, str | None, bool, Any, tuple[Any, ...], str | None]] = [
        ("start", resume, "play_arrow", running, start, (family, run, page), None),
        ("pause", _("Pause"), "pause", not running, put, (run, "paused"), None),
        ("step", _("Step"), "skip_next", running, single, (family, run, None, page), step_text),
        ("stop", _("Stop"), "stop", run is None, put, (run, "finished"), stop_text),
    ]
    for part, text in zip(family.parts, (_("Step D"), _("Step G")), strict=False):
        alone = _("One step of this player alone.")
        rows.append((f"step_{part}", text, None, running, single, (family, run, part, page), alone))
    for place, (key, label, icon, disabled, act, args, text) in zip(places, rows, strict=False):
        place.button(
            label,
            key=key,
            icon=f":material/{icon}:" if icon else None,
            type="primary" if key == "start" else "secondary",
            disabled=disabled,
            width="content" if page else "stretch",
            on_click=act,
            args=args,
            help=text,
        )


def stage(family: Family, run: Run | None) -> Run | None:
    """The run's view; before there is one, a shipped run in replay and what to do. Returns what it shows."""
    _ = translator()
    run = run or most_usual(family, shipped_runs())
    st.session_state[SHOWN] = run.id if run else None
    none = _("Press Start: the model begins to learn, and this is where you watch it.")
    with_run(run, none, lambda run: watched(family, run))
    return run


def watched(family: Family, run: Run) -> None:
    """The run in the browser, and how it was measured."""
    behind = behind_of(run)
    asked = changes(run, st.session_state["data"], knob_values(family))
    shown = shown_data(run, asked, behind, trains=True)
    data = view_data(run, latent=True, bench=True, shown=shown, behind=behind)
    acts = {"acts": st.session_state.get("acts", 0)}
    run_view(data | acts, "run_view", lambda: copy_shown(family, run), lambda: cure_shown(family, run))
    for sentence in measured_on(run):
        st.caption(sentence)


def copy_shown(family: Family, run: Run) -> None:
    """A fork of the moment that the view shows; it takes the place of the run."""
    if isinstance(step := component_value("run_view", "fork"), int):
        attempt(lambda: fork(family, run.id, step))


def cure_shown(family: Family, run: Run) -> None:
    """A fork with what helps against a symptom that the view shows; it takes the place of the run."""
    if wish := component_value("run_view", "cure"):
        attempt(lambda: cure(family, run.id, wish))
