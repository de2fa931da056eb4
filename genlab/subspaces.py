"""Points rebuilt from their first principal components, and the angles between two subspaces."""

from __future__ import annotations

import torch
from torch import Tensor

from genlab.principal import Principal


def rebuilt(points: Tensor, principal: Principal, components: int) -> Tensor:
    """Points [n, d] from their first principal components alone: center + (x - center) A^T A, float64 [n, d].

    A: the first `components` axes, 0 to d of them; of 0 components the center is left.
    """
    axes = principal.axes[:components]
    return principal.center + (points.double() - principal.center) @ axes.T @ axes


def errors(points: Tensor, principal: Principal) -> Tensor:
    """Mean squared error a coordinate of points [n, d], rebuilt from 0 to d components: float64 [d + 1].

    What the components that are left out hold, since the axes are orthonormal. The least that any linear map of so many
    numbers reaches on the points that the axes are of (Eckart and Young 1936); of others about it.
    """
    held = ((points.double() - principal.center) @ principal.axes.T).square().mean(dim=0)
    left = torch.cat([held.flip(0).cumsum(0).flip(0), torch.zeros(1, dtype=torch.float64)])
    return left / points.shape[1]


def principal_angles(one: Tensor, two: Tensor) -> Tensor:
    """The principal angles between the spans of rows [k, d] and [m, d], in degrees, the smallest first: float64 [min].

    By the sines where angles are small, whose cosines are 1 to the last digit (Bjorck and Golub 1973). Raises
    ValueError where the rows of either are not independent: their span has fewer dimensions than rows.
    """
    bases = []
    for rows in (one, two):
        basis, triangle = torch.linalg.qr(rows.double().T)
        sizes = triangle.diagonal().abs()
        if float(sizes.min()) <= 1e-12 * float(sizes.max()):
            raise ValueError("principal angles: got dependent rows, allowed: independent ones")
        bases.append(basis)
    first, second = sorted(bases, key=lambda basis: -basis.shape[1])
    cosines = torch.linalg.svdvals(first.T @ second).clamp(max=1)
    sines = torch.linalg.svdvals(second - first @ (first.T @ second)).clamp(max=1).flip(0)
    return torch.where(cosines > 0.7, sines.asin(), cosines.acos()).rad2deg()
