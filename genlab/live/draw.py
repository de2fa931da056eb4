"""The drawing view: the component in which a person draws a digit and sees it encoded and rebuilt."""

from __future__ import annotations

from typing import Any

from genlab.data import describe, parts, whole
from genlab.live.components import browser_component
from genlab.live.lab import is_usual, lab
from genlab.live.widgets.walks import describe_run
from genlab.models import FAMILIES, latents_of
from genlab.runs.store.record import Run

_mount = browser_component("draw")


def draw(data: dict[str, Any], key: str) -> None:
    """Mounts the drawing view; data is what genlab/views/space/draw.py makes."""
    _mount(data, key)


def can_encode(run: Run) -> bool:
    """Whether a drawing has a code in this run: it learned images, and has an encoder."""
    return FAMILIES[run.family].encodes and describe(run.data).kind == "images"


def instead(shipped: list[Run], run: Run) -> list[Run]:
    """Shipped runs that encode drawings, one of each family: of those on the run's data first, of a usual preset, the
    one with the most latents."""
    best: dict[str, Run] = {}

    def rank(other: Run) -> tuple[bool, bool, int]:
        return whole(other.data) != whole(run.data), not is_usual(other), -latents_of(other)

    for other in sorted(shipped, key=rank):
        if can_encode(other):
            best.setdefault(other.family, other)
    return list(best.values())


def facts(run: Run) -> dict[str, Any]:
    """What the browser needs to know of a run that encodes, its words apart; nothing in it changes while it trains."""
    family = FAMILIES[run.family]
    likelihood = family.likelihood(family.config.parse(run.config))
    return {
        "run": describe_run(run, True),
        "deviations": family.explains,
        "likelihood": likelihood.name if likelihood else None,
        "gaussianDeviation": likelihood.deviation if likelihood else None,
    }


def held_out_error(run: Run) -> float | None:
    """What a finished run's held-out examples cost in the unit of the drawing's error; None where nobody measured."""
    if run.state != "finished":  # the number of a run that trains is old before it is read
        return None
    key = f"test_{FAMILIES[run.family].reconstruction}"
    return next((terms[key] for _, terms in reversed(lab().store.points(run.id)) if key in terms), None)


def names(run: Run) -> dict[str, str]:
    """The titles, in English, of the data sets whose examples may be shown."""
    return {name: describe(name).title for name in sorted({run.data, *parts(run.data)})}
