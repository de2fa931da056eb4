"""How runs are told apart: by their settings in words, by the lines of their curves."""

from __future__ import annotations

from typing import Any

from genlab.data import describe
from genlab.models import FAMILIES
from genlab.runs.store.record import Run
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


def settings(run: Run) -> str:
    """The size of z, and in what a run differs from its family's usual settings on such data, but for its steps."""
    _ = translator()
    family = FAMILIES[run.family]
    fields, config = family.config.model_fields, family.config.parse(run.config).model_dump()
    usual = family.preset(PRESETS[0], describe(run.data).kind).model_dump()
    changed = {
        name: value for name, value in config.items() if value != usual[name] and name not in ("latents", "steps")
    }
    return listed(
        [
            f"N = {config['latents']}",
            *(f"{_(fields[name].title or name)} {words(value)}" for name, value in changed.items()),
        ]
    )


def words(value: Any) -> str:
    """A setting's value in words."""
    _ = translator()
    if isinstance(value, bool):
        return _("on") if value else _("off")
    return _(CHOICES.get(value, value)) if isinstance(value, str) else shown(value)
