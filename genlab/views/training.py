"""A family's page: knobs, start / pause / step / stop, and the view of the run they make."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st

from genlab.data import DATASETS, DEFAULT
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
        show_config(family.preset(PRESETS[0], DATASETS[DEFAULT].kind))


def controls(family: Family, run: Run | None) -> None:
    """The buttons, the data and the knobs."""
    _ = translator()
    mine = run if run is not None and run.owner == owner() and run.state in ACTIVE else None
    buttons(family, mine)
    if notice := st.session_state.pop("notice", None):
        st.error(notice, icon=":material/error:")
    from_address("data", DATASETS, DEFAULT)
    data = st.selectbox(
        _("Data"),
        list(DATASETS),
        format_func=lambda name: _(DATASETS[name].title),
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
    base = family.preset(preset or PRESETS[0], DATASETS[data].kind)
    knobs(family, base, mine is not None, lambda field: change_knob(mine, field))


def from_address(key: str, allowed: Collection[str], otherwise: str) -> None:
    """Lets a choice begin with what the address says. A widget bound to the address would put there the words that it
    shows: a link must mean the same in every language."""
    if key not in st.session_state:
        asked = st.query_params.get(key)
        st.session_state[key] = asked if asked in allowed else otherwise


def to_address(key: str, chosen: str | None, otherwise: str) -> None:
    """Writes a choice into the address by its name, where it is not the usual one."""
    wanted = None if chosen == otherwise else chosen
    if st.query_params.get(key) == wanted:
        return
    if wanted is None:
        del st.query_params[key]
    else:
        st.query_params[key] = wanted


def buttons(family: Family, run: Run | None) -> None:
    """Each acts at once; what makes no sense now is disabled."""
    _ = translator()
    running = run is not None and run.state == "running"
    paused = run is not None and run.state == "paused"
    one, two = st.columns(2, gap="small")
    one.button(
        _("Resume") if paused else _("Start"),
        key="start",
        icon=":material/play_arrow:",
        type="primary",
        disabled=running,
        width="stretch",
        on_click=start,
        args=(family, run),
    )
    two.button(
        _("Pause"),
        key="pause",
        icon=":material/pause:",
        disabled=not running,
        width="stretch",
        on_click=put,
        args=(run, "paused"),
    )
    one.button(
        _("Step"),
        key="step",
        icon=":material/skip_next:",
        disabled=running,
        width="stretch",
        on_click=single,
        args=(family, run, None),
        help=_("One step of training."),
    )
    two.button(
        _("Stop"),
        key="stop",
        icon=":material/stop:",
        disabled=run is None,
        width="stretch",
        on_click=put,
        args=(run, "finished"),
        help=_("Ends this run; it stays under Runs."),
    )
    for place, part, text in zip((one, two), family.parts, (_("Step D"), _("Step G")), strict=False):
        place.button(
            text,
            key=f"step_{part}",
            disabled=running,
            width="stretch",
            on_click=single,
            args=(family, run, part),
            help=_("One step of this player alone."),
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
