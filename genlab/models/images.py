"""What every family needs to draw its frames."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from genlab.devices import as_array
from genlab.nets import CentredLinear
from genlab.principal import principal_axes

SHOWN_RECONSTRUCTIONS = 16


def as_picture(x: Tensor) -> np.ndarray:
    """Images in [0, 1], [n, 1, 28, 28], as uint8 [n, 28, 28]; points stay float32 [n, d]."""
    if x.ndim == 2:
        return as_array(x.float())
    return as_array((x.squeeze(1).clamp(0, 1) * 255).round().to(torch.uint8))


def rebuilt(z: Tensor, examples: Tensor) -> Tensor:
    """Those of the examples' latents whose reconstructions a frame shows: of images the first 16, of points all."""
    return z if examples.ndim == 2 else z[:SHOWN_RECONSTRUCTIONS]


def plane(z: Tensor) -> np.ndarray:
    """Latents [n, latents] on a plane, float32 [n, 2]: as they are when there are two, else two principal axes."""
    if z.shape[1] == 1:
        return as_array(torch.cat([z, torch.zeros_like(z)], dim=1))
    if z.shape[1] == 2:
        return as_array(z)
    z = z.cpu()  # not every accelerator has float64
    center, axes, _ = principal_axes(z)
    return as_array(((z.double() - center) @ axes[:2].T).float())


def log_odds(mean: Tensor) -> Tensor:
    """log(p / (1 - p)) of mean pixels, kept away from 0 and 1: where an output bias starts, so that an untrained
    decoder already draws the average digit."""
    p = mean.clamp(0.001, 0.999)
    return torch.log(p) - torch.log1p(-p)


@torch.no_grad()
def start_output_at(net: nn.Sequential, value: Tensor) -> None:
    """Sets the last bias of a decoder, so that before training it draws `value` [1, 1, 28, 28] (a convolution, whose
    one bias serves all pixels, the mean of it)."""
    last = next(layer for layer in reversed(net) if isinstance(layer, nn.Linear | nn.ConvTranspose2d))
    if last.bias is not None:
        last.bias.copy_(value.flatten() if isinstance(last, nn.Linear) else value.mean().view(1))


def centre_input_at(net: nn.Sequential, mean: Tensor) -> None:
    """Gives a fully connected encoder's first layer the data's mean [1, 1, 28, 28]; a convolution has no use for it."""
    for layer in net:
        if isinstance(layer, CentredLinear):
            layer.mean.copy_(mean.flatten())
