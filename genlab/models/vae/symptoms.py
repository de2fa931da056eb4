"""What can befall a VAE, and what helps."""

from __future__ import annotations

import math
from typing import Any

from genlab.data import describe
from genlab.models.config import Config
from genlab.models.cures import slower, usual_again, within
from genlab.models.vae.constant import constant_cost
from genlab.models.vae.terms import averages
from genlab.symptoms import Loss, Symptom, divergence, overfitting, posterior_collapse

# Of KL a latent may use unpunished: what brings a collapsed one back where nothing else is to blame.
FREE = 0.5


def symptoms(config: Any, data: str, usual: Config) -> tuple[Symptom, ...]:
    """The symptoms of a VAE of these settings on that data."""
    gaussian = config.likelihood == "gaussian"
    constant = constant_cost(data, config.likelihood, config.deviation)
    collapsed = usual_again(
        config,
        usual,
        at_most=("beta", *(("deviation",) if gaussian else ())),
        same=("reduction",),
        otherwise={"free_bits": within(config, "free_bits", max(FREE, 2 * config.free_bits))},
    )
    # What is minimised, times the pixels where it is a mean over these.
    pixels = math.prod(describe(data).shape) if averages(config) else 1
    weights = {"reconstruction": 1.0, "kl": config.beta * pixels} if config.importance == 1 else {"iwae_k": 1.0}
    # What the latents may use unpunished costs the same whether they do or not; while beta rises, so does all of it.
    loss = Loss(weights, {"kl": config.latents * config.free_bits}, config.warm_up)
    slow = slower(config, usual, "learning_rate")
    diverged = slow | (usual_again(config, usual, at_least=("deviation",)) if gaussian else {})
    return (
        posterior_collapse.symptom(config.latents, constant, collapsed),
        divergence.of_loss(loss, diverged),
        # Points are drawn anew at every step: there is nothing to learn by heart.
        *((overfitting.of_model(loss),) if describe(data).kind == "images" else ()),
    )
