"""What the ruler says of digits that a decoder drew, and whether codes survive the way to a picture and back."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import torch
from torch import Tensor

from genlab.ruler import BLOCK, ruler

# Below so much the ruler is unsure of a digit; of real ones it is for 3 in 100.
UNSURE = 0.7
TOP = 3


class DrawsReading(NamedTuple):
    """Of drawn digits: the share of each class [10], of those that the ruler is unsure of, of the three classes
    that it has most of (even shares: .3), and of the one that it has least of."""

    shares: Tensor
    unsure: float
    most_frequent: float
    rarest: float


class Codec(Protocol):
    """What has codes: encode [n, 1, 28, 28] to [n, latents], decode the other way."""

    def encode(self, x: Tensor) -> Tensor: ...

    def decode(self, z: Tensor) -> Tensor: ...


@torch.no_grad()
def read_draws(images: Tensor) -> DrawsReading:
    """What the ruler reads on drawn digits [n, 1, 28, 28], n >= 1; beyond [0, 1] they are cut off as screens do.

    Its confidence is the largest of its ten probabilities; it is low by construction: compare with that of real digits
    only. Raises ValueError for no digit or another shape.
    """
    if images.ndim != 4 or images.shape[1:] != (1, 28, 28) or len(images) == 0:
        raise ValueError(f"images: got shape {list(images.shape)}, allowed: [1 or more, 1, 28, 28]")
    sure, classes = torch.cat([ruler()(block.clamp(0, 1)) for block in images.split(BLOCK)]).softmax(dim=1).max(dim=1)
    shares = torch.bincount(classes, minlength=10).double() / len(classes)
    most = float(shares.topk(TOP).values.sum())
    return DrawsReading(shares, float((sure < UNSURE).double().mean()), most, float(shares.min()))


@torch.no_grad()
def round_trip(model: Codec, z: Tensor, active: Tensor | None = None) -> float:
    """How far codes z [n, latents] come back from where they began: the median of |E(D(z)) - z| / |z|.

    0: every code survives the way through its picture. active: which latents count, bool [latents], all by default: one
    that the encoder does not use never comes back. Raises ValueError where none counts.
    """
    active = torch.ones(z.shape[1], dtype=torch.bool) if active is None else active
    if not bool(active.any()):
        raise ValueError("active: got no latent, allowed: one and more")
    back = torch.cat([model.encode(model.decode(block)) for block in z.split(BLOCK)])
    return float(((back - z)[:, active].norm(dim=1) / z[:, active].norm(dim=1)).median())
