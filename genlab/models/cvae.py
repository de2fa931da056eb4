"""Conditional VAE (Sohn et al. 2015): encoder and decoder are told the class y of x, so z need not say it."""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from genlab.data import describe
from genlab.devices import as_array
from genlab.divergences import kl_to_standard_normal
from genlab.locale import N_
from genlab.models import knobs
from genlab.models.base import (
    MOST_CLASSES,
    Config,
    Family,
    Labelled,
    Likelihood,
    Picture,
    Play,
    Probe,
    Shape,
    Step,
    knob,
    round_trip,
)  # fmt: skip
from genlab.models.cures import slower, usual_again
from genlab.models.images import as_picture, log_odds, plane, rebuilt, start_output_at
from genlab.models.likelihood import negative_log_likelihood
from genlab.models.weighted import OBJECTIVE, minimised, weighted_kl
from genlab.nets import CentredLinear, decoder_mlp, mlp
from genlab.symptoms import Loss, Symptom, divergence, overfitting, posterior_collapse
from genlab.terms import Term

# Samples of a frame: rows of one z each, a column a class, where so many classes fit; else so many samples.
ROWS, COLUMNS, SAMPLES = 6, 12, 64


class CVAEConfig(Config):
    """The settings of a conditional VAE."""

    latents: int = knobs.latent_size(10)
    decoder_depth: int = knobs.decoder_depth()
    beta: float = knobs.kl_weight()
    likelihood: Literal["bernoulli", "gaussian"] = knob(
        "bernoulli",
        "Likelihood p(x|z, y)",
        "Bernoulli: a pixel is a probability (grey pixels as means). Gaussian: a mean with a fixed deviation.",
        telling="{value} likelihood",
        points=("gaussian",),
    )
    deviation: float = knob(
        0.2,
        "Gaussian deviation",
        "Standard deviation of p(x|z, y) when it is Gaussian.",
        low=0.01,
        high=1,
        live=True,
    )
    learning_rate: float = knobs.learning_rate(1e-2)


RECONSTRUCTION = Term(
    key="reconstruction",
    symbol=r"\mathbb{E}_{q}[-\log p_\theta(x|z,y)]",
    label="Reconstruction",
    unit="nats an example",
    better="lower",
    role="reconstruction",
    panel="loss",
    expect="How unlikely x is given a drawn z and its class. Below 0 where a Gaussian p(x|z, y) is a density above 1: "
    "no mistake.",
)
KL = Term(
    key="kl",
    symbol=r"\mathrm{KL}(q_\phi(z|x,y)\,\|\,p(z))",
    label="KL to the prior",
    unit="nats an example",
    better="neither",
    role="kl",
    panel="loss",
    expect="At 0 z says nothing of x beyond its class. A VAE that is not told y needs more: z has to say the class "
    "too.",
)
NEGATIVE_ELBO = Term(
    key="negative_elbo",
    symbol=r"-\mathrm{ELBO}(x|y)",
    label="Negative ELBO",
    unit="nats an example",
    better="lower",
    role="total",
    panel="loss",
    expect="An upper bound of −log p(x|y), not of −log p(x): a VAE is asked for more. Below 0 only where p(x|y) is a "
    "density above 1, as a Gaussian p(x|z, y) allows.",
)


class CVAE(Labelled):
    """q(z|x, y) = N(mean, diag exp log_variance), p(z) = N(0, I) for every class y, p(x|z, y) around the decoder.

    Beside x and z the nets are handed y, as 64 numbers of which one is 1.
    """

    family = "cvae"
    metrics = ("quality",)

    def __init__(self, config: CVAEConfig, shape: Shape) -> None:
        super().__init__()
        self.config, self.shape = config, shape
        self.encoder = mlp(math.prod(shape) + MOST_CLASSES, config.hidden, config.depth, 2 * config.latents)
        self.decoder = decoder_mlp(config.latents + MOST_CLASSES, config.hidden, config.decoder_depth, shape)
        self.register_buffer("shares", torch.full((MOST_CLASSES,), 1 / MOST_CLASSES))
        self.optimiser = torch.optim.Adam(self.parameters(), betas=(0.9, 0.99), fused=True)

    @property
    def latents(self) -> int:
        return self.config.latents

    def start_from(self, mean: Tensor) -> None:
        for layer in self.encoder:
            if isinstance(layer, CentredLinear):
                layer.mean[: mean.numel()] = mean.flatten()
        start_output_at(self.decoder, log_odds(mean) if self.config.likelihood == "bernoulli" else mean)

    def optimisers(self) -> dict[str, torch.optim.Optimizer]:
        return {"cvae": self.optimiser}

    def learning_rates(self) -> dict[str, float]:
        return {"cvae": self.config.learning_rate}

    def train_step(self, step: Step) -> dict[str, Tensor]:
        x, y = step.next_labelled()  # [stage1]
        reconstruction, kl = self.bound(x, y, step.rng)  # [reconstruction kl]
        loss = reconstruction + self.config.beta * kl  # [stage4 objective weighted_kl]

        self.optimiser.zero_grad()  # [stage5]
        loss.backward()  # [stage5]
        self.optimiser.step()  # [stage5]
        terms = {"reconstruction": reconstruction, "kl": kl, "negative_elbo": reconstruction + kl}  # [negative_elbo]
        if self.config.beta != 1:
            terms |= {"objective": loss, "weighted_kl": loss - reconstruction}  # [objective weighted_kl]
        return terms

    def bound(self, x: Tensor, y: Tensor, rng: torch.Generator) -> tuple[Tensor, Tensor]:
        """The two terms of -ELBO(x|y) = E_q[-log p(x|z, y)] + KL(q(z|x, y) || p(z)), nats, batch means, the expectation
        by one sample of z; x [n, *shape], y [n]; returns two scalars."""
        mean, log_variance = self.posterior_of(x, y)  # [stage2]
        eps = torch.randn(mean.shape, generator=rng).to(mean.device)  # [stage2]
        # The randomness is in eps, so gradients reach mean and variance. [stage2]
        z = mean + torch.exp(log_variance / 2) * eps
        output = self.decoder(self.with_class(z, y))  # [reconstruction stage3]
        reconstruction = negative_log_likelihood(self.config, x, output) / len(x)  # [reconstruction stage4]
        return reconstruction, kl_to_standard_normal(mean, log_variance).sum(dim=1).mean()  # [kl]

    def with_class(self, numbers: Tensor, y: Tensor) -> Tensor:
        """Numbers [n, ...] beside the one-hot class y [n]: [n, size + 64]."""
        return torch.cat([numbers.flatten(1), F.one_hot(y.long(), MOST_CLASSES).to(numbers.dtype)], dim=1)

    def posterior_of(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """q(z|x, y) of examples [n, *shape] of classes [n]: its means and log variances, both [n, latents]."""
        mean, log_variance = self.encoder(self.with_class(x, y)).chunk(2, dim=1)
        return mean, log_variance

    def labelled_terms(self, examples: Tensor, labels: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        reconstruction, kl = self.bound(examples, labels, rng)
        return {"reconstruction": reconstruction, "kl": kl, "negative_elbo": reconstruction + kl}

    def frame(self, probe: Probe) -> dict[str, np.ndarray]:
        mean, log_variance = self.posterior_of(probe.examples, probe.labels)
        shown = rebuilt(mean, probe.examples)
        return {
            "samples": as_picture(self.shown(probe.noise)),
            "reconstructions": as_picture(self.decode_as(shown, probe.labels[: len(shown)])),
            "latent": plane(mean),
            "kl_per_latent": as_array(kl_to_standard_normal(mean, log_variance).mean(dim=0)),
        }

    def shown(self, noise: Tensor) -> Tensor:
        """What a frame shows: of images a row for each of six z, in each row a picture of every class; of points, or
        where there are many classes, one of each z, the classes in turn by their shares."""
        if len(self.shape) > 1 and self.classes <= COLUMNS:
            z = noise[:ROWS].repeat_interleave(self.classes, dim=0)
            return self.decode_as(z, torch.arange(self.classes, device=z.device).repeat(ROWS))
        return self.decode_as(noise, self.in_turn(len(noise)).to(noise.device))

    def decode_as(self, z: Tensor, labels: Tensor) -> Tensor:
        """The mean of p(x|z, y)."""
        output = self.decoder(self.with_class(z, labels))
        return torch.sigmoid(output) if self.config.likelihood == "bernoulli" else output

    def live_nets(self) -> dict[str, nn.Sequential]:
        squash = [nn.Sigmoid()] if self.config.likelihood == "bernoulli" else []
        return {"decoder": nn.Sequential(*self.decoder, *squash)}


def terms(config: Any) -> tuple[Term, ...]:
    """What a conditional VAE reports; where KL is weighed, what is minimised too."""
    weight = () if config.beta == 1 else (OBJECTIVE, weighted_kl(KL))
    return (NEGATIVE_ELBO, RECONSTRUCTION, KL, *weight)


def formula(config: Any) -> tuple[tuple[str, str | None], ...]:
    """The bound in pieces: (LaTeX, the term whose number stands under it)."""
    weight = () if config.beta == 1 else minimised(RECONSTRUCTION, weighted_kl(KL))
    return (
        (NEGATIVE_ELBO.symbol, "negative_elbo"), ("=", None), (RECONSTRUCTION.symbol, "reconstruction"), ("+", None),
        (KL.symbol, "kl"), *weight,
    )  # fmt: skip


def picture(config: Any) -> Picture:
    """What the playground draws."""
    return round_trip(
        (("reconstruction", N_("reconstruction")), ("kl", "KL")),
        draws=True,
        prior=True,
        loss=N_("Reconstruction {reconstruction} + KL {kl} = negative ELBO {negative_elbo} nats."),
        judged=N_("The loss: how far x' is from x, and how far q(z|x, y) is from the prior. Both nets are told y."),
        layers=("data", "fakes", "reconstructions"),
    )


def symptoms(config: Any, data: str, usual: Config) -> tuple[Symptom, ...]:
    """What can befall a conditional VAE, and what helps."""
    loss = Loss({"reconstruction": 1.0, "kl": config.beta})
    collapsed = usual_again(config, usual, at_most=("beta",), otherwise={"beta": config.beta / 2})
    # Where a class is a single cloud no wider than p(x|z, y), there is nothing for z to say either.
    of_images = (posterior_collapse.symptom(config.latents, None, collapsed), overfitting.of_model(loss))
    diverged = divergence.of_loss(loss, slower(config, usual, "learning_rate"))
    return (diverged, *of_images) if describe(data).kind == "images" else (diverged,)


POINTS = {
    "latents": 2, "hidden": 64, "depth": 2, "likelihood": "gaussian",
    "deviation": 0.03, "steps": 4000, "learning_rate": 2e-3,
}  # fmt: skip

FAMILY = Family(
    name="cvae",
    title="Conditional VAE",
    config=CVAEConfig,
    build=CVAE,
    terms=terms,
    formula=formula,
    presets={
        ("classroom", "images"): {"hidden": 200, "batch": 200, "steps": 1000},
        ("best", "images"): {"latents": 20, "hidden": 400, "batch": 100, "steps": 20_000, "learning_rate": 2e-3},
        ("classroom", "points"): POINTS,
        ("best", "points"): POINTS | {"hidden": 128, "depth": 3, "decoder_depth": 3, "steps": 20_000},
    },
    short="CVAE",
    page="pages/learn/cvae.py",
    compared=False,  # four models are trained within a minute; a run of it can be put beside them
    likelihood=lambda config: Likelihood(config.likelihood, config.deviation),
    reconstruction="reconstruction",
    drawn_by=N_("Samples: z is drawn, and its class y is chosen"),
    refusals={
        "draw": N_(
            "The encoder of a conditional VAE asks for the class beside x, and a drawing does not say it. Draw into "
            "one of these:"
        ),
        "walks": N_(
            "A conditional VAE has a latent space for each class: choose the class and move z under Explore. Walks and "
            "class means are for models whose z says the class."
        ),
        "aggregate": N_(
            "**Only this bound:** q(z|x, y) of a conditional VAE asks for the class beside x, so its codes are no "
            "distribution q(z) to set against p(z) here. A critic needs its samples alone."
        ),
    },
    of_training=("batch", "learning_rate"),
    symptoms=symptoms,
    play=Play(place=4, first=("beta", "deviation", "learning_rate"), picture=picture),
)
