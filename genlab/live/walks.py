"""The walks: the component that goes from code to code through the latent spaces of a run and of shipped runs."""

from __future__ import annotations

from typing import Any

from genlab.live.components import browser_component
from genlab.runs.record import Run

# What the families can do, by name: the browser needs it before any weights have come.
ENCODES = frozenset({"ae", "vae"})
HAS_PRIOR = frozenset({"vae", "gan"})
ORDER = ("ae", "vae", "gan")
# MNIST 5k is a part of MNIST: a model of the one is at home on the other.
SAME_DATA = {"mnist5k": "mnist"}

_mount = browser_component("walks")


def walks(data: dict[str, Any], key: str) -> None:
    """Mounts the walks; data is what genlab/views/walks.py makes."""
    _mount(data, key)


def beside(run: Run, shipped: list[Run]) -> list[Run]:
    """The run, and of each other family the shipped run on the same data whose latent size is nearest to the run's."""
    kind = SAME_DATA.get(run.data, run.data)
    chosen = {run.family: run}
    for family in ORDER:
        others = [
            other for other in shipped if other.family == family and SAME_DATA.get(other.data, other.data) == kind
        ]
        if family not in chosen and others:
            chosen[family] = min(others, key=lambda other: abs(other.config["latents"] - run.config["latents"]))
    return [chosen[family] for family in ORDER if family in chosen]


def parts_of(run: Run, kind: str) -> list[str]:
    """What can be walked: points have no digits to choose, a GAN no encoder and so neither class means nor codes."""
    if kind == "points":
        return ["between"]
    return ["between", "arithmetic", "traversals", "holes"] if run.family in ENCODES else ["between", "traversals"]


def describe_run(run: Run, chosen: bool) -> dict[str, Any]:
    """A run as the browser needs it, its words apart."""
    return {
        "id": run.id,
        "family": run.family,
        "chosen": chosen,
        "encodes": run.family in ENCODES,
        "prior": run.family in HAS_PRIOR,
        "latents": run.config["latents"],
        "noise": run.config.get("noise") if run.family == "gan" else "normal",
    }
