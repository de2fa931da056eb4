"""What the experiments of chapter 7 measure."""

from __future__ import annotations

from genlab.lessons.anatomy import Lines, Outcome, Series
from genlab.lessons.trained import Trained
from genlab.locale import N_


def two_weights(runs: tuple[Trained, ...], seed: int) -> Outcome:
    """Two VAEs that differ in the weight of KL: both terms, held out."""
    light, heavy = runs
    numbers = {
        "kl_light": light.last("test_kl"),
        "kl_heavy": heavy.last("test_kl"),
        "rec_light": light.last("test_reconstruction"),
        "rec_heavy": heavy.last("test_reconstruction"),
    }
    holds = numbers["kl_heavy"] < 0.5 * numbers["kl_light"] and numbers["rec_heavy"] > 1.2 * numbers["rec_light"]
    steps, values = light.curve("test_kl")
    _, others = heavy.curve("test_kl")
    shown = min(len(values), len(others))
    figure = Lines(
        N_("KL while the two trained, on held-out digits"),
        N_("step"),
        N_("nats"),
        tuple(float(step) for step in steps[:shown]),
        (
            Series("β = 1", "kl", values[:shown]),
            Series("β = 5", "kl", others[:shown], dashed=True),
        ),
    )
    return Outcome(numbers, holds, (figure,))
