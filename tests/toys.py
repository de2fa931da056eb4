"""Families in a file each, as somebody would add them: what FAMILIES asks of one, and no more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from genlab.models import FAMILIES
from genlab.models.base import Config, Encodes, Family, Model, Probe, Shape, Step, knob
from genlab.models.images import as_picture
from genlab.terms import Term

CHANGE = Term("change", r"\lVert x - x' \rVert", "What was lost of x", "a pixel", "lower", "reconstruction", "loss")
MISS = Term("miss", r"\lVert \bar x - \bar g \rVert", "Distance of the means", "a pixel", "lower", "total", "loss")
SMALL = {"steps": 20, "hidden": 8, "batch": 8}
PRESETS = {(preset, kind): SMALL for preset in ("classroom", "best") for kind in ("images", "points")}


class ToyConfig(Config):
    """The settings of a toy."""

    latents: int = knob(2, "Size of z", "Components of z.", low=1, high=8, more=False, telling="N = {value}")
    learning_rate: float = knob(1e-2, "Learning rate", "Step size.", low=1e-4, high=1, live=True, more=False)


class Toy(Model):
    """z to x by one linear map."""

    family = "toy"

    def __init__(self, config: ToyConfig, shape: Shape) -> None:
        super().__init__()
        self.config, self.shape = config, shape
        size = int(np.prod(shape))
        self.decoder = nn.Sequential(nn.Linear(config.latents, size), nn.Unflatten(1, shape))
        self.encoder = nn.Sequential(nn.Flatten(), nn.Linear(size, config.latents))
        self.optimiser = torch.optim.Adam(self.parameters(), fused=True)

    @property
    def latents(self) -> int:
        return self.config.latents

    def optimisers(self) -> dict[str, torch.optim.Optimizer]:
        return {"toy": self.optimiser}

    def learning_rates(self) -> dict[str, float]:
        return {"toy": self.config.learning_rate}

    def loss(self, x: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        """How far the mean of samples is from the data's."""
        return {"miss": (self.sample(len(x), rng).mean(dim=0) - x.mean(dim=0)).square().mean()}

    def train_step(self, step: Step) -> dict[str, Tensor]:
        terms = self.loss(step.next_batch(), step.rng)
        self.optimiser.zero_grad()
        sum(terms.values(), torch.zeros(())).backward()
        self.optimiser.step()
        return terms

    def held_out_terms(self, examples: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        return self.loss(examples, rng)

    def frame(self, probe: Probe) -> dict[str, np.ndarray]:
        return {"samples": as_picture(self.decode(probe.noise))}

    def sample(self, count: int, rng: torch.Generator) -> Tensor:
        return self.decode(self.noise(count, rng))

    def decode(self, z: Tensor) -> Tensor:
        return self.decoder(z)

    def live_nets(self) -> dict[str, nn.Sequential]:
        return {"decoder": self.decoder}


class Encoder(Toy, Encodes):
    """x to z and back."""

    family = "encoder"

    def loss(self, x: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        return {"change": (self.reconstruct(x) - x).square().mean()}

    def encode(self, x: Tensor) -> Tensor:
        return self.encoder(x)

    def reconstruct(self, x: Tensor) -> Tensor:
        return self.decode(self.encode(x))

    def frame(self, probe: Probe) -> dict[str, np.ndarray]:
        rebuilt = as_picture(self.reconstruct(probe.examples))
        images = probe.examples.ndim > 2
        codes = self.encode(probe.examples)[:, :2].numpy()
        return super().frame(probe) | {
            "reconstructions": rebuilt[:16] if images else rebuilt,
            "latent": np.pad(codes, ((0, 0), (0, 2 - codes.shape[1]))),
        }

    def live_nets(self) -> dict[str, nn.Sequential]:
        return {"decoder": self.decoder, "encoder": self.encoder}


def family(name: str, build: Any, term: Term) -> Family:
    """What a file of a family says, and no more."""
    return Family(
        name=name,
        title=f"A toy named {name}",
        config=ToyConfig,
        build=build,
        terms=lambda config: (term,),
        formula=lambda config: ((term.symbol, term.key),),
        presets=PRESETS,
    )


# From noise alone; with an encoder, its class behind a function; each family that ships a second time.
TOYS = {
    toy.name: toy
    for toy in (
        family("noise3", Toy, MISS),
        family("encoder3", lambda config, shape: Encoder(config, shape), CHANGE),
        *(replace(known, name=f"{name}3") for name, known in FAMILIES.items()),
    )
}
