"""Oscillation: the two players chase each other in circles, and neither gets better."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from genlab.locale import N_
from genlab.symptoms.seen import Point, Seen, Symptom, column, mean, recent

WINDOW, LEAST = 0.25, 30
# Of what D's verdicts on data and on generated are asked to be apart: between its tenth and its ninetieth percentile,
# and how far beyond the mean a swing goes.
WIDE, BEYOND = 0.3, 0.1
TURNS = 6


def oscillation(points: Sequence[Point], plan: int, scale: float) -> Seen | None:
    """Whether D's verdict on generated swings to and fro (Mescheder et al. 2018, section 2: unregularised games circle
    around their equilibrium).

    Seen where in the last quarter of the plan D(G(z)) goes at least six times from a tenth of `scale` above its mean to
    a tenth below it or back, and four fifths of its values span 0.3 of `scale`: what D is asked to keep data and
    generated apart, 1 for a probability.
    """
    window = recent(points, plan, WINDOW, LEAST)
    verdict = column(window, "d_fake")
    if len(verdict) < LEAST:
        return None
    ranked = sorted(verdict)
    low, high = ranked[len(ranked) // 10], ranked[-1 - len(ranked) // 10]
    turns = swings(verdict, BEYOND * scale)
    if high - low < WIDE * scale or turns < TURNS:
        return None
    return Seen({"low": low, "high": high, "turns": float(turns), "steps": float(WINDOW * plan)}, window[0][0])


def swings(values: Sequence[float], beyond: float) -> int:
    """How many times values go from `beyond` above their mean to as far below, or back."""
    middle, side, turns = mean(values), 0, 0
    for value in values:
        now = (value > middle + beyond) - (value < middle - beyond)
        if now and now != side:
            turns += side != 0
            side = now
    return turns


def symptom(scale: float, cure: Mapping[str, Any]) -> Symptom:
    """The symptom of a game in which D is asked to keep data and generated so far apart."""
    return Symptom(
        "oscillation",
        N_("Oscillation"),
        N_("D(G(z)) swung {turns} times between {low} and {high} in the last {steps} steps."),
        N_(
            "Each player answers what the other did last, and overshoots: G runs to where D is wrong, D follows, G "
            "runs on. Near its equilibrium such a game circles instead of settling. R1 makes D flat on data, which "
            "draws the circle inwards; smaller steps help too."
        ),
        partial(oscillation, scale=scale),
        cure,
    )
