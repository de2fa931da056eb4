"""The walks: the component that goes from code to code through the latent spaces of a run and of shipped runs."""

from __future__ import annotations

from typing import Any

from genlab.data import describe, whole
from genlab.live.components import browser_component
from genlab.live.lab import is_usual
from genlab.models import FAMILIES, latents_of
from genlab.runs.store.record import Run

# As many sliders, and no more, tell a hand anything.
MOST_HELD = 256

_mount = browser_component("walks")


def walks(data: dict[str, Any], key: str) -> None:
    """Mounts the walks; data is what genlab/views/space/walks.py makes."""
    _mount(data, key)


def can_be_held(run: Run) -> bool:
    """Whether its z can be moved by hand: noise with as many numbers as a picture has pixels cannot."""
    return latents_of(run) <= MOST_HELD


def can_be_walked(run: Run) -> bool:
    """Whether there is one latent space to walk through: not one for each class."""
    return can_be_held(run) and not FAMILIES[run.family].labelled


def beside(run: Run, shipped: list[Run]) -> list[Run]:
    """The run, and of each other family the shipped run on the same data, of a usual preset where there is one, whose
    latent size is nearest to the run's."""

    def rank(other: Run) -> tuple[bool, int]:
        return not is_usual(other), abs(latents_of(other) - latents_of(run))

    chosen = {run.family: run}
    for family in FAMILIES:
        alike = [other for other in shipped if other.family == family and whole(other.data) == whole(run.data)]
        others = [other for other in alike if can_be_walked(other)]
        if family not in chosen and others:
            chosen[family] = min(others, key=rank)
    return [chosen[family] for family in FAMILIES if family in chosen]


def parts_of(run: Run, kind: str) -> list[str]:
    """What can be walked: points have no digits to choose; without an encoder there are neither class means nor
    codes; without classes no means of them."""
    if kind == "points":
        return ["between"]
    if not FAMILIES[run.family].encodes:
        return ["between", "traversals"]
    sums = ["arithmetic"] if len(describe(run.data).classes) > 1 else []
    return ["between", *sums, "traversals", "holes"]


def describe_run(run: Run, chosen: bool) -> dict[str, Any]:
    """A run as the browser needs it, its words apart."""
    family = FAMILIES[run.family]
    return {
        "id": run.id,
        "family": run.family,
        "chosen": chosen,
        "encodes": family.encodes,
        "prior": family.prior,
        "latents": latents_of(run),
        "noise": family.noise(family.config.parse(run.config)),
    }
