"""A small GAN, its examples and its steps."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from genlab.models import Step
from genlab.models.base import Part
from genlab.models.gan import GAN, GANConfig

POINTS = (2,)


def made(shape: tuple[int, ...] = POINTS, **settings: Any) -> GAN:
    torch.manual_seed(0)
    model = GAN(GANConfig(**{"hidden": 16, "latents": 3, "batch": 16} | settings), shape)
    for optimiser in model.optimisers().values():
        for group in optimiser.param_groups:
            group["lr"] = 0.01
    return model


def data(count: int = 16) -> Tensor:
    return torch.randn(count, 2, generator=torch.Generator().manual_seed(3))


def step(model: GAN, number: int = 0, part: Part | None = None) -> dict[str, float]:
    rng = torch.Generator().manual_seed(number)
    terms = model.train_step(Step(number, 100, rng, data, part))
    return {key: term.item() for key, term in terms.items()}


def weights(model: GAN, prefix: str) -> dict[str, Tensor]:
    """The parameters of one net (spectral norm's running vectors are no weights)."""
    return {name: tensor.detach().clone() for name, tensor in model.named_parameters() if name.startswith(prefix)}
