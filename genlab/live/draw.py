"""The drawing view: the component in which a person draws a digit and sees it encoded and rebuilt."""

from __future__ import annotations

from typing import Any

from genlab.data import DATASETS, describe
from genlab.live.components import browser_component
from genlab.live.lab import lab
from genlab.live.walks import ENCODES, SAME_DATA, describe_run
from genlab.runs.record import Run

_mount = browser_component("draw")


def draw(data: dict[str, Any], key: str) -> None:
    """Mounts the drawing view; data is what genlab/views/draw.py makes."""
    _mount(data, key)


def can_encode(run: Run) -> bool:
    """Whether a drawing has a code in this run: it learned images, and has an encoder."""
    return run.family in ENCODES and describe(run.data).kind == "images"


def instead(shipped: list[Run], run: Run) -> list[Run]:
    """Shipped runs that encode drawings, one of each family: of those on the run's data first, the one with the most
    latents."""
    kind = SAME_DATA.get(run.data, run.data)
    best: dict[str, Run] = {}

    def rank(other: Run) -> tuple[bool, int]:
        return SAME_DATA.get(other.data, other.data) != kind, -other.config["latents"]

    for other in sorted(shipped, key=rank):
        if can_encode(other):
            best.setdefault(other.family, other)
    return list(best.values())


def facts(run: Run) -> dict[str, Any]:
    """What the browser needs to know of a run that encodes, its words apart; nothing in it changes while it trains."""
    return {
        "run": describe_run(run, True),
        "deviations": run.family == "vae",
        "likelihood": run.config["likelihood"] if run.family == "vae" else None,
        "gaussianDeviation": run.config["deviation"] if run.family == "vae" else None,
    }


def held_out_error(run: Run) -> float | None:
    """What a finished run's held-out examples cost in the unit of the drawing's error; None where nobody measured."""
    if run.state != "finished":  # the number of a run that trains is old before it is read
        return None
    key = "test_reconstruction" if run.family == "vae" else "test_mse"
    return next((terms[key] for _, terms in reversed(lab().store.points(run.id)) if key in terms), None)


def names(run: Run) -> dict[str, str]:
    """The titles, in English, of the data sets whose examples may be shown."""
    kinds = {run.data, *(small for small, large in SAME_DATA.items() if large == run.data)}
    return {name: DATASETS[name].title for name in sorted(kinds)}
