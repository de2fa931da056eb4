"""Principal axes, of as many or as few points as there are, spread or not."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

BLOCK = 8192


class Principal(NamedTuple):
    """Of points in d dimensions, all float64: `center` [d], `axes` [d, d] (unit rows, the largest deviation first) and
    `deviations` [d], the points' root mean square along each axis."""

    center: Tensor
    axes: Tensor
    deviations: Tensor


def principal_axes(points: Tensor) -> Principal:
    """The principal axes of points [n, d], n >= 1: the right singular vectors of the centred points.

    By QR and then SVD, in float64: an eigendecomposition of the covariance, half of whose digits are squared away, may
    not converge where columns are constant or points fewer than dimensions. Axes along which nothing varies are any
    that complete the basis. An axis' sign is arbitrary; it is chosen so that its largest loading is positive, lest maps
    flip between steps. NaN throughout where a coordinate is not a number.
    """
    dimensions = points.shape[1]
    center = points.sum(dim=0, dtype=torch.float64) / len(points)
    if not bool(center.isfinite().all()):
        nothing = torch.full((dimensions, dimensions), torch.nan, dtype=torch.float64)
        return Principal(center, nothing, nothing[0])
    triangle = torch.zeros(0, dimensions, dtype=torch.float64)
    for block in points.split(BLOCK):  # R of all rows is R of (R of those before, the next ones): memory for one block
        triangle = torch.linalg.qr(torch.cat([triangle, block.double() - center]), mode="r").R
    _, singular, axes = torch.linalg.svd(triangle, full_matrices=True)
    largest = axes.gather(1, axes.abs().argmax(dim=1, keepdim=True))
    deviations = torch.zeros(dimensions, dtype=torch.float64)
    deviations[: len(singular)] = singular / len(points) ** 0.5
    return Principal(center, axes * largest.sign(), deviations)
