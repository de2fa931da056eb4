"""The density of samples, by a kernel, to be drawn beside an exact one."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from genlab.devices import as_array
from genlab.divergences._checks import refuse_not_points
from genlab.divergences.sampled import Density

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


class KernelDensities:
    """Densities of samplers, beside one exact density p that is prepared once.

    A kernel estimate at one of several bandwidths: the one at which D = p / (p + q^) tells held-out samples of both
    apart best. fresh: how many samples of p that is judged by, a multiple of 4; box: (low, high) of each dimension,
    widened to hold them. Raises ValueError for another `fresh`.
    """

    def __init__(self, density: Density, *, fresh: int, box: tuple[tuple[float, float], ...]) -> None:
        if fresh < FOLDS or fresh % FOLDS:
            raise ValueError(f"fresh must be a number of samples, got {fresh}; allowed: multiples of {FOLDS}.")
        drawn = density.sample(fresh, torch.Generator().manual_seed(0)).detach().cpu().reshape(fresh, -1)
        self.density, self.type = density, drawn.dtype
        corners = np.array(box, dtype=np.float64)
        points = as_array(drawn.double())
        self.low = np.minimum(points.min(0), corners[:, 0])
        self.widths = np.maximum(points.max(0), corners[:, 1]) - self.low
        self.dimensions = len(self.widths)
        self.scored = self._places(drawn)
        self.scored_fold = np.repeat(np.arange(FOLDS, dtype=np.int64), fresh // FOLDS)
        self.exact = np.maximum(self._exact(drawn), TINY)
        self.levels: dict[int, tuple[_Corners, _Corners]] = {}

    def estimate(self, samples: Tensor) -> KernelDensity:
        """The density of the distribution that gave `samples` [n, 1 or 2], n >= 8. Raises ValueError for other shapes
        and for samples that are not finite."""
        refuse_not_points("samples", samples, least=2 * FOLDS, widths=(self.dimensions,))
        samples = samples.detach().cpu()
        count = len(samples)
        places = self._places(samples)
        inside = ((places >= 0) & (places <= 1)).all(1)
        # Equally many in each fold, and by lot, as samples may come in any order, such as by class.
        fold = np.random.default_rng(0).permutation(count) % FOLDS
        places, inside_fold = places[inside], fold[inside]
        seen = count - np.bincount(fold, minlength=FOLDS)
        exact_at_samples = self._exact(samples[torch.from_numpy(inside)].to(self.type))
        at_samples, at_scored = np.ones(len(places)), np.ones(len(self.scored))
        nodes: list[Array] = []
        costs: list[float] = []
        for cells in LEVELS[self.dimensions]:
            if cells >= RARE[self.dimensions] and np.argmin(costs) < len(costs) - 1:
                break
            scored, scored_own = self.levels.get(cells) or self._prepare(cells)
            corners = _Corners.of(places, cells)
            own = corners.of_fold(inside_fold)
            total, folds = corners.spread(), own.spread()
            # Each fold is estimated from the other folds.
            scale = cells**self.dimensions / seen
            here = np.maximum(corners.read(total) - own.read(folds), 0) * scale[inside_fold]
            there = np.maximum(scored.read(total) - scored_own.read(folds), 0) * scale[self.scored_fold]
            at_samples, at_scored = _blend(here, at_samples), _blend(there, at_scored)
            nodes.append(total * (cells**self.dimensions / count))
            cost = np.log1p(exact_at_samples / at_samples).sum() / count
            costs.append(float(cost + np.log1p(at_scored / self.exact).mean()))
        return KernelDensity(self.low, self.widths, tuple(nodes[: int(np.argmin(costs)) + 1]))

    def _prepare(self, cells: int) -> tuple[_Corners, _Corners]:
        """Where p's samples lie on a level's grid, the one of all folds and their own fold's; kept."""
        corners = _Corners.of(self.scored, cells)
        return self.levels.setdefault(cells, (corners, corners.of_fold(self.scored_fold)))

    def _places(self, points: Tensor) -> Array:
        return (as_array(points.double()) - self.low) / self.widths

    def _exact(self, points: Tensor) -> Array:
        """The exact density, in the coordinates of the unit box."""
        log_density = as_array(self.density.log_density(points).cpu().double().reshape(-1))
        return np.exp(log_density + np.log(self.widths).sum())


@dataclass(frozen=True)
class KernelDensity:
    """A density as its kernels' weights on grids, coarse to fine."""

    low: Array
    widths: Array
    nodes: tuple[Array, ...]

    def density(self, points: Tensor) -> Tensor:
        """q^ at points [n, 1 or 2], float64 [n]; 0 outside the box, where samples are counted but not placed."""
        places = (as_array(points.cpu().double()) - self.low) / self.widths
        inside = ((places >= 0) & (places <= 1)).all(1)
        read = np.ones(int(inside.sum()))
        for cells, nodes in zip(LEVELS[len(self.widths)], self.nodes, strict=False):
            read = _blend(_Corners.of(places[inside], cells).read(nodes), read)
        found = np.zeros(len(places))
        found[inside] = read / self.widths.prod()
        return torch.from_numpy(found)


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


def _blend(fine: Array, coarse: Array) -> Array:
    return (1 - BORROWED) * fine + BORROWED * coarse
