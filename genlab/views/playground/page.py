"""The playground below its title: the controls at the left, the toolbar and the stage at the right."""

from __future__ import annotations

from itertools import repeat

import streamlit as st

from genlab.live.lab import shipped_on
from genlab.live.widgets.playground import drawing, stage
from genlab.models import FAMILIES, Family
from genlab.models.base import fitting
from genlab.runs.store.record import Run
from genlab.views.bench import asked_run
from genlab.views.bench.actions import SHOWN, knob_values
from genlab.views.bench.describe import measured_on
from genlab.views.bench.knobs import knobs, to_link
from genlab.views.bench.own_data import bring_own
from genlab.views.bench.training import ACTIVE, buttons
from genlab.views.frame.session import owner, translator
from genlab.views.playground.actions import (
    DRAW,
    PAGE,
    asked,
    choose_data,
    choose_family,
    choose_layers,
    choose_setting,
    drawn,
    eight_seeds,
    fan_runs,
    is_drawn,
    rest_left_fan,
    stop_all,
    take_data,
    usual,
)
from genlab.views.playground.choice import begun_with, follow, found, played, settle, shown_run
from genlab.views.playground.stage import page_state, stage_data
from genlab.views.playground.targets import choose_target
from genlab.views.playground.words import drawing_words

PLACE = "pages/play/playground.py"


def playground() -> None:
    """Everything below the title."""
    settle()
    # Read once: a rerun must not ask the store for each of eight runs again and again.
    fan = [run.id for run in fan_runs()]
    rest_left_fan(fan)
    family = FAMILIES[st.session_state["family"]]
    run = shown_run(family)
    follow(family, run)
    mine = run if run is not None and run.owner == owner() and run.state in ACTIVE else None
    # The keys name what a phone puts in another order (see TIGHT in session.py).
    with st.container(key="bench"):
        left, right = st.columns([1, 4.4], gap="medium")
    with left, st.container(key="settings"):
        settings(family, run, mine)
    with right:
        toolbar(family, mine, fan)
        show(family, run, fan)


def settings(family: Family, run: Run | None, mine: Run | None) -> None:
    """The model, the data and the knobs. Another model or data set begins afresh: the present run rests under Runs. So
    does a knob that cannot be turned in a run, as the size of a net."""
    _ = translator()
    st.segmented_control(_("Model"), played(), format_func=short, key="family", required=True, on_change=choose_family)
    data = st.session_state["data"]
    choose_target(choose_data)
    if data == DRAW:
        return
    if is_drawn(data):
        sheet(data)
    bring_own({"points"}, take_data)
    if "latents" in family.config.model_fields:
        latent_size(family, mine)
    knobs(
        family,
        usual(family),
        False,
        lambda field: choose_setting(family, mine, field),
        family.play.first,
        absent(family),
    )
    # A run that is on has taken what its knobs say.
    begun = begun_with(family, run)
    to_link(begun, begun.model_dump() if mine is not None else knob_values(family))


def sheet(data: str) -> None:
    """Where one draws a data set: in the stage's place; beside the knobs, once it is in use."""
    drawing({"name": data, "labels": drawing_words(translator())}, "drawing", drawn)


def latent_size(family: Family, mine: Run | None) -> None:
    """How many components z has: those that can be drawn, and the present run's."""
    _ = translator()
    present = st.session_state["latents"]
    st.segmented_control(
        _("Dimensions of z"),
        sorted({1, 2, present}),
        key="latents",
        required=True,
        on_change=choose_setting,
        args=(family, mine, "latents"),
    )


def toolbar(family: Family, mine: Run | None, fan: list[str]) -> None:
    """The buttons in a row that a phone wraps."""
    _ = translator()
    row = st.container(horizontal=True, key="actions", gap="small")
    if st.session_state["data"] == DRAW:
        st.info(_("Draw the data that is to be learned, then press Use."), icon=":material/draw:")
        return
    buttons(family, mine, repeat(row), PAGE)
    row.button(
        _("Eight seeds"),
        key="eight",
        icon=":material/grid_view:",
        on_click=eight_seeds,
        args=(family,),
        help=_("The same settings eight times with different randomness: how much is luck?"),
    )
    if (recorded := shipped_on(family.name, st.session_state["data"])) is not None:
        label = _("Watch a recorded one")
        row.page_link(PLACE, label=label, icon=":material/replay:", query_params={"run": recorded}, width="content")
    if fan:
        row.button(_("Stop all eight"), key="stop_all", icon=":material/stop_circle:", on_click=stop_all)
    if notice := st.session_state.pop("notice", None):
        st.error(notice, icon=":material/error:")
    if st.session_state.pop("rested", False):
        st.toast(
            _("That makes another model: press Start. The run before rests under Runs."), icon=":material/history:"
        )
    if (asked := st.query_params.get("run")) and found(asked) is None:
        asked_run.lost()


def show(family: Family, run: Run | None, fan: list[str]) -> None:
    """The stage, with or without a run."""
    _ = translator()
    data = st.session_state["data"]
    if data == DRAW:
        sheet(data)
        return
    st.session_state[SHOWN] = run.id if run else None
    stage(stage_data(family, run, page_state(family, run, data, fan)), "playground", asked, choose_layers)
    if run is not None:
        for sentence in measured_on(run):
            st.caption(sentence)


def short(name: str) -> str:
    """A model's name on its button."""
    return FAMILIES[name].short or translator()(FAMILIES[name].title)


def absent(family: Family) -> set[str]:
    """The knobs that are not among the others: what points cannot have or is not to be chosen for them, and the size of
    z, which has a place of its own."""
    fields = family.config.model_fields.items()
    return {"latents", *family.play.absent, *(name for name, info in fields if fitting(info, "points"))}
