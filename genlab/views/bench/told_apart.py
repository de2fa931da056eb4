"""How runs are told apart: by their settings in words, by the lines of their curves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from genlab.data import describe
from genlab.models import FAMILIES, Config
from genlab.models.base import telling
from genlab.runs.store.record import Event, Run
from genlab.views.bench.actions import PRESETS
from genlab.views.bench.knobs import CHOICES, shown
from genlab.views.frame.session import listed, translator

# Violet, brown, olive: none of the colours that mean something (data, generated, KL ...), for these curves are all of
# one term; on white and on black each stands out by three to one.
COLORS = ("#9467BD", "#A9714B", "#8A8A2D")
DASHES = ("solid", "dash", "dot")


def line(place: int) -> dict[str, Any]:
    """Colour and dashes of the curve in this place, unlike those of every other among nine."""
    colour, turn = place % len(COLORS), place // len(COLORS)
    return {"color": COLORS[colour], "dash": DASHES[(colour + turn) % len(DASHES)], "width": 2}


def settings(config: Config, events: Sequence[Event] = ()) -> list[str]:
    """The telling settings of a run: ["N = 20", "β = 1"]; one that was changed on the way with what it was at first."""
    _ = translator()
    first: dict[str, Any] = {}
    for event in events:
        if event.kind == "change":
            first.setdefault(event.details["field"], event.details["old"])
    said = []
    for name, phrase in telling(config).items():
        present = getattr(config, name)
        value = words(present)
        if name in first and first[name] != present:
            value = f"{words(first[name])} → {value}"
        said.append(_(phrase).format(value=value))
    return said


def all_settings(run: Run) -> str:
    """The telling settings, then in what else a run differs from its family's usual settings on such data, but for its
    steps."""
    _ = translator()
    family = FAMILIES[run.family]
    config = family.config.parse(run.config)
    usual = family.preset(PRESETS[0], describe(run.data).kind)
    said = {*telling(config), "steps"}
    fields = family.config.model_fields
    others = [name for name in fields if name not in said and getattr(config, name) != getattr(usual, name)]
    return listed(
        [*settings(config), *(f"{_(fields[name].title or name)} {words(getattr(config, name))}" for name in others)]
    )


def words(value: Any) -> str:
    """A setting's value in words."""
    _ = translator()
    if isinstance(value, bool):
        return _("on") if value else _("off")
    return _(CHOICES.get(value, value)) if isinstance(value, str) else shown(value)
