"""The knobs of a VAE."""

from __future__ import annotations

from typing import Literal

from genlab.models import knobs
from genlab.models.config import Config, knob


class VAEConfig(Config):
    """The settings of a VAE."""

    latents: int = knobs.latent_size(20)
    net: Literal["mlp", "conv", "residual"] = knob(
        "mlp",
        "Network",
        "Convolutional: better on images, slower a step; residual: deeper, with blocks h + f(h), better and slower "
        "still.",
        telling="{value}",
        points=("mlp",),
    )
    distribution: Literal["normal", "laplace"] = knob(
        "normal",
        "Distribution of z",
        "Of p(z) and of q(z|x). The normal is a choice: Laplace has a sharper peak and longer tails, and its KL is "
        "exact too. As a prior both have mean 0 and deviation 1.",
        telling="{value} prior",
    )
    decoder_depth: int = knobs.decoder_depth()
    beta: float = knobs.kl_weight()
    reduction: Literal["sum", "mean"] = knob(
        "sum",
        "Reconstruction over pixels",
        "What is minimised: the sum over pixels, as the bound has it, or their mean; KL stays a sum over latents, so "
        "the mean makes β as many times larger as there are pixels.",
        live=True,
        telling="{value} over pixels",
    )
    likelihood: Literal["bernoulli", "gaussian"] = knob(
        "bernoulli",
        "Likelihood p(x|z)",
        "Bernoulli: a pixel is a probability (grey pixels as means). Gaussian: a mean with a fixed deviation.",
        telling="{value} likelihood",
        points=("gaussian",),
    )
    deviation: float = knob(
        0.2,
        "Gaussian deviation",
        "Standard deviation of p(x|z) when it is Gaussian.",
        low=0.01,
        high=1,
        live=True,
    )
    binarise: bool = knob(
        False,
        "Dynamic binarisation",
        "Draw each pixel black or white anew at each step, with its grey as probability.",
        live=True,
        telling="binarised",
        points=(False,),
    )
    warm_up: int = knob(
        0,
        "KL warm-up",
        "Steps over which β rises from 0 (Bowman et al. 2016).",
        low=0,
        high=100_000,
        live=True,
        logarithmic=True,
        telling="warm-up {value}",
    )
    free_bits: float = knob(
        0.0,
        "Free bits",
        "Nats of KL a latent may use unpunished (Kingma et al. 2016).",
        low=0,
        high=5,
        live=True,
        telling="free bits {value}",
    )
    importance: int = knob(
        1,
        "Importance samples k",
        "1: the ELBO; more: the tighter IWAE bound (Burda et al. 2016), with β, free bits and the mean over pixels at "
        "rest.",
        low=1,
        high=50,
        live=True,
        telling="k = {value}",
    )
    learning_rate: float = knobs.learning_rate(1.5e-2)
