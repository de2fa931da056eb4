"""What the playground's stage is handed: a run or what is untrained, and all that is to be seen of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from genlab.formulas import mathml
from genlab.live.widgets.playground import target
from genlab.models import Config, Family
from genlab.models.play import LAYERS
from genlab.runs.store.record import Run
from genlab.views.bench.actions import behind_of, knob_values
from genlab.views.bench.code import code_data
from genlab.views.bench.describe import formula_data, labels, view_data
from genlab.views.bench.shown import changes, shown_data, untrained_data
from genlab.views.frame.session import language, owner, translator
from genlab.views.playground.choice import found
from genlab.views.playground.words import OF_DENSITY, drawn, words

USUAL = ("data", "fakes", "field")
BEST = r"D^* = \frac{p_\text{data}}{p_\text{data} + p_g}"


def beside(family: Family, config: Any, base: dict[str, Any]) -> list[dict[str, str | None]]:
    """The formula beside the picture: what the family says, else its own."""
    if family.play.beside is None:
        return base["formula"]
    pieces = family.play.beside(config, {term["key"] for term in base["terms"]})
    return formula_data(pieces)


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
            "labels": base["labels"] | words(_, picture.probabilistic, known["dimensions"], known["exact"]),
            "family": family.name,
            "mine": run is not None and run.owner == owner(),
            "parent": parent_of(run),
            "target": state.data,
            "code": code_data(family, config, state.data, _),
            "layers": [name for name in state.layers if known["exact"] or name not in OF_DENSITY],
            "fan": list(state.fan),
            "bound": beside(family, config, base),
            "picture": drawn(picture, _, known["exact"]),
            "probabilistic": picture.probabilistic,
            "bestFormula": mathml(BEST, language()),
            "config": None if run else config.model_dump(),
            "latents": family.latents_on(config.model_dump(), state.data),
            "noise": family.noise(config),
            "players": list(family.parts),
            "copies": state.copies,
            "slow": state.walks,
            "acts": state.acts,
        }
    )
