"""Overfitting: better and better on what is learned from, worse on what is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from genlab.locale import N_
from genlab.symptoms.seen import Loss, Point, Seen, Symptom, column, mean

# Looks at held-out data that are averaged; how long ago the best of these has to be.
SMOOTH, SINCE = 3, 3
# Of all that was gained on held-out data: lost again.
LOST, AT_LEAST = 0.05, 0.005
# V on training examples above V on held-out ones, nats, in the mean of so many looks.
GAP, LOOKS = 0.2, 5
NEAR = 10


def overfitting(points: Sequence[Point], plan: int, loss: Loss) -> Seen | None:
    """Whether the held-out loss rises while the training loss falls (Prechelt 1998: generalisation loss).

    Seen where the mean of the last three looks at held-out data lies above the best such mean, at least three looks
    ago, by 5 % of what was gained on such data since the first look and by half a percent of itself, and the training
    loss is lower than it was then. The plan's last point is left out: it is measured on all that is held out, the
    others on a part.
    """
    every = ((i, loss.of(values, "test_")) for i, (step, values) in enumerate(points) if step < plan)
    looks = [(i, value) for i, value in every if value is not None]
    if len(looks) < SMOOTH + SINCE + 1:
        return None
    places, held = [i for i, _ in looks], [value for _, value in looks]
    smooth = [mean(held[i - SMOOTH + 1 : i + 1]) for i in range(SMOOTH - 1, len(held))]
    at = min(range(len(smooth)), key=smooth.__getitem__)
    best, now = smooth[at], smooth[-1]
    if len(smooth) - 1 - at < SINCE or now - best <= max(LOST * (held[0] - best), AT_LEAST * abs(best)):
        return None
    then = places[at + SMOOTH - 1]
    trained_then, trained_now = (around(points, i, loss) for i in (then, len(points) - 1))
    if trained_then is None or trained_now is None or trained_now >= trained_then:
        return None
    middle = points[places[at + SMOOTH // 2]][0]  # of the looks whose mean is the best: its last lies past the best
    return Seen(
        {"best": best, "at": float(middle), "now": now, "training": trained_now},
        points[places[max(0, at - 1)]][0],
        stop=middle,
    )


def around(points: Sequence[Point], place: int, loss: Loss) -> float | None:
    """The training loss in the mean of the last ten points up to a place."""
    every = (loss.of(values) for _, values in points[max(0, place - NEAR) : place + 1])
    losses = [value for value in every if value is not None]
    return mean(losses) if losses else None


def learned_by_heart(points: Sequence[Point], plan: int) -> Seen | None:
    """Whether D knows its training examples by heart: V on these far above V on held-out ones (Karras et al. 2020b,
    section 2).

    Seen where in the mean of the last five looks, and in four of these, V is 0.2 nats higher on the batches that D
    learns from (between two looks) than on held-out examples.
    """
    places = [i for i, (step, values) in enumerate(points) if "test_value" in values and step < plan]
    if len(places) <= LOOKS:
        return None
    held = [points[i][1]["test_value"] for i in places[-LOOKS:]]
    between = [points[i + 1 : j + 1] for i, j in zip(places[-LOOKS - 1 :], places[-LOOKS:], strict=False)]
    trained = [mean(column(some, "value")) for some in between if column(some, "value")]
    if len(trained) < LOOKS:
        return None
    gaps = [on_training - on_held for on_training, on_held in zip(trained, held, strict=True)]
    if mean(gaps) <= GAP or sum(gap > GAP for gap in gaps) < LOOKS - 1:
        return None
    return Seen({"training": mean(trained), "held": mean(held)}, points[places[-LOOKS]][0])


def of_model(loss: Loss) -> Symptom:
    """The symptom of a model that rebuilds its examples; what helps is to stop where it was best (Prechelt 1998)."""
    return Symptom(
        "overfitting",
        N_("Overfitting"),
        N_("Held out: {best} at step {at}, now {now}, while on training examples it falls ({training})."),
        N_(
            "The model learns what only its training examples have. It comes with few examples, large nets and many "
            "passes. What helps: to stop at the best held-out moment, noise on what is shown, or more examples."
        ),
        partial(overfitting, loss=loss),
    )


def of_d(cure: Mapping[str, Any]) -> Symptom:
    """The symptom of a D."""
    return Symptom(
        "d_overfits",
        N_("D overfits"),
        N_("V is {training} on the examples that D learns from and {held} on held-out ones."),
        N_(
            "D knows its examples by heart: it tells them from generated ones by what they are, not by what they are "
            "like, and that teaches G nothing. It comes with few examples and a large, unsteadied D. R1 takes from D "
            "the steepness that it needs for that."
        ),
        learned_by_heart,
        cure,
    )
