"""The two players' nets: generators that end in [0, 1] for images, critics that end in one logit."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from genlab.models.model import Shape
from genlab.nets import decoder_conv, with_spectral_norm

GROUP = 8
# Points lie within about [-1.25, 1.25]: from waves longer than all of it to some of the width of a mode (0.05 to 0.1).
LOWEST, HIGHEST = 0.5, 20.0


def leaky() -> nn.Module:
    """The activation of both players on images."""
    return nn.LeakyReLU(0.2)


class Centre(nn.Module):
    """Pixels from [0, 1] to [-1, 1]: a critic learns sooner from inputs around 0."""

    def forward(self, x: Tensor) -> Tensor:
        return 2 * x - 1


class MinibatchDeviation(nn.Module):
    """Features [n, f, ...] to [n, f + 1, ...]: the mean deviation within groups of eight (Karras et al. 2018).

    A generator that always draws the same is then easy to tell, so that modes are harder to lose.
    """

    def forward(self, h: Tensor) -> Tensor:
        groups = h.unflatten(0, (-1, math.gcd(len(h), GROUP)))
        deviation = (groups.var(dim=1, unbiased=False) + 1e-8).sqrt().flatten(1).mean(dim=1)
        each = deviation.repeat_interleave(groups.shape[1]).view(-1, *[1] * (h.ndim - 1))
        return torch.cat([h, each.expand(-1, 1, *h.shape[2:])], dim=1)


class FourierFeatures(nn.Module):
    """Points [n, d] to sin(W x + b) [n, count], W and b drawn once and fixed, W's scales spread evenly in their log.

    A fully connected critic of x itself learns smooth functions first and takes long to see how wide a small mode is;
    of waves of all lengths it sees that at once (Rahimi and Recht 2007; Tancik et al. 2020).
    """

    weight: Tensor
    bias: Tensor

    def __init__(self, dimensions: int, count: int) -> None:
        super().__init__()
        scales = torch.logspace(math.log10(LOWEST), math.log10(HIGHEST), count)
        self.register_buffer("weight", torch.randn(dimensions, count) * scales)
        self.register_buffer("bias", 2 * math.pi * torch.rand(count))

    def forward(self, x: Tensor) -> Tensor:
        return torch.sin(x @ self.weight + self.bias)


def first_features(critic: nn.Sequential) -> nn.Sequential:
    """A critic's layers up to its first nonlinearity: what it sees first of x."""
    end = next(i for i, layer in enumerate(critic) if isinstance(layer, FourierFeatures | nn.LeakyReLU))
    return nn.Sequential(*list(critic)[: end + 1])


def generator(net: str, latents: int, hidden: int, depth: int, shape: Shape, batch_norm: bool) -> nn.Sequential:
    """z [n, latents] to x [n, *shape]; fully connected, on images each hidden layer twice as wide as the one before."""
    if net == "conv":
        return decoder_conv(latents, hidden // 8, leaky, batch_norm).append(nn.Sigmoid())
    if net == "deep":
        return generator_deep(latents, max(2, hidden // 8), batch_norm)
    on_images = len(shape) > 1
    layers: list[nn.Module] = []
    width = latents
    for i in range(depth):
        wider = hidden * 2**i if on_images else hidden
        layers.append(nn.Linear(width, wider, bias=not batch_norm))
        if batch_norm:
            layers.append(nn.BatchNorm1d(wider))
        layers.append(leaky() if on_images else nn.ReLU())
        width = wider
    layers.append(nn.Linear(width, math.prod(shape)))
    return nn.Sequential(*layers, nn.Unflatten(1, shape), nn.Sigmoid()) if on_images else nn.Sequential(*layers)


def generator_deep(latents: int, channels: int, batch_norm: bool) -> nn.Sequential:
    """z [n, latents] to images [n, 1, 28, 28]: two transposed convolutions (7 -> 14 -> 28), and a convolution that
    smooths what they leave, the pattern of a stride."""

    def normed(width: int) -> list[nn.Module]:
        return [*([nn.BatchNorm2d(width)] if batch_norm else []), nn.ReLU()]

    return nn.Sequential(
        nn.Linear(latents, 2 * channels * 49),
        nn.Unflatten(1, (2 * channels, 7, 7)),
        *normed(2 * channels),
        nn.ConvTranspose2d(2 * channels, channels, 4, stride=2, padding=1),
        *normed(channels),
        nn.ConvTranspose2d(channels, channels // 2, 4, stride=2, padding=1),
        *normed(channels // 2),
        nn.Conv2d(channels // 2, 1, 3, padding=1),
        nn.Sigmoid(),
    )


def critic_deep(channels: int, deviation: bool) -> nn.Sequential:
    """Images [n, 1, 28, 28] to a logit [n, 1]: two strided convolutions, one over what a group of examples varies by as
    well, and a hidden layer."""
    return nn.Sequential(
        Centre(),
        nn.Conv2d(1, channels, 4, stride=2, padding=1),
        leaky(),
        nn.Conv2d(channels, 2 * channels, 4, stride=2, padding=1),
        leaky(),
        *([MinibatchDeviation()] if deviation else []),
        nn.Conv2d(2 * channels + deviation, 2 * channels, 3, padding=1),
        leaky(),
        nn.Flatten(),
        nn.Linear(2 * channels * 49, 8 * channels),
        leaky(),
        nn.Linear(8 * channels, 1),
    )


def critic(
    net: str, hidden: int, depth: int, shape: Shape, waves: int, deviation: bool, spectral: bool
) -> nn.Sequential:
    """x [n, *shape] to a logit [n, 1]; fully connected, on images each hidden layer half as wide as the one before.

    waves: how many Fourier features of x it sees in place of x; 0 for x itself.
    """
    if net == "deep":
        stack = critic_deep(max(1, hidden // 16), deviation)
        return with_spectral_norm(stack) if spectral else stack
    on_images = len(shape) > 1
    layers: list[nn.Module] = [Centre()] if on_images else []
    if net == "conv":
        channels = max(1, hidden // 16)
        layers += [nn.Conv2d(1, channels, 4, stride=2, padding=1), leaky()]
        layers += [nn.Conv2d(channels, 2 * channels, 4, stride=2, padding=1), leaky(), nn.Flatten()]
        width = 2 * channels * 49
    else:
        layers.append(nn.Flatten())
        width = math.prod(shape)
        if waves:
            layers.append(FourierFeatures(width, waves))
            width = waves
        for i in range(depth):
            narrower = max(1, hidden // 2**i) if on_images else hidden
            layers += [nn.Linear(width, narrower), leaky()]
            width = narrower
    if deviation:
        layers.append(MinibatchDeviation())
    layers.append(nn.Linear(width + deviation, 1))
    stack = nn.Sequential(*layers)
    return with_spectral_norm(stack) if spectral else stack
