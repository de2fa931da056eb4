"""What the experiments of chapter 1 say of the numbers that its instrument shows."""

from __future__ import annotations

import math

from genlab.lessons.anatomy import Outcome

# Two normals of deviation .12 at -.6 and .6, and the normal that covers both: its deviation.
PEAK, DEVIATION = 0.6, 0.12
BETWEEN = math.sqrt(PEAK**2 + DEVIATION**2)


def one_normal(numbers: dict[str, float]) -> Outcome:
    """Where one normal, fitted by maximum likelihood to two peaks, has come to rest."""
    mean, std = numbers["mean"], numbers["std"]
    found = {
        "mean": mean,
        "std": std,
        "likelihood": numbers["normal_likelihood"],
        "on_one": on_one_peak(),
        "outside": 100 * outside(mean, std),
    }
    return Outcome(found, abs(mean) < 0.1 and abs(std - BETWEEN) < 0.05)


def on_one_peak() -> float:
    """The mean of log p over all examples of a normal that is one of the two peaks: nats, exact."""
    far = (DEVIATION**2 + (2 * PEAK) ** 2) / DEVIATION**2
    return -0.5 * math.log(2 * math.pi * DEVIATION**2) - 0.25 * (1 + far)


def outside(mean: float, std: float) -> float:
    """The share of a normal's draws that lies beyond three deviations of both peaks, where hardly any data is."""

    def below(x: float) -> float:
        return 0.5 * math.erfc(-(x - mean) / (std * math.sqrt(2)))

    inside = sum(below(peak + 3 * DEVIATION) - below(peak - 3 * DEVIATION) for peak in (-PEAK, PEAK))
    return 1 - inside


def how_likely(numbers: dict[str, float]) -> Outcome:
    """What each model says of one place."""
    names = ("normal", "mixture", "vae", "truth", "near", "draws", "belief", "belief_peak", "near_data")
    return Outcome({name: numbers[name] for name in names}, numbers["draws"] > 0)
