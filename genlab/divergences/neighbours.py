"""Distances between two sets of samples, and what they read when nothing differs."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from numbers import Integral

import numpy as np
import torch
from scipy.spatial import KDTree
from torch import Tensor

from genlab.devices import as_array
from genlab.divergences._checks import refuse_not_points

# Coordinates up to it have squares, and so distances, that float64 holds; one over it is where squares underflow.
LARGEST = 1e150


def kl_knn(x: Tensor, y: Tensor, k: int = 5) -> float:
    """KL(p_x || p_y) from samples, by k nearest neighbours, in nats.

    d / n sum log(nu_k(i) / rho_k(i)) + log(m / (n - 1)), rho_k and nu_k the distances from x_i to its k-th
    neighbour in x and in y (Wang, Kulkarni and Verdu 2009, equation 5). Distances below what the samples' type
    can tell at x_i and its neighbours count as that, so duplicates give a finite number; for this each point
    counts by itself, so that one far away does not hide what the others say.

    x: [n, d], y: [m, d]. Raises ValueError for wrong shapes, samples that are not finite or beyond 1e150, or k
    outside 1..min(n - 1, m).
    """
    refuse_not_points("x", x, least=2)
    refuse_not_points("y", y, least=1)
    x, y = (points if points.is_floating_point() else points.double() for points in (x, y))
    count_x, dimensions = x.shape
    count_y = y.shape[0]
    if y.shape[1] != dimensions:
        raise ValueError(f"x and y must have one width, got {dimensions} and {y.shape[1]}; allowed: equal widths.")
    most = min(count_x - 1, count_y)
    if not isinstance(k, Integral) or not 1 <= k <= most:
        raise ValueError(f"k must be a number of neighbours, got {k}; allowed: whole numbers, 1 to {most}.")
    points_x, points_y = as_array(x.cpu().double()), as_array(y.cpu().double())
    largest = max(float(np.abs(points_x).max()), float(np.abs(points_y).max()))
    if largest > LARGEST:
        raise ValueError(f"x and y must have distances, got a coordinate of {largest:g}; allowed: up to {LARGEST:g}.")
    # Asked for k + 1 in x: a point is its own nearest neighbour.
    within = np.asarray(KDTree(points_x).query(points_x, k + 1)[0]).reshape(count_x, -1)[:, -1]
    across = np.asarray(KDTree(points_y).query(points_x, k)[0]).reshape(count_x, -1)[:, -1]
    eps = max(torch.finfo(x.dtype).eps, torch.finfo(y.dtype).eps)
    # A neighbour's coordinates are no larger than the point's and how far it is.
    resolution = eps * (np.abs(points_x).max(1) + np.maximum(within, across)) + 1 / LARGEST
    ratios = np.log(np.maximum(across, resolution)) - np.log(np.maximum(within, resolution))
    return float(dimensions * ratios.mean() + math.log(count_y / (count_x - 1)))


def sliced_wasserstein(x: Tensor, y: Tensor, projections: int = 64, generator: torch.Generator | None = None) -> float:
    """The sliced 2-Wasserstein distance between two sets of samples, in the unit of the samples.

    sqrt(mean over random unit directions of W_2^2 between the projected samples) (Bonneel et al. 2015), W_2
    exact in one dimension by matching quantiles. x: [n, d], y: [m, d]. Without a generator, one seeded with
    0. Raises ValueError for wrong shapes, samples that are not finite, or no projection.
    """
    refuse_not_points("x", x, least=1)
    refuse_not_points("y", y, least=1)
    if x.shape[1] != y.shape[1]:
        raise ValueError(f"x and y must have one width, got {x.shape[1]} and {y.shape[1]}; allowed: equal widths.")
    if projections < 1:
        raise ValueError(f"projections must be a number of directions, got {projections}; allowed: 1 and above.")
    generator = torch.Generator().manual_seed(0) if generator is None else generator
    directions = torch.randn(projections, x.shape[1], generator=generator, dtype=torch.float64)
    directions = directions / directions.norm(dim=1, keepdim=True)
    sorted_x = (directions @ x.detach().cpu().double().T).sort(dim=1).values
    sorted_y = (directions @ y.detach().cpu().double().T).sort(dim=1).values
    count_x, count_y = x.shape[0], y.shape[0]
    # Both quantile functions are constant between the merged steps i / n and j / m, counted in whole numbers
    # because equal steps would differ by rounding.
    steps = torch.cat([torch.arange(1, count_x + 1) * count_y, torch.arange(1, count_y + 1) * count_x])
    ends = steps.unique()
    lengths = torch.diff(ends, prepend=ends.new_zeros(1)).double() / (count_x * count_y)
    gaps = sorted_x[:, (ends - 1) // count_y] - sorted_y[:, (ends - 1) // count_x]
    return math.sqrt(float((gaps.square() * lengths).sum(1).mean()))


@dataclass(frozen=True)
class NoiseFloor:
    """What an estimator reads on real against real: its mean and its standard deviation over repeats."""

    mean: float
    spread: float


def noise_floor(
    estimate: Callable[[Tensor, torch.Generator], float],
    sample: Callable[[int, torch.Generator], Tensor],
    n: int,
    *,
    repeats: int = 8,
    generator: torch.Generator | None = None,
) -> NoiseFloor:
    """What `estimate` reads when n real samples stand in for generated ones: less means nothing.

    estimate(samples, generator) -> float, the very estimator whose floor is asked, for example `lambda x,
    g: js_samples(x, density, generator=g)` or `lambda x, g: kl_knn(x, density.sample(n, g), 5)`; sample(n,
    generator) -> [n, d], real samples. Unit: the estimator's. Without a generator, one seeded with 0.
    Raises ValueError for fewer than two repeats.
    """
    if repeats < 2:
        raise ValueError(f"repeats must allow a spread, got {repeats}; allowed: 2 and above.")
    generator = torch.Generator().manual_seed(0) if generator is None else generator
    values = np.array([estimate(sample(n, generator), generator) for _ in range(repeats)])
    return NoiseFloor(mean=float(values.mean()), spread=float(values.std(ddof=1)))
