"""What other runs of the same data have reached, each with the size of its z: an autoencoder's error against N."""

from __future__ import annotations

import math
from typing import NamedTuple

from genlab.models import family_named, latents_of
from genlab.runs.looks.pca import ERROR, comparable
from genlab.runs.store.record import Run
from genlab.runs.store.store import Store

# The newest of an owner's.
MOST = 40
# Measured now and then only, and again at the end: so far back the last time is looked for at first.
NEAR_THE_END = 0.8


class Reached(NamedTuple):
    """A run's error a pixel on held-out data, where it stands; linear: whether its nets cannot bend."""

    latents: int
    error: float
    linear: bool


def reached(store: Store, run: Run, owner: str) -> list[Reached]:
    """The owner's runs on a run's data that report the same error, itself not among them."""
    alike = [other for other in store.list(owner) if other.data == run.data and other.id != run.id and other.step]
    found = []
    for other in [other for other in alike if comparable(other)][:MOST]:
        error = held_out_error(store, other)
        if error is not None:
            found.append(Reached(latents_of(other), error, other.config.get("net") == "linear"))
    return found


def held_out_error(store: Store, run: Run) -> float | None:
    """The last time that a run's error was measured on held-out data; None where it never was, or is no number."""
    family = family_named(run.family)
    (term,) = (term for term in family.terms_on(family.config.parse(run.config), run.data) if term.key == ERROR)
    key = term.on_held_out().key
    for after in (int(NEAR_THE_END * run.step) - 1, -1):
        measured = [values[key] for _step, values in store.points(run.id, after) if key in values]
        if measured:
            return measured[-1] if math.isfinite(measured[-1]) else None
    return None
