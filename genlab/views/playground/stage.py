"""The playground below its title: what is shown, the controls, and the stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import streamlit as st

from genlab.data import DATASETS
from genlab.live.playground import drawing, stage, target
from genlab.live.run_view import mathml
from genlab.models import FAMILIES, Config, Family
from genlab.models.base import fitting
from genlab.models.play import LAYERS
from genlab.runs.store.record import Run
from genlab.views import asked_run
from genlab.views.actions import SHOWN, behind_of, knob_values, show_config
from genlab.views.address import came_back, just_arrived, rewrite
from genlab.views.describe import labels, measured_on, view_data
from genlab.views.knobs import from_link, knobs, to_link
from genlab.views.playground.actions import (
    DRAW,
    PAGE,
    TARGETS,
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
    usual,
)
from genlab.views.playground.words import drawing_words, words
from genlab.views.playground.words import drawn as drawn_picture
from genlab.views.session import language, last_run_key, owner, translator
from genlab.views.shown import changes, shown_data, untrained_data
from genlab.views.training import ACTIVE, buttons

USUAL = ("data", "fakes", "field")


def played() -> list[str]:
    """The models to choose from: those that learn points, in their order."""
    families = [family for family in FAMILIES.values() if "points" in family.kinds]
    return [family.name for family in sorted(families, key=lambda family: family.play.place)]


def short(name: str) -> str:
    """A model's name on its button."""
    return FAMILIES[name].short or translator()(FAMILIES[name].title)


def absent(family: Family) -> set[str]:
    """The knobs that are not among the others: what points cannot have or is not to be chosen for them, and the size of
    z, which has a place of its own."""
    fields = family.config.model_fields.items()
    return {"latents", *family.play.absent, *(name for name, info in fields if fitting(info, "points"))}


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


def settle() -> None:
    """Lets the family and the data be what the address says; nonsense is ignored."""
    asked_family, asked_data = st.query_params.get("family"), st.query_params.get("data")
    st.session_state["family"] = asked_family if asked_family in played() else run_family() or played()[0]
    known = asked_data is not None and (asked_data in TARGETS or is_drawn(asked_data) or asked_data == DRAW)
    st.session_state["data"] = asked_data if known else TARGETS[0]


def run_family() -> str | None:
    """The family of the address' run, for links that name only a run."""
    run = found(st.query_params.get("run"))
    return run.family if run else None


def found(run_id: str | None) -> Run | None:
    """The run of that id, where there is one that can be played with."""
    return asked_run.found(run_id, playable)


def playable(run: Run) -> bool:
    """Whether the stage can show a run: one of points."""
    return run.family in played() and (run.data in TARGETS or is_drawn(run.data))


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


def settings(family: Family, run: Run | None, mine: Run | None) -> None:
    """The model, the data and the knobs. Another model or data set begins afresh: the present run rests under Runs. So
    does a knob that cannot be turned in a run, as the size of a net."""
    _ = translator()
    st.segmented_control(_("Model"), played(), format_func=short, key="family", required=True, on_change=choose_family)
    data = st.session_state["data"]
    st.selectbox(
        _("Data"),
        [*TARGETS, data if is_drawn(data) else DRAW],
        format_func=lambda name: _(DATASETS[name].title) if name in TARGETS else _("Draw your own"),
        key="data",
        on_change=choose_data,
    )
    if data == DRAW:
        return
    if is_drawn(data):
        sheet(data)
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
    for sentence in measured_on(run) if run is not None else ():
        st.caption(sentence)


def beside(family: Family, config: Any, base: dict[str, Any]) -> list[dict[str, str | None]]:
    """The formula beside the picture: what the family says, else its own."""
    if family.play.beside is None:
        return base["formula"]
    pieces = family.play.beside(config, {term["key"] for term in base["terms"]})
    return [{"mathml": mathml(latex), "key": key} for latex, key in pieces]


def parent_of(run: Run | None) -> dict[str, Any] | None:
    """The run that this one is a fork of, where it is still here: its id and name, and the step of the fork."""
    parent = found(run.parent_id) if run is not None and run.parent_id else None
    return {"run": parent.id, "name": parent.name or parent.id[:6], "step": run.parent_step} if run and parent else None


@dataclass(frozen=True)
class OnStage:
    """All that the stage is told, beside the run: the data and the settings of what is untrained, which layers are
    drawn, whose curves stand grey, the eight seeds in place of a run; asked: in what the knobs differ from the run;
    trains: whether there is a Start; copies: whether a run that one may not steer is copied for each step asked of it;
    walks: whether slow motion begins at once; acts: how often somebody acted."""

    data: str
    config: Config
    layers: Sequence[str] = USUAL
    behind: Run | None = None
    fan: Sequence[str] = ()
    asked: str = ""
    trains: bool = False
    copies: bool = False
    walks: bool = False
    acts: int = 0


def page_state(family: Family, run: Run | None, data: str, fan: list[str]) -> OnStage:
    """What the playground's page tells the stage: what its address and its knobs say."""
    layers = st.query_params.get("layers")
    values = knob_values(family)
    return OnStage(
        data,
        family.config.parse(values),
        USUAL if layers is None else [name for name in layers.split(",") if name in LAYERS],
        behind_of(run),
        fan,
        changes(run, data, values) if run else "",
        trains=True,
        walks=bool(st.session_state.pop("slow", False)),
        acts=st.session_state.get("acts", 0),
    )


def stage_data(family: Family, run: Run | None, state: OnStage) -> dict[str, Any]:
    """What the stage is handed; nothing in it changes while a run trains."""
    _ = translator()
    known = target(state.data)
    empty = {"run": None, "state": None, "terms": [], "formula": [], "labels": labels(_), "language": language()}
    config: Any = family.config.parse(run.config) if run else state.config
    if run:
        says = shown_data(run, state.asked, state.behind, trains=state.trains)
        base = view_data(run, shown=says, behind=state.behind)
    else:
        base = empty | {"shown": untrained_data(family, config, state.data)}
    picture = family.picture(config)
    return (
        base
        | known
        | {
            "labels": base["labels"] | words(_, picture.probabilistic, known["dimensions"]),
            "family": family.name,
            "mine": run is not None and run.owner == owner(),
            "parent": parent_of(run),
            "target": state.data,
            "layers": list(state.layers),
            "fan": list(state.fan),
            "bound": beside(family, config, base),
            "picture": drawn_picture(picture, _),
            "probabilistic": picture.probabilistic,
            "config": None if run else config.model_dump(),
            "latents": config.latents,
            "noise": family.noise(config),
            "players": list(family.parts),
            "copies": state.copies,
            "slow": state.walks,
            "acts": state.acts,
        }
    )
