"""Checks shared by the divergences: what, got, allowed."""

from __future__ import annotations

import torch
from torch import Tensor


def refuse_shapes(what: str, first: Tensor, second: Tensor) -> None:
    """Raises ValueError unless the two tensors have one shape."""
    if first.shape != second.shape:
        raise ValueError(
            f"{what} must have one shape, got {tuple(first.shape)} and {tuple(second.shape)}; allowed: equal shapes."
        )


def refuse_negative(what: str, values: Tensor) -> None:
    """Raises ValueError where a value is negative or not a number."""
    smallest = values.detach().min().item() if values.numel() else 0.0
    if not smallest >= 0:  # also true of NaN
        raise ValueError(f"{what} must not be negative, got {smallest:g}; allowed: 0 and above.")


def refuse_not_densities(what: str, values: Tensor) -> None:
    """Raises ValueError where a value is negative, infinite or not a number."""
    refuse_negative(what, values)
    if not bool(torch.isfinite(values.detach()).all()):
        raise ValueError(f"{what} must be finite, got infinity; allowed: finite numbers of 0 and above.")


def refuse_not_probabilities(what: str, values: Tensor) -> None:
    """Raises ValueError unless there are values and all are in [0, 1]."""
    if values.numel() == 0:
        raise ValueError(f"{what} must hold at least one probability, got none; allowed: 1 or more.")
    low, high = values.detach().min().item(), values.detach().max().item()
    if not (low >= 0 and high <= 1):
        raise ValueError(f"{what} must be probabilities, got values from {low:g} to {high:g}; allowed: 0 to 1.")


def refuse_not_points(what: str, points: Tensor, least: int, widths: tuple[int, ...] = ()) -> None:
    """Raises ValueError unless points is [n, d] with n >= least, d in widths (any if empty), all finite."""
    wrong_width = points.ndim != 2 or points.shape[1] == 0 or (widths and points.shape[1] not in widths)
    if wrong_width or points.shape[0] < least:
        columns = " or ".join(map(str, widths)) or "d"
        raise ValueError(
            f"{what} must be points [n, {columns}], got shape {tuple(points.shape)}; allowed: n of {least} and above."
        )
    if not torch.isfinite(points).all():
        raise ValueError(f"{what} must be finite, got NaN or infinity; allowed: finite numbers.")
