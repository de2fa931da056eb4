"""JS between a sampler and an exact density, from samples."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from genlab.divergences._checks import refuse_not_points

Array = NDArray[np.float64]
Index = NDArray[np.int64]

FOLDS = 4
# Cells a side, coarse to fine. The finest must resolve a sampler that has collapsed onto a point or a curve.
LEVELS = {1: [2**level for level in range(1, 14)], 2: [2**level for level in range(1, 10)]}
# What each level borrows from the coarser ones, so that no density estimate is ever 0 inside the box.
BORROWED = 0.1


class Density(Protocol):
    """A distribution whose density is known and which can be sampled."""

    def log_density(self, points: Tensor) -> Tensor: ...

    def sample(self, n: int, generator: torch.Generator) -> Tensor: ...


def js_samples(samples: Tensor, density: Density, *, generator: torch.Generator | None = None) -> float:
    """JS between the distribution that gave `samples` and an exact density, in nats.

    The largest (E_p[log D] + E_q[log(1 - D)] + log 4) / 2 over discriminators D = p / (p + q^): a lower
    bound of JS (Goodfellow et al. 2014, theorem 1) that is tight at the true q. q^ is a kernel density
    estimate of the samples at one of several bandwidths; p is the exact density, or its own fresh samples
    under the same kernel, so that the smoothing cancels where q = p. Each D is scored on samples that it
    has not seen, and chosen on others still, so the estimate is between 0 and log 2 up to noise. Samples
    outside the box of p count as one more cell.

    samples: [n, 1 or 2], n >= 8; density.sample(n, generator): [n, 1 or 2]; density.log_density(points):
    [n]. Without a generator, one seeded with 0. Raises ValueError for wrong shapes, samples that are not
    finite and log densities that are NaN.
    """
    refuse_not_points("samples", samples, least=2 * FOLDS, widths=(1, 2))
    generator = torch.Generator().manual_seed(0) if generator is None else generator
    samples = samples.detach().cpu()
    count, dimensions = samples.shape
    scored, fitted = max(2 * count, 16384), max(2 * count, 16384)  # p is free: its noise should not matter
    fresh = density.sample(scored + fitted, generator).detach().cpu().reshape(-1, dimensions)

    places, widths, inside = _to_unit_box(samples.double().numpy(), fresh.double().numpy())
    sample_places, scored_places, fitted_places = (
        places[:count][inside],
        places[count : count + scored],
        places[count + scored :],
    )
    log_area = float(np.log(widths).sum())
    exact_at_samples = _unit_density(density, samples[torch.from_numpy(inside)].to(fresh.dtype), log_area)
    exact_at_scored = _unit_density(density, fresh[:scored], log_area)

    sample_fold, scored_fold = np.arange(count) % FOLDS, np.arange(scored) % FOLDS
    inside_fold = sample_fold[inside]
    seen = count - np.bincount(sample_fold, minlength=FOLDS)
    outside = np.bincount(sample_fold[~inside], minlength=FOLDS)
    outside_seen = outside.sum() - outside
    # log(1 + p / q) of a sample outside, by Laplace's rule: none of p's own samples lie there.
    outside_cost = np.log1p((0.5 / (fitted + 1)) / ((outside_seen + 0.5) / (seen + 1)))

    q_at_samples, q_at_scored = np.ones(len(sample_places)), np.ones(scored)
    p_at_samples, p_at_scored = np.ones(len(sample_places)), np.ones(scored)
    scores = [np.zeros(FOLDS)]  # D = 1/2 bounds JS by 0

    def score(p_samples: Array, q_samples: Array, p_scored: Array, q_scored: Array) -> Array:
        of_samples = np.bincount(inside_fold, np.log1p(p_samples / q_samples), FOLDS) + outside * outside_cost
        of_scored = np.bincount(scored_fold, np.log1p(q_scored / p_scored), FOLDS)
        return math.log(2) - 0.5 * (of_samples / (count - seen) + of_scored / np.bincount(scored_fold))

    for cells in LEVELS[dimensions]:
        at_samples, at_scored = _Corners.of(sample_places, cells), _Corners.of(scored_places, cells)
        size, per_unit = (cells + 1) ** dimensions, float(cells**dimensions)
        p_nodes = _Corners.of(fitted_places, cells).spread(size) * (per_unit / fitted)
        q_folds = at_samples.spread(size * FOLDS, inside_fold * size).reshape(FOLDS, size)
        # Each fold is estimated from the other folds.
        q_nodes = ((q_folds.sum(0) - q_folds) * (per_unit / seen[:, None])).reshape(-1)
        p_at_samples = _blend(at_samples.read(p_nodes), p_at_samples)
        p_at_scored = _blend(at_scored.read(p_nodes), p_at_scored)
        q_at_samples = _blend(at_samples.read(q_nodes, inside_fold * size), q_at_samples)
        q_at_scored = _blend(at_scored.read(q_nodes, scored_fold * size), q_at_scored)
        scores.append(score(p_at_samples, q_at_samples, p_at_scored, q_at_scored))
        # An exact p that underflowed to 0 at one of its own samples must not give an infinite cost.
        tiny = np.finfo(np.float64).tiny
        scores.append(score(exact_at_samples, q_at_samples, np.maximum(exact_at_scored, tiny), q_at_scored))

    table = np.stack(scores)
    chosen = (table.sum(1, keepdims=True) - table).argmax(0)
    return float(table[chosen, np.arange(FOLDS)].mean())


@dataclass(frozen=True)
class _Corners:
    """The grid nodes around each point and their linear shares: to spread and then read is a kernel."""

    nodes: list[Index]
    shares: list[Array]

    @staticmethod
    def of(places: Array, cells: int) -> _Corners:
        scaled = places * cells
        low = np.minimum(scaled.astype(np.int64), cells - 1)
        high_share = scaled - low
        nodes, shares = [low[:, 0], low[:, 0] + 1], [1 - high_share[:, 0], high_share[:, 0]]
        if places.shape[1] == 2:
            second, share = low[:, 1], high_share[:, 1]
            nodes = [node * (cells + 1) + step for node in nodes for step in (second, second + 1)]
            shares = [first * other for first in shares for other in (1 - share, share)]
        return _Corners(nodes, shares)

    def spread(self, size: int, offset: Index | int = 0) -> Array:
        total = np.zeros(size)
        for node, share in zip(self.nodes, self.shares, strict=True):
            total += np.bincount(node + offset, share, size)
        return total

    def read(self, values: Array, offset: Index | int = 0) -> Array:
        total = np.zeros(len(self.nodes[0]))
        for node, share in zip(self.nodes, self.shares, strict=True):
            total += values[node + offset] * share
        return total


def _blend(fine: Array, coarse: Array) -> Array:
    return (1 - BORROWED) * fine + BORROWED * coarse


def _to_unit_box(samples: Array, fresh: Array) -> tuple[Array, Array, NDArray[np.bool_]]:
    low, high = fresh.min(0), fresh.max(0)
    span = np.maximum(high - low, np.finfo(np.float32).tiny)
    low, widths = low - 0.05 * span, 1.1 * span
    places = (np.concatenate([samples, fresh]) - low) / widths
    inside = ((places[: len(samples)] >= 0) & (places[: len(samples)] <= 1)).all(1)
    return places, widths, inside


def _unit_density(density: Density, points: Tensor, log_area: float) -> Array:
    """The exact density, in the coordinates of the unit box."""
    log_density = density.log_density(points).detach().cpu().double().reshape(-1).numpy()
    if len(log_density) != len(points) or np.isnan(log_density).any():
        raise ValueError(
            f"log_density of {len(points)} points must be as many numbers, got {len(log_density)} "
            "values or NaN; allowed: one number a point."
        )
    return np.exp(log_density + log_area)
