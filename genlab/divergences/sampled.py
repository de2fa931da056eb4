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
LEVELS = {1: [2**level for level in range(1, 14)], 2: [2**level for level in range(1, 11)]}
# From here on a level takes as long as all before it together, and so only where the one before it fits best of all.
RARE = {1: math.inf, 2: 2**9}
# What each level borrows from the coarser ones, so that no density estimate is ever 0 inside the box.
BORROWED = 0.1
# An exact p that underflowed to 0 at one of its own samples must not give an infinite cost.
TINY = np.finfo(np.float64).tiny


class Density(Protocol):
    """A distribution whose density is known and which can be sampled."""

    def log_density(self, points: Tensor) -> Tensor: ...

    def sample(self, n: int, generator: torch.Generator) -> Tensor: ...


def js_samples(samples: Tensor, density: Density, *, generator: torch.Generator | None = None) -> float:
    """JS between the distribution that gave `samples` and an exact density, in nats; see SampledJS for how.

    From 0 to log 2. Below some hundred samples it says little: what noise would push beyond either end is cut off, and
    few samples often read 0 whatever they are from. samples: [n, 1 or 2], n >= 8; density.sample(n, generator):
    [n, 1 or 2]; density.log_density(points): [n]. Without a generator, one seeded with 0. Raises ValueError for wrong
    shapes, samples that are not finite and log densities that are NaN.
    """
    refuse_not_points("samples", samples, least=2 * FOLDS, widths=(1, 2))
    fresh = max(2 * math.ceil(len(samples) / FOLDS) * FOLDS, 16384)  # p is free: its noise should not matter
    return SampledJS(density, fresh=fresh, generator=generator).estimate(samples).js


class SampledJS:
    """JS between samplers and one exact density p; what concerns p alone is prepared once, for many samplers.

    The largest (E_p[log D] + E_q[log(1 - D)] + log 4) / 2 over discriminators D = p / (p + q^): a lower
    bound of JS (Goodfellow et al. 2014, theorem 1) that is tight at the true q. q^ is a kernel density
    estimate of the samples at one of several bandwidths; p is the exact density, or its own fresh samples
    under the same kernel, so that the smoothing cancels where q = p. Each D is scored on samples that it
    has not seen, and chosen on others still, so the estimate is between 0 and log 2 up to noise, which is
    cut off at both ends. Samples outside the box count as one more cell.

    fresh: how many samples of p to score on, and as many to smooth, a multiple of 4; box: (low, high) of each
    dimension, widened to hold them, by default just around them. Raises ValueError as js_samples, and for another
    `fresh`.
    """

    def __init__(
        self,
        density: Density,
        *,
        fresh: int = 16384,
        box: tuple[tuple[float, float], ...] | None = None,
        generator: torch.Generator | None = None,
    ) -> None:
        if fresh < FOLDS or fresh % FOLDS:
            raise ValueError(f"fresh must be a number of samples, got {fresh}; allowed: multiples of {FOLDS}.")
        generator = torch.Generator().manual_seed(0) if generator is None else generator
        drawn = density.sample(2 * fresh, generator).detach().cpu()
        drawn = drawn.reshape(len(drawn), -1)
        self.density, self.fresh, self.type = density, fresh, drawn.dtype
        self.low, self.widths = _box(drawn.double().numpy(), box)
        self.dimensions = len(self.widths)
        places = self._places(drawn)
        self.scored, self.fitted = places[:fresh], places[fresh:]
        self.scored_fold = np.repeat(np.arange(FOLDS, dtype=np.int64), fresh // FOLDS)
        self.exact = np.maximum(self._exact(drawn[:fresh]), TINY)
        self.levels: dict[int, _Level] = {}
        for cells in LEVELS[self.dimensions]:
            if cells < RARE[self.dimensions]:
                self._prepare(cells)

    def estimate(self, samples: Tensor) -> Estimate:
        """JS between the distribution that gave `samples` [n, 1 or 2], n >= 8, and p, in nats, and their density."""
        refuse_not_points("samples", samples, least=2 * FOLDS, widths=(self.dimensions,))
        samples = samples.detach().cpu()
        count = len(samples)
        places = self._places(samples)
        inside = ((places >= 0) & (places <= 1)).all(1)
        places, fold = places[inside], _folds(count)
        inside_fold = fold[inside]
        scored = np.bincount(fold, minlength=FOLDS)
        seen = count - scored
        outside = np.bincount(fold[~inside], minlength=FOLDS)
        outside_seen = outside.sum() - outside
        # log(1 + p / q) of a sample outside, by Laplace's rule: none of p's own samples lie there.
        outside_cost = np.log1p((0.5 / (self.fresh + 1)) / ((outside_seen + 0.5) / (seen + 1)))
        exact_at_samples = self._exact(samples[torch.from_numpy(inside)].to(self.type))

        def score(p_samples: Array, q_samples: Array, p_scored: Array, q_scored: Array) -> Array:
            of_samples = np.bincount(inside_fold, np.log1p(p_samples / q_samples), FOLDS) + outside * outside_cost
            of_scored = np.log1p(q_scored / p_scored).reshape(FOLDS, -1).mean(1)
            return math.log(2) - 0.5 * (of_samples / scored + of_scored)

        q_at_samples, q_at_scored = np.ones(len(places)), np.ones(self.fresh)
        p_at_samples = np.ones(len(places))
        nodes: list[Array] = []
        scores = [np.zeros(FOLDS)]  # D = 1/2 bounds JS by 0
        for cells in LEVELS[self.dimensions]:
            if cells >= RARE[self.dimensions] and np.argmax([each.sum() for each in scores]) < len(scores) - 2:
                break
            level = self.levels.get(cells) or self._prepare(cells)
            corners = _Corners.of(places, level.cells)
            own = corners.of_fold(inside_fold)
            total, folds = corners.spread(), own.spread()
            # Each fold is estimated from the other folds.
            scale = level.cells**self.dimensions / seen
            at_samples = np.maximum(corners.read(total) - own.read(folds), 0) * scale[inside_fold]
            at_scored = np.maximum(level.corners.read(total) - level.own.read(folds), 0) * scale[self.scored_fold]
            q_at_samples, q_at_scored = _blend(at_samples, q_at_samples), _blend(at_scored, q_at_scored)
            p_at_samples = _blend(corners.read(level.p_nodes), p_at_samples)
            scores.append(score(p_at_samples, q_at_samples, level.p_at_scored, q_at_scored))
            scores.append(score(exact_at_samples, q_at_samples, self.exact, q_at_scored))
            nodes.append(total * (level.cells**self.dimensions / count))

        table = np.stack(scores)
        chosen = (table.sum(1, keepdims=True) - table).argmax(0)
        uncut = float(table[chosen, np.arange(FOLDS)].mean())
        finest = int(table[2::2].sum(1).argmax())  # the bandwidth at which q^ serves best beside the exact p
        return Estimate(uncut, self.low, self.widths, tuple(nodes[: finest + 1]))

    def _prepare(self, cells: int) -> _Level:
        """The level that follows those prepared, kept."""
        corners = _Corners.of(self.scored, cells)
        p_nodes = _Corners.of(self.fitted, cells).spread() * (cells**self.dimensions / self.fresh)
        coarser = self.levels[cells // 2].p_at_scored if self.levels else np.ones(self.fresh)
        smoothed = _blend(corners.read(p_nodes), coarser)
        level = _Level(cells, corners, corners.of_fold(self.scored_fold), p_nodes, smoothed)
        return self.levels.setdefault(cells, level)

    def _places(self, points: Tensor) -> Array:
        return (points.double().numpy() - self.low) / self.widths

    def _exact(self, points: Tensor) -> Array:
        """The exact density, in the coordinates of the unit box."""
        log_density = self.density.log_density(points).detach().cpu().double().reshape(-1).numpy()
        if len(log_density) != len(points) or np.isnan(log_density).any():
            raise ValueError(
                f"log_density of {len(points)} points must be as many numbers, got {len(log_density)} "
                "values or NaN; allowed: one number a point."
            )
        return np.exp(log_density + np.log(self.widths).sum())


@dataclass(frozen=True)
class Estimate:
    """What samples say of the distribution q that gave them: its JS to p in nats, and its density, a kernel estimate at
    the held-out bandwidth. uncut: the JS before noise is cut off at 0 and log 2, by which noise itself is measured."""

    uncut: float
    low: Array
    widths: Array
    nodes: tuple[Array, ...]

    @property
    def js(self) -> float:
        """JS(p || q) in nats, between 0 and log 2."""
        return min(max(self.uncut, 0.0), math.log(2))

    def density(self, points: Tensor) -> Tensor:
        """q^ at points [n, 1 or 2], float64 [n]; 0 outside the box, where samples are counted but not placed."""
        places = (points.detach().cpu().double().numpy() - self.low) / self.widths
        inside = ((places >= 0) & (places <= 1)).all(1)
        read = np.ones(int(inside.sum()))
        for cells, nodes in zip(LEVELS[len(self.widths)], self.nodes, strict=False):
            read = _blend(_Corners.of(places[inside], cells).read(nodes), read)
        found = np.zeros(len(places))
        found[inside] = read / self.widths.prod()
        return torch.from_numpy(found)


@dataclass(frozen=True)
class _Level:
    """One bandwidth: where p's scored samples lie on the grid (the one of all folds, and their own fold's), p smoothed
    on it, and what they read of that."""

    cells: int
    corners: _Corners
    own: _Corners
    p_nodes: Array
    p_at_scored: Array


@dataclass(frozen=True)
class _Corners:
    """The grid nodes around each point of the unit box and their linear shares, both [corners, points]: to spread onto
    `size` nodes and then to read is a kernel."""

    nodes: Index
    shares: Array
    size: int

    @staticmethod
    def of(places: Array, cells: int) -> _Corners:
        scaled = (places * cells).T
        low = np.minimum(scaled.astype(np.int64), cells - 1)
        high_share = scaled - low
        nodes, shares = np.stack([low[0], low[0] + 1]), np.stack([1 - high_share[0], high_share[0]])
        if len(low) == 2:
            nodes = np.concatenate([nodes * (cells + 1) + low[1], nodes * (cells + 1) + low[1] + 1])
            shares = np.concatenate([shares * (1 - high_share[1]), shares * high_share[1]])
        return _Corners(nodes, shares, (cells + 1) ** len(low))

    def of_fold(self, fold: Index) -> _Corners:
        """The same on as many grids as there are folds, one after the other, each point on its own fold's."""
        return _Corners(self.nodes + fold * self.size, self.shares, FOLDS * self.size)

    def spread(self) -> Array:
        return np.asarray(np.bincount(self.nodes.ravel(), self.shares.ravel(), self.size), dtype=np.float64)

    def read(self, values: Array) -> Array:
        return np.einsum("cp,cp->p", values[self.nodes], self.shares)


def _folds(count: int) -> Index:
    """The fold of each sample: equally many in each, and by lot, as samples may come in any order, such as by class."""
    return np.random.default_rng(0).permutation(count) % FOLDS


def _blend(fine: Array, coarse: Array) -> Array:
    return (1 - BORROWED) * fine + BORROWED * coarse


def _box(drawn: Array, box: tuple[tuple[float, float], ...] | None) -> tuple[Array, Array]:
    low, high = drawn.min(0), drawn.max(0)
    if box is not None:
        corners = np.array(box, dtype=np.float64)
        low, high = np.minimum(low, corners[:, 0]), np.maximum(high, corners[:, 1])
        return low, high - low
    span = np.maximum(high - low, np.finfo(np.float32).tiny)
    return low - 0.05 * span, 1.1 * span
