"""Encoders, decoders, generators and critics: plain stacks of layers, fully connected or convolutional.

All are nn.Sequential of Linear, Conv2d, ConvTranspose2d, Flatten, Unflatten, activations and Residual blocks of these,
so that the same stack can be written out as a list of layers and run in a browser.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm

Activation = Callable[[], nn.Module]


class CentredLinear(nn.Linear):
    """W (x - mean) + b, where mean [inputs] is the data's: the same maps as a Linear, learned in fewer steps, because
    pixels that are always dark no longer share one direction."""

    mean: Tensor

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(inputs, outputs)
        self.register_buffer("mean", torch.zeros(inputs))

    def forward(self, input: Tensor) -> Tensor:
        return F.linear(input - self.mean, self.weight, self.bias)

    def folded(self) -> nn.Linear:
        """The same map as a plain Linear: the mean goes into the bias."""
        plain = nn.Linear(self.in_features, self.out_features, device="meta").to_empty(device="cpu")  # draws nothing
        with torch.no_grad():
            plain.weight.copy_(self.weight)
            plain.bias.copy_(self.bias - self.weight @ self.mean)
        return plain


def folded(stack: nn.Sequential) -> nn.Sequential:
    """The stack with its centred layers as plain ones."""
    return nn.Sequential(*(layer.folded() if isinstance(layer, CentredLinear) else layer for layer in stack))


def mlp(inputs: int, hidden: int, depth: int, outputs: int, activation: Activation = nn.SiLU) -> nn.Sequential:
    """[n, *shape of `inputs` numbers] to [n, outputs] through `depth` hidden layers of `hidden` units."""
    layers: list[nn.Module] = [nn.Flatten(), CentredLinear(inputs, hidden), activation()]
    for _ in range(depth - 1):
        layers += [nn.Linear(hidden, hidden), activation()]
    return nn.Sequential(*layers, nn.Linear(hidden, outputs))


def decoder_mlp(
    latents: int, hidden: int, depth: int, shape: tuple[int, ...], activation: Activation = nn.SiLU
) -> nn.Sequential:
    """z [n, latents] to x [n, *shape], before any squashing."""
    layers: list[nn.Module] = []
    width = latents
    for _ in range(depth):
        layers += [nn.Linear(width, hidden), activation()]
        width = hidden
    layers.append(nn.Linear(width, math.prod(shape)))
    return nn.Sequential(*layers, *([nn.Unflatten(1, shape)] if len(shape) > 1 else []))


def encoder_conv(channels: int, outputs: int, activation: Activation = nn.SiLU) -> nn.Sequential:
    """Images [n, 1, 28, 28] to [n, outputs] by two strided convolutions (28 -> 14 -> 7) and a linear layer."""
    return nn.Sequential(
        nn.Conv2d(1, channels, 4, stride=2, padding=1),
        activation(),
        nn.Conv2d(channels, 2 * channels, 4, stride=2, padding=1),
        activation(),
        nn.Flatten(),
        nn.Linear(2 * channels * 49, outputs),
    )


def decoder_conv(
    latents: int, channels: int, activation: Activation = nn.SiLU, batch_norm: bool = False
) -> nn.Sequential:
    """z [n, latents] to images [n, 1, 28, 28] by two transposed convolutions (7 -> 14 -> 28), before any squashing."""
    return nn.Sequential(
        nn.Linear(latents, 2 * channels * 49),
        nn.Unflatten(1, (2 * channels, 7, 7)),
        *([nn.BatchNorm2d(2 * channels)] if batch_norm else []),
        activation(),
        nn.ConvTranspose2d(2 * channels, channels, 4, stride=2, padding=1),
        *([nn.BatchNorm2d(channels)] if batch_norm else []),
        activation(),
        nn.ConvTranspose2d(channels, 1, 4, stride=2, padding=1),
    )


class Residual(nn.Module):
    """h + f(h), f a stack that keeps h's shape (He et al. 2016): deep nets then learn as easily as flat ones."""

    def __init__(self, *layers: nn.Module) -> None:
        super().__init__()
        self.inner = nn.Sequential(*layers)

    def forward(self, h: Tensor) -> Tensor:
        return h + self.inner(h)


def residual(channels: int, activation: Activation) -> Residual:
    """A residual block of one 3 x 3 convolution."""
    return Residual(nn.Conv2d(channels, channels, 3, padding=1), activation())


def encoder_residual(channels: int, outputs: int, activation: Activation = nn.SiLU) -> nn.Sequential:
    """Images [n, 1, 28, 28] to [n, outputs] by three strided convolutions (28 -> 14 -> 7 -> 4), each with a residual
    block, and a linear layer."""
    return nn.Sequential(
        nn.Conv2d(1, channels, 4, stride=2, padding=1),
        activation(),
        residual(channels, activation),
        nn.Conv2d(channels, 2 * channels, 4, stride=2, padding=1),
        activation(),
        residual(2 * channels, activation),
        nn.Conv2d(2 * channels, 4 * channels, 3, stride=2, padding=1),
        activation(),
        residual(4 * channels, activation),
        nn.Flatten(),
        nn.Linear(4 * channels * 16, outputs),
    )


def decoder_residual(latents: int, channels: int, activation: Activation = nn.SiLU) -> nn.Sequential:
    """z [n, latents] to images [n, 1, 28, 28], before any squashing: the encoder's mirror (4 -> 7 -> 14 -> 28), without
    a block at 14: a browser has to draw at every move of the pointer."""
    return nn.Sequential(
        nn.Linear(latents, 4 * channels * 16),
        nn.Unflatten(1, (4 * channels, 4, 4)),
        activation(),
        residual(4 * channels, activation),
        nn.ConvTranspose2d(4 * channels, 2 * channels, 3, stride=2, padding=1),
        activation(),
        residual(2 * channels, activation),
        nn.ConvTranspose2d(2 * channels, channels, 4, stride=2, padding=1),
        activation(),
        nn.ConvTranspose2d(channels, 1, 4, stride=2, padding=1),
    )


def with_spectral_norm(net: nn.Sequential) -> nn.Sequential:
    """Every linear and convolutional layer divided by its largest singular value (Miyato et al. 2018)."""
    for layer in net:
        if isinstance(layer, nn.Linear | nn.Conv2d):
            spectral_norm(layer)
    return net


def build_encoder(net: str, shape: tuple[int, ...], hidden: int, depth: int, outputs: int) -> nn.Sequential:
    """An encoder or critic by the name of its architecture: linear, mlp, conv or residual."""
    if net == "linear":
        return nn.Sequential(nn.Flatten(), nn.Linear(math.prod(shape), outputs))
    if net == "conv":
        return encoder_conv(max(1, hidden // 8), outputs)
    if net == "residual":
        return encoder_residual(max(1, hidden // 8), outputs)
    return mlp(math.prod(shape), hidden, depth, outputs)


def build_decoder(net: str, latents: int, hidden: int, depth: int, shape: tuple[int, ...]) -> nn.Sequential:
    """A decoder or generator by the name of its architecture, before any squashing."""
    if net == "linear":
        layers: list[nn.Module] = [nn.Linear(latents, math.prod(shape))]
        return nn.Sequential(*layers, *([nn.Unflatten(1, shape)] if len(shape) > 1 else []))
    if net == "conv":
        return decoder_conv(latents, max(1, hidden // 8))
    if net == "residual":
        return decoder_residual(latents, max(1, hidden // 8))
    return decoder_mlp(latents, hidden, depth, shape)
