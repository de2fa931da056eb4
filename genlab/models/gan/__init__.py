"""Generative adversarial network (Goodfellow et al. 2014): G turns noise into examples, D tells them from data."""

from __future__ import annotations

from typing import Any

from genlab.locale import N_
from genlab.models.family import Family
from genlab.models.gan.config import GANConfig
from genlab.models.gan.model import GAN
from genlab.models.gan.play import PLAY
from genlab.models.gan.symptoms import symptoms
from genlab.models.gan.terms import formula, measured, terms

__all__ = ["FAMILY", "GAN", "GANConfig"]

IMAGES = {
    "schedule": "flat_then_fall",
    "steps": 6000,
    "batch": 64,
    "hidden": 256,
    "depth": 2,
    "generator_hidden": 256,
    "generator_depth": 2,
    "batch_norm": True,
    "minibatch_deviation": True,
    "r1": 0.075,
    "learning_rate_g": 2e-3,
    "learning_rate_d": 1e-3,
    "ema": 0.999,
}
BEST_IMAGES = {
    "schedule": "flat_then_fall",
    "steps": 15_000,
    "batch": 128,
    "net": "deep",
    "hidden": 512,
    "depth": 2,
    "generator_hidden": 256,
    "generator_depth": 2,
    "batch_norm": True,
    "minibatch_deviation": True,
    "beta1": 0.0,
    "r1": 1.0,
    "learning_rate_g": 4e-4,
    "learning_rate_d": 4e-4,
    "ema": 0.999,
}
POINTS = {
    "schedule": "flat_then_fall",
    "steps": 7000,
    "batch": 256,
    "latents": 8,
    "hidden": 64,
    "depth": 2,
    "generator_hidden": 64,
    "generator_depth": 3,
    "fourier_features": 128,
    "feature_matching": 3.0,
    "beta1": 0.0,
    "r1": 0.1,
    "learning_rate_g": 2e-3,
    "learning_rate_d": 2e-3,
    "ema": 0.99,
}


def notes(config: Any) -> tuple[str, ...]:
    """Why nothing bounds JS where D sees a group."""
    groups = N_(
        "D sees groups of examples here (minibatch deviation). Its V is bounded by the JS of groups, which is "
        "larger, so nothing here bounds JS(p_data || p_g)."
    )
    return (groups,) if config.minibatch_deviation else ()


FAMILY = Family(
    name="gan",
    title="Generative adversarial network",
    config=GANConfig,
    build=GAN,
    terms=terms,
    formula=formula,
    presets={
        ("classroom", "images"): IMAGES,
        ("best", "images"): BEST_IMAGES,
        ("classroom", "points"): POINTS,
        ("best", "points"): POINTS | {"hidden": 128, "generator_hidden": 128, "steps": 20_000},
    },
    parts=("discriminator", "generator"),
    measured=measured,
    short="GAN",
    page="pages/learn/gan.py",
    noise=lambda config: config.noise,
    drawn_by=N_("Samples: one fixed noise, through G"),
    refusals={
        "draw": N_("A GAN has no encoder: nothing in it turns a drawing into a code. Draw into one of these:"),
        "walks": N_(
            "A GAN has no encoder: no image has a code, so there are no class means to add and no cloud of codes "
            "with holes. Choose an autoencoder or a VAE for these."
        ),
        "aggregate": N_(
            "**Only this bound:** a GAN has no q(z|x) that KL could measure, and its density p_g is never written "
            "down. All that one has of it are samples, and a critic needs no more."
        ),
    },
    notes=notes,
    of_training=(  # but not the batch: D meets G's samples by batches, and batch norm shows it in their numbers
        "learning_rate_d", "learning_rate_g", "optimiser_d", "optimiser_g", "d_steps", "g_steps", "r1", "penalty",
        "feature_matching", "beta1", "smoothing",
    ),
    play=PLAY,
    symptoms=symptoms,
)  # fmt: skip
