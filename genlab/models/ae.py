"""Autoencoder: squeeze x into z, rebuild x from z, learn from the squared error (Hinton and Salakhutdinov 2006)."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from genlab.data import describe
from genlab.locale import N_
from genlab.models import knobs
from genlab.models.base import Config, Encodes, Family, Model, Picture, Play, Probe, Shape, Step, knob, round_trip
from genlab.models.cures import slower
from genlab.models.images import as_picture, centre_input_at, log_odds, plane, rebuilt, start_output_at
from genlab.nets import build_decoder, build_encoder, folded
from genlab.symptoms import Loss, Symptom, divergence, overfitting
from genlab.terms import Term


class AEConfig(Config):
    """The settings of an autoencoder."""

    latents: int = knob(
        20,
        "Bottleneck N",
        "Numbers in z; fewer squeeze harder.",
        low=1,
        high=64,
        more=False,
        telling="N = {value}",
        always=True,
    )
    net: Literal["linear", "mlp", "conv", "residual"] = knob(
        "mlp",
        "Network",
        "Linear: finds the same subspace as PCA. Convolutional: better on images, slower a step; residual: deeper, "
        "with blocks h + f(h), better and slower still.",
        telling="{value}",
        points=("linear", "mlp"),
    )
    decoder_depth: int = knobs.decoder_depth()
    noise: float = knob(
        0.0,
        "Denoising noise",
        "Standard deviation of noise added to the input; the target stays clean (Vincent et al. 2008).",
        low=0,
        high=1,
        live=True,
        telling="noise {value}",
    )
    learning_rate: float = knobs.learning_rate(8e-3)


MSE = Term(
    key="mse",
    symbol=r"\frac{1}{D} \lVert x - x' \rVert^2",
    label="Mean squared error",
    unit="a pixel",
    better="lower",
    role="reconstruction",
    panel="loss",
    expect="0: every example is rebuilt. PCA with as many numbers, on the same data, is what to compare it with.",
)


class Autoencoder(Model, Encodes):
    """x -> z -> x', both nets learned together by minimising mean (x - x')^2."""

    family = "ae"
    metrics = ("pca_mse",)

    def __init__(self, config: AEConfig, shape: Shape) -> None:
        super().__init__()
        self.config = config
        self.encoder = build_encoder(config.net, shape, config.hidden, config.depth, config.latents)
        decoder = build_decoder(config.net, config.latents, config.hidden, config.decoder_depth, shape)
        # Pixels lie in [0, 1]; a linear autoencoder stays linear, to be compared with PCA.
        self.squashes = len(shape) > 1 and config.net != "linear"
        self.decoder = decoder.append(nn.Sigmoid()) if self.squashes else decoder
        self.optimiser = torch.optim.Adam(self.parameters(), betas=(0.9, 0.99), fused=True)

    @property
    def latents(self) -> int:
        return self.config.latents

    def start_from(self, mean: Tensor) -> None:
        centre_input_at(self.encoder, mean)
        start_output_at(self.decoder, log_odds(mean) if self.squashes else mean)

    def optimisers(self) -> dict[str, torch.optim.Optimizer]:
        return {"autoencoder": self.optimiser}

    def learning_rates(self) -> dict[str, float]:
        return {"autoencoder": self.config.learning_rate}

    def train_step(self, step: Step) -> dict[str, Tensor]:
        x = step.next_batch()  # [stage1]
        corrupted = x
        if self.config.noise > 0:
            corrupted = x + self.config.noise * torch.randn(x.shape, generator=step.rng).to(x.device)

        z = self.encoder(corrupted)  # [stage2]
        rebuilt = self.decoder(z)  # [stage3]
        mse = F.mse_loss(rebuilt, x)  # mean over batch and pixels [mse stage4]

        self.optimiser.zero_grad()  # [stage5]
        mse.backward()  # [stage5]
        self.optimiser.step()  # [stage5]
        return {"mse": mse}

    def held_out_terms(self, examples: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        return {"mse": F.mse_loss(self.reconstruct(examples), examples)}

    def frame(self, probe: Probe) -> dict[str, np.ndarray]:
        z = self.encode(probe.examples)
        return {
            "samples": as_picture(self.decode(probe.noise)),
            "reconstructions": as_picture(self.decode(rebuilt(z, probe.examples))),
            "latent": plane(z),
        }

    def encode(self, x: Tensor) -> Tensor:
        return self.encoder(x)

    def decode(self, z: Tensor) -> Tensor:
        return self.decoder(z)

    def reconstruct(self, x: Tensor) -> Tensor:
        return self.decode(self.encode(x))

    def sample(self, count: int, rng: torch.Generator) -> Tensor:
        """decode(z), z ~ N(0, I): what an autoencoder was never trained for; its holes are the lesson."""
        return self.decode(self.noise(count, rng))

    def live_nets(self) -> dict[str, nn.Sequential]:
        return {"decoder": self.decoder, "encoder": folded(self.encoder)}


def formula(config: Any) -> tuple[tuple[str, str | None], ...]:
    """The loss in pieces: (LaTeX, the term whose number stands under it)."""
    return ((r"\mathcal{L} =", None), (r"\mathrm{mean}\,(x - x')^2", "mse"))


def picture(config: Any) -> Picture:
    """What the playground draws."""
    loss = N_("The mean squared error of x' is {mse} a coordinate.")
    return round_trip((("mse", "MSE"),), draws=False, prior=False, loss=loss)


def symptoms(config: Any, data: str, usual: Config) -> tuple[Symptom, ...]:
    """What can befall an autoencoder, and what helps."""
    slow = slower(config, usual, "learning_rate")
    loss = Loss({"mse": 1.0})
    # Points are drawn anew at every step: there is nothing to learn by heart.
    learns = (overfitting.of_model(loss),) if describe(data).kind == "images" else ()
    return (divergence.of_loss(loss, slow), *learns)


POINTS = {"latents": 1, "hidden": 64, "depth": 2, "steps": 4000, "learning_rate": 2e-3}

FAMILY = Family(
    name="ae",
    title="Autoencoder",
    config=AEConfig,
    build=Autoencoder,
    terms=lambda config: (MSE,),
    formula=formula,
    presets={
        ("classroom", "images"): {"hidden": 400, "depth": 2, "batch": 200, "steps": 1500},
        ("best", "images"): {
            "net": "residual",
            "hidden": 256,
            "batch": 200,
            "steps": 6000,
            "learning_rate": 2e-3,
        },
        ("classroom", "points"): POINTS,
        ("best", "points"): POINTS | {"hidden": 128, "depth": 3, "decoder_depth": 3, "steps": 10_000},
    },
    short="AE",
    page="pages/learn/autoencoder.py",
    prior=False,
    refusals={
        "kl": N_(
            "**An autoencoder has no prior.** Its code of x is a point, and KL from a point to N(0, I) is infinite. "
            "N(0, I) does not follow the codes: it may miss most of them, or fall between them."
        ),
    },
    reconstruction="mse",
    of_training=("batch", "noise", "learning_rate"),  # its `noise` is put on what it trains on
    symptoms=symptoms,
    play=Play(place=2, first=("noise", "learning_rate"), picture=picture),
)
