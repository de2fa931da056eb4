"""Flow matching (Lipman et al. 2023; rectified flow, Liu et al. 2023): the velocity that carries noise to data."""

from __future__ import annotations

import math
from typing import Any

from genlab.data import describe
from genlab.locale import N_
from genlab.models.base import Config, Family
from genlab.models.cures import slower
from genlab.models.flow.config import FlowConfig
from genlab.models.flow.model import Flow
from genlab.models.flow.play import PLAY
from genlab.models.flow.terms import formula, terms
from genlab.symptoms import Loss, Symptom, divergence, overfitting

__all__ = ["FAMILY", "Flow", "FlowConfig"]


def symptoms(config: Any, data: str, usual: Config) -> tuple[Symptom, ...]:
    """What can befall a flow, and what helps."""
    loss = Loss({"matching": 1.0})
    # Points are drawn anew at every step: there is nothing to learn by heart.
    learns = (overfitting.of_model(loss),) if describe(data).kind == "images" else ()
    return (divergence.of_loss(loss, slower(config, usual, "learning_rate")), *learns)


IMAGES = {"hidden": 384, "depth": 3, "predicts": "data", "batch": 128, "steps": 4000, "learning_rate": 2e-3}
POINTS = {"hidden": 96, "depth": 3, "batch": 256, "steps": 4000, "learning_rate": 4e-3}

FAMILY = Family(
    name="flow",
    title="Flow matching",
    config=FlowConfig,
    build=Flow,
    terms=terms,
    formula=formula,
    presets={
        ("classroom", "images"): IMAGES,
        ("best", "images"): IMAGES | {"hidden": 768, "steps": 40_000, "ode_steps": 50, "learning_rate": 1e-3},
        ("classroom", "points"): POINTS,
        ("best", "points"): POINTS | {"hidden": 128, "steps": 20_000, "ode_steps": 50},
    },
    short="Flow",
    page="pages/learn/flow.py",
    latents=lambda config, shape: math.prod(shape),
    unfolds=True,
    compared=False,  # four models are trained within a minute; a run of it can be put beside them
    drawn_by=N_("Samples: one fixed noise, carried along the field"),
    refusals={
        "draw": N_(
            "Flow matching has no encoder: no net turns a drawing into a code. (Its ODE can be run backwards, from x "
            "to noise of the same size; that is no code that says less than x.) Draw into one of these:"
        ),
        "explore": N_(
            "Flow matching has no latent space of its own: its z is noise with as many numbers as x, here {n}, more "
            "than a hand can hold. What can be moved is the time t from noise to sample, on its own page."
        ),
        "walks": N_(
            "Flow matching has no encoder: no image has a code, so there are no class means to add and no cloud of "
            "codes with holes. Choose an autoencoder or a VAE for these."
        ),
        "aggregate": N_(
            "**Only this bound:** flow matching has no q(z|x) that KL could measure. All that one has of its density "
            "here are samples, and a critic needs no more."
        ),
    },
    of_training=("batch", "learning_rate"),
    play=PLAY,
    symptoms=symptoms,
)
