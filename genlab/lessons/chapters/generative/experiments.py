"""What the experiments of chapter 1 say of the numbers that its instrument shows."""

from __future__ import annotations

import math

from genlab.lessons.anatomy import Bars, Outcome, Series
from genlab.locale import N_

# Two normals of deviation .12 at -.6 and .6, and the normal that covers both: its deviation.
PEAK, DEVIATION = 0.6, 0.12
NAMES = {"real": N_("real digits"), "gan": "GAN", "vae-20": "VAE", "ae-20": "AE"}
DRAWN, SHOWN, SURE = 500, 10, 0.7
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


def four_sheets(seed: int) -> Outcome:
    """Fresh draws of the three models and real digits: of how many the ruler is unsure."""
    import torch

    from genlab.lessons.chapters.generative.sheets import drawn
    from genlab.lessons.sheets import sheet
    from genlab.ruler import ruler

    pictures = {name: drawn(name, DRAWN, seed) for name in NAMES}
    beliefs = {name: torch.softmax(ruler()(images), dim=1).amax(dim=1) for name, images in pictures.items()}
    unsure = {name: 100 * float((belief < SURE).float().mean()) for name, belief in beliefs.items()}
    bars = Bars(
        N_("Of 100, how many a frozen reader of digits is unsure of"),
        N_("of 100"),
        tuple(NAMES.values()),
        (Series(N_("unsure"), "generated", tuple(unsure.values())),),
    )
    fresh = sheet(N_("Fresh draws of each"), tuple((NAMES[name], pictures[name][:SHOWN]) for name in NAMES))
    numbers = {"real": unsure["real"], "gan": unsure["gan"], "vae": unsure["vae-20"], "ae": unsure["ae-20"]}
    return Outcome(numbers, list(numbers.values()) == sorted(numbers.values()), (fresh, bars))
