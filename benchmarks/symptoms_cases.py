"""The runs on which symptoms are tried: made to have one, or healthy. Tiny where that is enough."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

POINTS = (
    "ring8", "grid25", "two_gaussians", "line", "disjoint", "spiral",
    "one_gaussian_1d", "two_gaussians_1d", "three_gaussians_1d",
)  # fmt: skip
SMALL = {"hidden": 32, "depth": 1, "batch": 64}
# A game without anything that steadies it, so small that a step takes a millisecond.
BARE = SMALL | {
    "generator_hidden": 32,
    "generator_depth": 1,
    "fourier_features": 0,
    "feature_matching": 0.0,
    "r1": 0.0,
    "ema": 0.0,
    "latents": 2,
}


@dataclass(frozen=True)
class Case:
    """A run: family, data, preset and what differs from it, seed; of: the symptom that it is made to have, or healthy;
    examples: how many training images it has, 0 for all of them."""

    of: str
    family: str
    data: str
    settings: dict[str, Any] = field(default_factory=dict)
    seed: int = 0
    examples: int = 0
    preset: str = "classroom"


def healthy() -> Iterator[Case]:
    """Every preset on every data set that is here, three seeds among them; long ones with a shorter plan."""
    for place, data in enumerate(POINTS):
        yield Case("healthy", "ae", data, seed=place % 3)
        yield Case("healthy", "vae", data, seed=(place + 1) % 3)
        yield Case("healthy", "gan", data, {"steps": 2000}, seed=(place + 2) % 3)
    for seed in range(3):
        yield Case("healthy", "ae", "mnist5k", seed=seed)
        yield Case("healthy", "vae", "mnist5k", seed=seed)
        yield Case("healthy", "gan", "mnist5k", {"steps": 1200}, seed=seed)
    for family in ("ae", "vae"):
        yield Case("healthy", family, "mnist", seed=1)
    for place, data in enumerate(("ring8", "spiral")):
        yield Case("healthy", "ae", data, {"steps": 3000}, place, preset="best")
        yield Case("healthy", "vae", data, {"steps": 3000}, place, preset="best")
        yield Case("healthy", "gan", data, {"steps": 2000}, place, preset="best")
    yield Case("healthy", "ae", "mnist5k", {"steps": 1500}, 2, preset="best")
    yield Case("healthy", "vae", "mnist5k", {"steps": 600}, 2, preset="best")
    yield Case("healthy", "gan", "mnist5k", {"steps": 800}, 2, preset="best")


def posterior_collapse() -> Iterator[Case]:
    """A p(x|z) as wide as the data, a large beta; on digits also the mean over pixels."""
    for place, data in enumerate(POINTS):
        settings = SMALL | {"steps": 400, "deviation": 1.0, "beta": (2.0, 4.0, 10.0)[place % 3]}
        yield Case("posterior_collapse", "vae", data, settings, place % 3)
    digits = {"steps": 150, "hidden": 64, "batch": 100}
    deaf = {"likelihood": "gaussian", "deviation": 1.0}
    for place, beta in enumerate((5.0, 7.0, 10.0, 15.0, 20.0)):
        yield Case("posterior_collapse", "vae", "mnist5k", digits | deaf | {"beta": beta}, place)
    for place, latents in enumerate((2, 5, 10, 20, 30, 40)):
        yield Case("posterior_collapse", "vae", "mnist5k", digits | {"reduction": "mean", "latents": latents}, place)


def saturation() -> Iterator[Case]:
    """A D that learns far faster than G, where G begins beside the data."""
    for loss in ("minimax", "non_saturating", "least_squares", "hinge"):
        for place, data in enumerate(("ring8", "grid25", "disjoint", "ring8", "grid25", "disjoint")):
            rates = {"learning_rate_d": 1e-2, "learning_rate_g": 1e-6, "d_steps": 1 + place % 3}
            settings = BARE | rates | {"steps": 400, "loss": loss, "fourier_features": 128}
            yield Case("saturation", "gan", data, settings, place)


def mode_collapse() -> Iterator[Case]:
    """A G that outruns D; on digits too."""
    for rate in (1e-2, 2e-2, 4e-2):
        for place, data in enumerate(("ring8", "grid25", "ring8", "grid25", "three_gaussians_1d")):
            settings = BARE | {"steps": 1000, "learning_rate_g": rate, "learning_rate_d": 1e-3, "beta1": 0.5}
            yield Case("mode_collapse", "gan", data, settings, place)
    digits = BARE | {"steps": 500, "batch_norm": False, "minibatch_deviation": False, "latents": 16, "hidden": 64}
    for seed in range(7):
        yield Case("mode_collapse", "gan", "mnist5k", digits | {"learning_rate_g": 5e-3, "learning_rate_d": 5e-4}, seed)


def oscillation() -> Iterator[Case]:
    """Large steps with a long memory, and nothing that steadies the game."""
    lines = ("one_gaussian_1d", "two_gaussians_1d", "three_gaussians_1d")
    for rate in (0.03, 0.04, 0.05):
        for place, data in enumerate((*lines, "ring8", "grid25", "two_gaussians", "disjoint")):
            rates = {"learning_rate_g": rate, "learning_rate_d": rate, "beta1": 0.9, "schedule": "constant"}
            yield Case("oscillation", "gan", data, BARE | rates | {"steps": 1000}, place)


def divergence() -> Iterator[Case]:
    """Steps too large for the loss."""
    deep = {"depth": 4, "decoder_depth": 4, "batch": 64, "learning_rate": 0.1}
    for place, data in enumerate(("ring8", "spiral", "grid25")):
        yield Case("divergence", "ae", data, deep | {"steps": 300, "hidden": 128}, place)
        yield Case("divergence", "vae", data, deep | {"steps": 300, "hidden": 128, "deviation": 0.02}, place)
    for seed in range(6):
        yield Case("divergence", "ae", "mnist5k", deep | {"steps": 200, "schedule": "constant"}, seed)
        if seed < 4:
            yield Case("divergence", "vae", "mnist5k", deep | {"steps": 200, "schedule": "constant"}, seed)
    rates = {"learning_rate_d": 0.1, "learning_rate_g": 0.1, "schedule": "constant"}
    for place, data in enumerate(("ring8", "two_gaussians")):
        for settings in ({"loss": "wgan_gp", "penalty": 0.0}, {"loss": "least_squares"}, {"loss": "hinge"}):
            size = {"steps": 250, "depth": 3, "generator_depth": 2}
            yield Case("divergence", "gan", data, BARE | rates | size | settings, place)


def overfitting() -> Iterator[Case]:
    """Few examples, shown again and again."""
    for place, examples in enumerate((30, 50, 60, 75, 100, 125)):
        often = {"steps": 400, "batch": 50, "hidden": 200, "schedule": "constant"}
        for more in (0, 1):
            yield Case("overfitting", "ae", "mnist5k", often | {"latents": (20, 40)[more]}, place, examples)
            yield Case("overfitting", "vae", "mnist5k", often | {"latents": (20, 10)[more]}, place, examples)


def d_overfits() -> Iterator[Case]:
    """A D without anything that steadies it, and few examples."""
    for place, examples in enumerate((20, 30, 40, 50, 60)):
        for rate_d, rate_g in ((1e-3, 1e-3), (2e-3, 2e-3), (1e-3, 5e-4), (2e-3, 1e-3)):
            settings = {
                "steps": 900, "batch": 16, "hidden": 256, "generator_hidden": 128, "generator_depth": 1, "r1": 0.0,
                "minibatch_deviation": False, "ema": 0.0, "schedule": "constant",
                "learning_rate_d": rate_d, "learning_rate_g": rate_g,
            }  # fmt: skip
            yield Case("d_overfits", "gan", "mnist5k", settings, place, examples)


KINDS = {
    made.__name__: made
    for made in (
        healthy, posterior_collapse, saturation, mode_collapse, oscillation, divergence, overfitting, d_overfits,
    )
}  # fmt: skip
