"""Knobs that mean the same in several families: one text, one range, each family's own default."""

from __future__ import annotations

from typing import Any

from genlab.models.config import knob


def learning_rate(default: float) -> Any:
    """The peak step size of the one optimiser that a family has."""
    return knob(
        default,
        "Learning rate",
        "Adam's peak step size.",
        low=1e-5,
        high=0.1,
        live=True,
        more=False,
        logarithmic=True,
    )


def latent_size(default: int) -> Any:
    """How many numbers z has, where it is drawn."""
    return knob(
        default, "Latent size", "Components of z.", low=1, high=64, more=False, telling="N = {value}", always=True
    )


def decoder_depth() -> Any:
    """How deep a fully connected decoder is."""
    return knob(2, "Decoder layers", "Hidden layers of a fully connected decoder.", low=1, high=4)


def kl_weight() -> Any:
    """What KL to the prior is multiplied by in the loss."""
    return knob(
        1.0,
        "β",
        "Weight of the KL term (Higgins et al. 2017); only 1 gives the lower bound itself.",
        low=0,
        high=20,
        live=True,
        more=False,
        logarithmic=True,
        telling="β = {value}",
        always=True,
    )
