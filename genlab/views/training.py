"""A family's page: knobs, start / pause / step / stop, and the view of the run they make."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from itertools import cycle
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from genlab.data import DATASETS, DEFAULT, describe
from genlab.live.lab import lab, shipped_runs
from genlab.live.run_view import run_view
from genlab.models import FAMILIES, Family
from genlab.runs.record import Run, UnknownRun
from genlab.views.actions import (
    PRESETS,
    change_knob,
    put,
    show_config,
    single,
    start,
    take_preset,
)
from genlab.views.address import from_address, to_address
from genlab.views.describe import view_data
from genlab.views.fetch import offer_download
from genlab.views.knobs import knobs
from genlab.views.session import last_run_key, owner, translator

ACTIVE = ("running", "paused")


def training_page(name: str) -> None:
    """Everything below a family page's title."""
    family = FAMILIES[name]
    run = present_run(family)
    if run is not None and st.query_params.get("run") != run.id:
        st.query_params["run"] = run.id
    follow(family, run)
    # The keys name what a phone puts in another order: buttons, stage, knobs (see TIGHT in session.py).
    with st.container(key="bench"):
        left, right = st.columns([1, 3.4], gap="medium")
    with left:
        controls(family, run)
    with right:
        stage(family, run)


def present_run(family: Family) -> Run | None:
    """The run of this page: this session's last of the family, else the address' (`?run=`); one that is gone or of
    another family is ignored."""
    for run_id in (st.session_state.get(last_run_key(family.name)), st.query_params.get("run")):
        if run_id is None:
            continue
        try:
            run = lab().store.get(run_id)
        except UnknownRun:
            continue
        if run.family == family.name:
            return run
    return None


def follow(family: Family, run: Run | None) -> None:
    """Lets the knobs show the run that the page has come to show, or another family's defaults; a first visit leaves
    them to the address."""
    shown = (family.name, run.id if run else None)
    before = st.session_state.get("knobs_for")
    st.session_state["knobs_for"] = shown
    if before == shown or (before is None and run is None):
        return
    if run is not None:
        st.session_state["data"] = run.data
        show_config(family.config.parse(run.config))
    else:
        st.session_state["data"] = DEFAULT
        show_config(family.preset(PRESETS[0], describe(DEFAULT).kind))


def controls(family: Family, run: Run | None) -> None:
    """The buttons, the data and the knobs."""
    _ = translator()
    mine = run if run is not None and run.owner == owner() and run.state in ACTIVE else None
    with st.container(key="actions"):
        buttons(family, mine, cycle(st.columns(2, gap="small")))
        if notice := st.session_state.pop("notice", None):
            st.error(notice, icon=":material/error:")
    with st.container(key="settings"):
        settings(family, mine)


def settings(family: Family, mine: Run | None) -> None:
    """What to train: the data, a preset, and the knobs."""
    _ = translator()
    names = offered_data()
    from_address("data", names, DEFAULT)
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
    from_address("preset", PRESETS, PRESETS[0])
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
    to_address("data", data, DEFAULT)
    to_address("preset", preset, PRESETS[0])
    base = family.preset(preset or PRESETS[0], describe(data).kind)
    knobs(family, base, mine is not None, lambda field: change_knob(mine, field))


def offered_data() -> list[str]:
    """The data sets to choose from: the listed ones, and a drawing where the shown run or the address has one."""
    names = list(DATASETS)
    for name in (st.session_state.get("data"), st.query_params.get("data")):
        with suppress(ValueError):
            if name and describe(name).name not in names:
                names.append(name)
    return names


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


def stage(family: Family, run: Run | None) -> None:
    """The run's view; before there is one, a shipped run in replay and what to do."""
    _ = translator()
    if run is None:
        shipped = [r for r in shipped_runs() if r.family == family.name]
        if not shipped:
            st.info(
                _("Press Start: the model begins to learn, and this is where you watch it."),
                icon=":material/play_arrow:",
            )
            return
        run = shipped[0]
        st.caption(_("A finished run, shipped with the app. Drag its time slider, or press Start to train your own."))
    run_view(view_data(run, latent=True) | {"acts": st.session_state.get("acts", 0)}, key="run_view")
