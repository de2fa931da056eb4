"""A VAE away from its start, and what torch.distributions say of it."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor
from torch.distributions import Bernoulli, Distribution, Independent, Laplace, Normal

from genlab.divergences import standard_laplace
from genlab.models import Step
from genlab.models.vae import VAE, VAEConfig

IMAGE = (1, 28, 28)
LATENTS = 3


def made(shape: tuple[int, ...] = IMAGE, **settings: Any) -> VAE:
    """A VAE whose posteriors are away from the prior, in float64."""
    torch.manual_seed(0)
    model = VAE(VAEConfig(hidden=16, latents=LATENTS, **settings), shape).double()
    with torch.no_grad():
        for tensor in model.parameters():
            tensor *= 3
    return model


def images(count: int, seed: int = 1) -> Tensor:
    return torch.rand(count, *IMAGE, generator=generator(seed), dtype=torch.float64)


def generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def posterior(model: VAE, x: Tensor) -> Normal | Laplace:
    mean, log_variance = model.encoder(x).chunk(2, dim=1)
    deviation = torch.exp(log_variance / 2)
    return Normal(mean, deviation) if model.normal else Laplace(mean, deviation / math.sqrt(2))


def prior(model: VAE) -> Distribution:
    zero = torch.zeros((), dtype=torch.float64)
    return Normal(zero, 1.0) if model.normal else Laplace(zero, 1 / math.sqrt(2))


def noise(model: VAE, *shape: int) -> Tensor:
    """What the model draws for eps with the seed 7."""
    drawn = torch.randn(*shape, generator=generator(7))
    return drawn if model.normal else standard_laplace(drawn)


def likelihood(model: VAE, z: Tensor) -> Independent:
    """p(x|z) as torch.distributions has it; a Bernoulli that takes grey pixels as means."""
    output = model.decoder(z)
    if model.config.likelihood == "bernoulli":
        return Independent(Bernoulli(logits=output, validate_args=False), output.ndim - 1)
    return Independent(Normal(output, model.config.deviation), output.ndim - 1)


def step_with(model: VAE, x: Tensor, number: int = 0) -> tuple[dict[str, float], dict[str, Tensor]]:
    """The terms of one step on x that changes nothing, and its gradients."""
    for group in model.optimiser.param_groups:
        group["lr"] = 0.0
    terms = model.train_step(Step(number, 100, generator(7), lambda: x))
    gradients = {name: tensor.grad.clone() for name, tensor in model.named_parameters() if tensor.grad is not None}
    return {key: term.item() for key, term in terms.items()}, gradients


def gradients_of(model: VAE, loss: Tensor) -> dict[str, Tensor]:
    model.zero_grad()
    loss.backward()
    return {name: tensor.grad.clone() for name, tensor in model.named_parameters() if tensor.grad is not None}


def draw(model: VAE, x: Tensor) -> tuple[Normal | Laplace, Tensor]:
    """The posterior and the z that the model draws with the seed 7."""
    q = posterior(model, x)
    return q, q.mean + q.stddev * noise(model, *q.mean.shape)
