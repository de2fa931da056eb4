"""Divergence: the loss leaves what it had reached, or every bound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from genlab.locale import N_
from genlab.symptoms.seen import Loss, Point, Seen, Symptom, mean

# Points that are averaged, and how much of the plan has to be made before any is judged.
SMOOTH, BEGUN = 5, 0.05
LEAST = 20
# Of all that was gained: lost again. Where nothing was, this much of the first value stands for it.
LOST, OF_FIRST = 0.5, 0.05
# D's loss, in what it is where D can only guess.
OUT = 10.0


def divergence(points: Sequence[Point], plan: int, loss: Loss) -> Seen | None:
    """Whether a loss that should fall has risen, and stays up: steps larger than the curvature allows (Goodfellow et
    al. 2016, section 8.2.4 and 8.3.1).

    Seen where the mean of the last five points, and four of these themselves, lie above the best such mean by half of
    all that was gained since the first point (or, where that is more, by 2.5 % of the first), after a twentieth of the
    plan. The trouble began when it was at its best. While a weight still rises, so may the loss: no trouble.
    """
    begun = points[0][0] if points else 0
    every = ((step, loss.of(values)) for step, values in points if step == begun or step >= loss.after)
    curve = [(step, value) for step, value in every if value is not None]
    if len(curve) < LEAST or curve[-1][0] - curve[0][0] < BEGUN * plan:
        return None
    losses = [value for _, value in curve]
    running = sum(losses[:SMOOTH])
    best, at = running / SMOOTH, SMOOTH - 1
    for place in range(SMOOTH, len(losses)):
        running += losses[place] - losses[place - SMOOTH]
        if running / SMOOTH < best:
            best, at = running / SMOOTH, place
    last = losses[-SMOOTH:]
    gained = max(losses[0] - best, OF_FIRST * abs(losses[0]))
    level = best + LOST * gained
    if mean(last) <= level or sum(value > level for value in last) < SMOOTH - 1:
        return None
    if losses[0] < best:  # it has risen from the beginning: no later moment is worth going back to
        best, at = losses[0], 0
    return Seen({"best": best, "at": float(curve[at][0]), "now": mean(last)}, curve[max(0, at - SMOOTH)][0])


def unbounded(points: Sequence[Point], plan: int, chance: float) -> Seen | None:
    """Whether D's loss is beyond all sense: in a game no loss has to fall, but none is ten times that of a guess.

    Seen where through the last five points |L_D| is in the mean more than ten times `chance`.
    """
    losses = [(step, abs(values["d_loss"])) for step, values in points[-SMOOTH:] if "d_loss" in values]
    if len(losses) < SMOOTH or len(points) < LEAST or mean([loss for _, loss in losses]) <= OUT * chance:
        return None
    return Seen({"now": mean([loss for _, loss in losses]), "guess": chance}, losses[0][0])


TITLE = N_("Divergence")
# Of a run that has left the numbers.
BROKEN = N_("At step {at} a number became infinite or undefined.")
WHY = N_(
    "The steps are larger than the loss is smooth: each overshoots by more than the one before. A smaller learning "
    "rate, from a moment before it, goes on downhill."
)


def of_loss(loss: Loss, cure: Mapping[str, Any]) -> Symptom:
    """The symptom of a model whose loss should fall."""
    says = N_("What is minimised is {now}; around step {at} it was {best}.")
    return Symptom("divergence", TITLE, says, WHY, partial(divergence, loss=loss), cure)


def of_game(chance: float, cure: Mapping[str, Any]) -> Symptom:
    """The symptom of two players."""
    says = N_("D's loss is {now}; one that only guesses has {guess}.")
    return Symptom("divergence", TITLE, says, WHY, partial(unbounded, chance=chance), cure)
