"""Each cure cures: a run made ill is forked as a page forks it, and ends better and without its symptom.

`python -m benchmarks.symptoms cure KIND` does the same with the longer cases.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest

from benchmarks.symptoms import treat
from benchmarks.symptoms_cases import KINDS, Case
from genlab.symptoms import Point
from genlab.symptoms.seen import column, mean

Worse = Callable[[Sequence[Point]], float]


def last(key: str, sign: float = 1.0) -> Worse:
    """A term's mean over a run's last ten points that carry it; sign: -1 where more is better."""
    return lambda points: sign * mean(column(points, key)[-10:])


def apart(points: Sequence[Point]) -> float:
    """By how much D tells data from generated."""
    return mean([values["d_real"] - values["d_fake"] for _, values in points[-10:]])


def swing(points: Sequence[Point]) -> float:
    """How far D(G(z)) goes to and fro in the last quarter."""
    verdict = column(points[-(len(points) // 4) :], "d_fake")
    middle = mean(verdict)
    return math.sqrt(mean([(value - middle) ** 2 for value in verdict]))


def by_heart(points: Sequence[Point]) -> float:
    """V on what D learns from, above V on what is held out."""
    return last("value")(points) - last("test_value")(points)


def made(kind: str, place: int, **changes: Any) -> Case:
    """One of the cases on which the detector was set, made shorter."""
    case = next(islice(KINDS[kind](), place, None))
    return replace(case, settings=case.settings | changes)


# By what is done about it: (the run, what has to become less).
CASES: dict[str, tuple[Case, Worse]] = {
    "a smaller beta, a narrower p(x|z)": (made("posterior_collapse", 7, steps=150), last("kl", -1)),
    "a sum over pixels": (made("posterior_collapse", 14, steps=100), last("kl", -1)),
    "equal rates of D and G": (made("saturation", 0, steps=150), apart),
    "a steadied game": (made("mode_collapse", 4, steps=700), last("modes", -1)),
    "a game in smaller steps": (made("oscillation", 0, steps=500), swing),
    "smaller steps of a VAE": (made("divergence", 1, steps=100), last("reconstruction")),
    "smaller steps of an AE": (made("divergence", 0, steps=100), last("mse")),
    "smaller steps of both players": (made("divergence", 18), last("d_loss")),
    "an end where held-out data were rebuilt best": (made("overfitting", 1, steps=200), last("test_reconstruction")),
    "R1": (made("d_overfits", 0, steps=400), by_heart),
}


@pytest.mark.parametrize("name", CASES)
def test_a_cure_cures(name: str) -> None:
    case, worse = CASES[name]
    treated = treat(case)
    assert treated is not None, "the run that was to be ill is not"
    assert not treated.relapsed
    before = math.inf if treated.broken is not None else worse(treated.ill)
    assert worse(treated.cured) < before


@pytest.mark.parametrize(("place", "steps"), [(0, 200), (12, 400), (20, 400)])
def test_an_autoencoder_ends_before_its_held_out_error_rises(place: int, steps: int) -> None:
    treated = treat(made("overfitting", place, steps=steps))
    assert treated is not None
    assert not treated.relapsed
    # Trained on for long it may fall again: what the page shows where it speaks is what a reader wants to be rid of.
    held = column(treated.then, "test_mse")[-3:]
    assert column(treated.cured, "test_mse")[-1] < mean(held)
