"""Variational autoencoder (Kingma and Welling 2014): maximise a lower bound of log p(x)."""

from __future__ import annotations

from typing import Any

from genlab.locale import N_
from genlab.models.base import Family, Likelihood, Picture, Play, round_trip
from genlab.models.vae.config import VAEConfig
from genlab.models.vae.model import VAE
from genlab.models.vae.symptoms import symptoms
from genlab.models.vae.terms import KL, formula, terms

__all__ = ["FAMILY", "KL", "VAE", "VAEConfig"]


def picture(config: Any) -> Picture:
    """What the playground draws."""
    return round_trip(
        (("reconstruction", N_("reconstruction")), ("kl", "KL")),
        draws=True,
        prior=True,
        loss=N_("Reconstruction {reconstruction} + KL {kl} = negative ELBO {negative_elbo} nats."),
        judged=N_("The loss: how far x' is from x, and how far q(z|x) is from the prior."),
    )


def remedy(config: Any) -> str:
    """A narrow p(x|z) makes the loss, and with it the gradients, as large as 1 / deviation^2."""
    narrow = config.deviation < VAEConfig.model_fields["deviation"].default
    return " or a larger deviation" if config.likelihood == "gaussian" and narrow else ""


POINTS = {
    "latents": 2,
    "hidden": 64,
    "depth": 2,
    "likelihood": "gaussian",
    "deviation": 0.1,
    "steps": 4000,
    "learning_rate": 2e-3,
}

FAMILY = Family(
    name="vae",
    title="Variational autoencoder",
    config=VAEConfig,
    build=VAE,
    terms=terms,
    formula=formula,
    presets={
        ("classroom", "images"): {"hidden": 200, "batch": 200, "steps": 600},
        ("best", "images"): {
            "latents": 40,
            "net": "residual",
            "hidden": 256,
            "batch": 256,
            "binarise": True,
            "learning_rate": 2e-3,
            "warm_up": 800,
            "steps": 16_000,
        },
        ("classroom", "points"): POINTS,
        ("best", "points"): POINTS
        | {"hidden": 128, "depth": 3, "decoder_depth": 3, "deviation": 0.05, "steps": 20_000},
    },
    short="VAE",
    page="pages/learn/vae.py",
    noise=lambda config: config.distribution,
    likelihood=lambda config: Likelihood(config.likelihood, config.deviation),
    reconstruction="reconstruction",
    remedy=remedy,
    symptoms=symptoms,
    of_training=("batch", "learning_rate"),
    play=Play(place=1, first=("beta", "deviation", "learning_rate"), picture=picture),
)
