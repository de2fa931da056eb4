"""Variational autoencoder (Kingma and Welling 2014): maximise a lower bound of log p(x)."""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from genlab.divergences import kl_to_standard_normal
from genlab.likelihoods import iwae_bound
from genlab.models.base import Config, Encodes, Family, Model, Probe, Shape, Step, knob
from genlab.models.images import as_picture, centre_input_at, log_odds, plane, rebuilt, start_output_at
from genlab.nets import build_decoder, build_encoder, folded
from genlab.terms import Term

# Latents that a measurement decodes at once: 50 importance samples of 512 digits would take a third of a gigabyte.
DECODED_AT_ONCE = 4096


class VAEConfig(Config):
    """The settings of a VAE."""

    latents: int = knob(
        20, "Latent size", "Components of z.", low=1, high=64, more=False, telling="N = {value}", always=True
    )
    net: Literal["mlp", "conv"] = knob(
        "mlp", "Network", "Convolutional: better on images, slower a step.", telling="{value}"
    )
    decoder_depth: int = knob(2, "Decoder layers", "Hidden layers of a fully connected decoder.", low=1, high=4)
    beta: float = knob(
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
    learning_rate: float = knob(
        1.5e-2,
        "Learning rate",
        "Adam's peak step size.",
        low=1e-5,
        high=0.1,
        live=True,
        more=False,
        logarithmic=True,
    )


RECONSTRUCTION = Term(
    key="reconstruction",
    symbol=r"\mathbb{E}_{q}[-\log p_\theta(x|z)]",
    label="Reconstruction",
    unit="nats an example",
    better="lower",
    role="reconstruction",
    panel="loss",
    expect="How unlikely x is given a drawn z. Below 0 where a Gaussian p(x|z) is a density above 1: no mistake.",
)
KL = Term(
    key="kl",
    symbol=r"\mathrm{KL}(q_\phi(z|x)\,\|\,p(z))",
    label="KL to the prior",
    unit="nats an example",
    better="neither",
    role="kl",
    panel="loss",
    expect="At 0 z says nothing of x. Mean over x: the information about x that z carries, plus how far all codes "
    "together are from the prior.",
)
NEGATIVE_ELBO = Term(
    key="negative_elbo",
    symbol=r"-\mathrm{ELBO}",
    label="Negative ELBO",
    unit="nats an example",
    better="lower",
    role="total",
    panel="loss",
    expect="An upper bound of -log p(x). Below 0 only where p(x) is a density above 1, as a Gaussian p(x|z) allows.",
)


def importance_weighted(k: int) -> Term:
    """What a run with k importance samples minimises."""
    return Term(
        key="iwae_k",
        symbol=rf"-\mathcal{{L}}_{{{k}}}",
        label="Importance weighted bound",
        unit="nats an example",
        better="lower",
        role="total",
        panel="loss",
        expect="What this run minimises: an upper bound of -log p(x), on average below the negative ELBO, and closer "
        "the more samples it takes.",
        bound=True,
    )


EFFECTIVE_BETA = Term(
    key="effective_beta",
    symbol=r"\beta D",
    label="Effective β",
    unit="",
    better="neither",
    role="kl",
    panel="",
    expect="D, the pixels of an image or the coordinates of a point, times β: what is minimised is the reconstruction "
    "and so many times KL, all divided by D. Dividing all of it changes no optimum, so this is the β of the run.",
)


def averages(config: Any) -> bool:
    """Whether what is minimised has the mean over pixels in it."""
    return config.reduction == "mean" and config.importance == 1


def terms(config: Any) -> tuple[Term, ...]:
    """What a VAE reports; where it is trained by importance samples, their bound too, and by the mean over pixels what
    weight that gives to KL."""
    trained = () if config.importance == 1 else (importance_weighted(config.importance),)
    weight = (EFFECTIVE_BETA,) if averages(config) else ()
    return (*trained, NEGATIVE_ELBO, RECONSTRUCTION, KL, *weight)


class VAE(Model, Encodes):
    """q(z|x) = N(mean, diag exp log_variance), p(z) = N(0, I), p(x|z) Bernoulli or Gaussian around the decoder."""

    family = "vae"

    def __init__(self, config: VAEConfig, shape: Shape) -> None:
        super().__init__()
        self.config = config
        self.encoder = build_encoder(config.net, shape, config.hidden, config.depth, 2 * config.latents)
        self.decoder = build_decoder(config.net, config.latents, config.hidden, config.decoder_depth, shape)
        self.optimiser = torch.optim.Adam(self.parameters(), betas=(0.9, 0.99), fused=True)

    @property
    def latents(self) -> int:
        return self.config.latents

    @property
    def binarised(self) -> bool:
        return self.config.binarise

    def start_from(self, mean: Tensor) -> None:
        centre_input_at(self.encoder, mean)
        start_output_at(self.decoder, log_odds(mean) if self.config.likelihood == "bernoulli" else mean)

    def optimisers(self) -> dict[str, torch.optim.Optimizer]:
        return {"vae": self.optimiser}

    def learning_rates(self) -> dict[str, float]:
        return {"vae": self.config.learning_rate}

    def train_step(self, step: Step) -> dict[str, Tensor]:
        x = step.next_batch()
        if self.config.binarise:
            x = torch.bernoulli(x, generator=step.rng)
        beta = (
            self.config.beta * min(1.0, step.number / self.config.warm_up) if self.config.warm_up else self.config.beta
        )

        if self.config.importance == 1:
            reconstruction, kl_per_latent = self.bound(x, step.rng)
            kl = kl_per_latent.sum()
            penalty = kl_per_latent.clamp_min(self.config.free_bits).sum() if self.config.free_bits else kl
            # A mean over the pixels, and still a sum over the latents: the unequal division is what weighs KL more.
            pixels = x[0].numel() if averages(self.config) else 1
            loss = reconstruction / pixels + beta * penalty
        else:
            reconstruction, kl, loss = self.importance_bound(x, step.rng)

        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()
        terms = {"reconstruction": reconstruction, "kl": kl, "negative_elbo": reconstruction + kl}
        if averages(self.config):
            terms["effective_beta"] = torch.tensor(beta * x[0].numel())
        return terms if self.config.importance == 1 else terms | {"iwae_k": loss}

    def bound(self, x: Tensor, rng: torch.Generator) -> tuple[Tensor, Tensor]:
        """The ELBO's two terms, nats, batch means: E_q[-log p(x|z)] by one sample of z, and KL for each latent.

        -ELBO = E_q[-log p(x|z)] + KL(q(z|x) || p(z)); x [n, *shape]; returns a scalar and [latents].
        """
        mean, log_variance = self.encoder(x).chunk(2, dim=1)
        eps = torch.randn(mean.shape, generator=rng)
        z = mean + torch.exp(log_variance / 2) * eps  # the randomness is in eps, so gradients reach mean and variance
        reconstruction = self.negative_log_likelihood(x, self.decoder(z)) / len(x)
        return reconstruction, kl_to_standard_normal(mean, log_variance).mean(dim=0)

    def negative_log_likelihood(self, x: Tensor, output: Tensor) -> Tensor:
        """-log p(x|z), nats, summed over pixels and batch; output: logits or means, of x's shape."""
        if self.config.likelihood == "bernoulli":
            return F.binary_cross_entropy_with_logits(output, x, reduction="sum")
        deviation = self.config.deviation
        constant = x.numel() * math.log(deviation * math.sqrt(2 * math.pi))
        return ((x - output) / deviation).square().sum() / 2 + constant

    def importance_bound(self, x: Tensor, rng: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
        """IWAE's bound L_k = E[log 1/k sum_i p(x, z_i) / q(z_i|x)] (Burda et al. 2016, eq. 8), nats, batch means.

        Returns the reconstruction and KL of the plain ELBO (for the curves) and -L_k (to minimise).
        """
        mean, log_variance = self.encoder(x).chunk(2, dim=1)
        log_weights, log_likelihood = self.log_weights(x, mean, log_variance, self.config.importance, rng)
        kl = kl_to_standard_normal(mean, log_variance).sum(dim=1).mean()
        return -log_likelihood.mean(), kl, -iwae_bound(log_weights).mean()

    def log_weights(
        self, x: Tensor, mean: Tensor, log_variance: Tensor, k: int, rng: torch.Generator
    ) -> tuple[Tensor, Tensor]:
        """log p(x|z) + log p(z) - log q(z|x) and log p(x|z) for k draws of z ~ q(z|x), both [k, n], nats."""
        eps = torch.randn(k, *mean.shape, generator=rng)
        z = mean + torch.exp(log_variance / 2) * eps
        output = self.decoder(z.flatten(0, 1)).view(k, *x.shape)
        if self.config.likelihood == "bernoulli":
            pixels = -F.binary_cross_entropy_with_logits(output, x.expand_as(output), reduction="none")
        else:
            deviation = self.config.deviation
            pixels = -(((x - output) / deviation).square() + math.log(2 * math.pi * deviation**2)) / 2
        log_likelihood = pixels.flatten(2).sum(dim=2)
        # log N(z; 0, I) - log N(z; mean, variance): the two constants cancel
        log_prior_over_posterior = (eps.square() + log_variance - z.square()).sum(dim=2) / 2
        return log_likelihood + log_prior_over_posterior, log_likelihood

    def held_out_terms(self, examples: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        if self.config.importance == 1:
            reconstruction, kl_per_latent = self.bound(examples, rng)
            kl = kl_per_latent.sum()
            return {"reconstruction": reconstruction, "kl": kl, "negative_elbo": reconstruction + kl}
        parts = examples.split(max(1, DECODED_AT_ONCE // self.config.importance))
        bounds = torch.stack([len(x) * torch.stack(self.importance_bound(x, rng)) for x in parts]).sum(dim=0)
        reconstruction, kl, iwae = bounds / len(examples)
        return {"reconstruction": reconstruction, "kl": kl, "negative_elbo": reconstruction + kl, "iwae_k": iwae}

    def frame(self, probe: Probe) -> dict[str, np.ndarray]:
        mean, log_variance = self.encoder(probe.examples).chunk(2, dim=1)
        return {
            "samples": as_picture(self.decode(probe.noise)),
            "reconstructions": as_picture(self.decode(rebuilt(mean, probe.examples))),
            "latent": plane(mean),
            "kl_per_latent": kl_to_standard_normal(mean, log_variance).mean(dim=0).numpy(),
        }

    def encode(self, x: Tensor) -> Tensor:
        return self.encoder(x)[:, : self.latents]

    def decode(self, z: Tensor) -> Tensor:
        """The mean of p(x|z)."""
        output = self.decoder(z)
        return torch.sigmoid(output) if self.config.likelihood == "bernoulli" else output

    def reconstruct(self, x: Tensor) -> Tensor:
        return self.decode(self.encode(x))

    def sample(self, count: int, rng: torch.Generator) -> Tensor:
        """The decoder alone draws: z ~ N(0, I), then the mean of p(x|z)."""
        return self.decode(torch.randn(count, self.latents, generator=rng))

    def live_nets(self) -> dict[str, nn.Sequential]:
        squash = [nn.Sigmoid()] if self.config.likelihood == "bernoulli" else []
        return {"decoder": nn.Sequential(*self.decoder, *squash), "encoder": folded(self.encoder)}


def formula(config: Any) -> tuple[tuple[str, str | None], ...]:
    """The bounds in pieces: (LaTeX, the term whose number stands under it); an empty piece begins a line."""
    k = config.importance
    weights = (
        rf"= -\mathbb{{E}}_{{q}}\,\log\tfrac{{1}}{{{k}}}\sum_{{i=1}}^{{{k}}}\frac{{p_\theta(x,z_i)}}{{q_\phi(z_i|x)}}"
    )
    trained = () if k == 1 else ((importance_weighted(k).symbol, "iwae_k"), (weights, None), ("", None))
    bound = (
        (NEGATIVE_ELBO.symbol, "negative_elbo"),
        ("=", None),
        (RECONSTRUCTION.symbol, "reconstruction"),
        ("+", None),
        (KL.symbol, "kl"),
    )
    if not averages(config):
        return (*trained, *bound)
    # What is minimised is not the bound then: its own line says so.
    return (
        *bound,
        ("", None),
        (r"\min\;\tfrac{1}{D}\bigl(", None),
        (RECONSTRUCTION.symbol, "reconstruction"),
        ("+", None),
        (EFFECTIVE_BETA.symbol, "effective_beta"),
        (r"\cdot", None),
        (KL.symbol, "kl"),
        (r"\bigr)", None),
    )


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
            "hidden": 400,
            "batch": 100,
            "binarise": True,
            "importance": 5,
            "learning_rate": 2e-3,
            "steps": 30_000,
        },
        ("classroom", "points"): POINTS,
        ("best", "points"): POINTS
        | {"hidden": 128, "depth": 3, "decoder_depth": 3, "deviation": 0.05, "steps": 20_000},
    },
)
