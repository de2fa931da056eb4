"""JS and KL between a sampler and an exact density, from samples, each with its error."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from numbers import Integral
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.spatial import KDTree
from scipy.special import digamma, exp1, hyp1f1
from torch import Tensor

from genlab.divergences._checks import refuse_not_points

Array = NDArray[np.float64]

LEAST = 8
# JS is read with at most so many neighbours and with four times as many, and extrapolated to none; with a neighbour for
# so many samples, for a ball must not hold much of a mode.
FEW, TIMES, EACH = 4, 4, 400
# Samples of p at which its half of JS is taken. They cost nothing but time: a fifth of what 2,048 samples say.
FRESH = 4096
# What p draws must not be what q drew: a seed that nobody else begins with. Samples of q from the same noise would be
# neighbours of p's, and JS up to a tenth too little.
SEED = 19_510_322
# So many samples of p at least tell what the KL of a perfect sampler reads, in at most so many sets.
PERFECT, SETS = 8192, 16
VOLUME = {1: 2.0, 2: math.pi}
# Where p is averaged over a ball of radius 1, and the weight of each place; the middle has the rest. Exact for cubic
# polynomials.
NODES = {
    1: (math.sqrt(0.6) * np.array([[-1.0], [1.0]]), 5 / 18),
    2: (math.sqrt(0.75) * np.array([[-1.0, 0.0], [1.0, 0.0], [0.0, -1.0], [0.0, 1.0]]), 1 / 6),
}
# Coordinates beyond are taken to be there: so far that nothing else is near, and no distance overflows.
FARTHEST = 1e30
# Logarithms of u between which its functions are tabled: below and above both are their limits, to 1e-10.
LOG_U = np.linspace(-25.0, 25.0, 4001)


class Density(Protocol):
    """A distribution whose density is known and which can be sampled."""

    def log_density(self, points: Tensor) -> Tensor: ...

    def sample(self, n: int, generator: torch.Generator) -> Tensor: ...


@dataclass(frozen=True)
class Reading:
    """A divergence measured from samples, in nats. uncut: with what noise pushes beyond its ends; error: the standard
    error; slack: what the estimator's own bias may be besides; most: the largest that it can be."""

    uncut: float
    error: float
    slack: float
    most: float

    @property
    def value(self) -> float:
        """What is reported: between 0 and the most that it can be."""
        return min(max(self.uncut, 0.0), self.most)

    @property
    def band(self) -> tuple[float, float]:
        """What was measured and its reach to both sides, within 0 and the most: it holds the true value about 95 times
        in 100."""
        low, high = (min(max(self.uncut + side * self.reach, 0.0), self.most) for side in (-1, 1))
        return low, high

    @property
    def reach(self) -> float:
        """Two standard errors and the slack."""
        return 2 * self.error + self.slack


def js_samples(samples: Tensor, density: Density, *, generator: torch.Generator | None = None) -> float:
    """JS between the distribution that gave `samples` and an exact density, in nats; see SampledDivergences for how.

    From 0 to log 2: what noise would push beyond either end is cut off. Samples that coincide tell of a distribution
    that lies on points, whose JS to any density is log 2. samples: [n, 1 or 2], n >= 8; density.sample(n, generator):
    [n, 1 or 2]; density.log_density(points): [n]. Without a generator, one with a seed of its own. Raises ValueError
    for wrong shapes, samples that are not finite and log densities that are NaN.
    """
    refuse_not_points("samples", samples, least=LEAST, widths=(1, 2))
    return SampledDivergences(density, fresh=max(FRESH, len(samples)), generator=generator).js(samples).value


def kl_samples(samples: Tensor, density: Density, k: int = 5, *, generator: torch.Generator | None = None) -> float:
    """KL(p_g || p) of the distribution p_g that gave `samples` to an exact density p, in nats; see SampledDivergences.

    Not below 0. Infinite where a sample lies where p is 0: so is the truth. Where more than k samples coincide the
    truth is infinite too, but floating-point numbers cannot tell a point from a very small cloud: they count as far
    apart as their type tells numbers apart, a large finite number (some 30 nats in 2-D for float32 samples).
    Arguments and errors as js_samples; k: neighbours, 1 to n - 1.
    """
    refuse_not_points("samples", samples, least=LEAST, widths=(1, 2))
    return SampledDivergences(density, generator=generator).kl(samples, k).value


class SampledDivergences:
    """JS and KL between samplers q and one exact density p; what concerns p alone is prepared once, for many samplers.

    Around a point x the ball that reaches to the k-th of n samples holds the mass G / n of q, G ~ Gamma(k, 1) where q
    is even in it, so that u = n p(x) |ball| is G p / q. Functions of u exist whose mean over G is exactly what JS
    needs: with F(u) = int_0^1 (1 - w)^(k - 1) (1 - e^(-u w)) / w dw,

        E F(u) = log(1 + p/q),  E[F(u) - log u + psi(k)] = log(1 + q/p),  E[psi(k) - log u] = log(q/p),

    the last being the entropy of Kozachenko and Leonenko (1987). JS = log 2 - (E_q log(1 + p/q) + E_p log(1 + q/p)) / 2
    by the samples (each left out of its own ball) and by fresh samples of p. What remains of bias is as (k / n)^(2 / d)
    in d dimensions, which two k's extrapolate to 0 (as far as they differ by more than noise). Where q is nearly p the
    unevenness of both cancels if p is averaged over the ball; where p is finer than q it must not be: JS is a maximum
    over discriminators, so of the two the larger, where it is surely larger. From KL is taken what as many samples of p
    itself read. Raises ValueError as js_samples.
    """

    def __init__(self, density: Density, *, fresh: int = FRESH, generator: torch.Generator | None = None) -> None:
        self.density = density
        generator = torch.Generator().manual_seed(SEED) if generator is None else generator
        self.seed = generator.initial_seed()
        drawn = density.sample(fresh, generator).detach().cpu()
        self.fresh = drawn.double().numpy().reshape(len(drawn), -1)
        self.dimensions = self.fresh.shape[1]
        self.log_p_at_fresh = self._log_p(self.fresh)
        self._perfect: dict[tuple[int, int, torch.dtype], tuple[float, float]] = {}

    def js(self, samples: Tensor) -> Reading:
        """JS(p || q), q the distribution that gave `samples` [n, 1 or 2], n >= 8."""
        x, tree = self._prepared(samples)
        few = min(FEW, max(1, len(x) // EACH))
        many = TIMES * few
        own, cross = _distances(tree, x, many + 1), _distances(tree, self.fresh, many)
        log_p = self._log_p(x)

        def halves(k: int, averaged: bool) -> tuple[Array, Array]:
            """log(1 + p/q) at each sample and log(1 + q/p) at each fresh one."""
            radii, reach = own[:, k], cross[:, k - 1]
            at_x, at_y = log_p, self.log_p_at_fresh
            if averaged:
                at_x, at_y = self._log_mean(x, radii, at_x), self._log_mean(self.fresh, reach, at_y)
            log_u = at_x + _log_volume(radii, self.dimensions) + math.log(len(x) - 1)
            log_v = at_y + _log_volume(reach, self.dimensions) + math.log(len(x))
            return np.interp(log_u, LOG_U, _table(k)), np.interp(log_v, LOG_U, _table(k) - LOG_U + digamma(k))

        def extrapolated(fine: tuple[Array, Array], coarse: tuple[Array, Array]) -> tuple[Array, Array]:
            ratio = TIMES ** (2 / self.dimensions)
            return tuple((ratio * f - c) / (ratio - 1) for f, c in zip(fine, coarse, strict=True))  # type: ignore[return-value]

        def mean(parts: tuple[Array, Array]) -> float:
            return -0.5 * sum(float(part.mean()) for part in parts)

        def error(parts: tuple[Array, Array]) -> float:
            return 0.5 * math.sqrt(sum(float(part.var()) / len(part) for part in parts))

        def towards(one: tuple[Array, Array], other: tuple[Array, Array], only_up: bool = False) -> tuple[Array, Array]:
            """From one estimate to another, as far as they differ by more than noise."""
            change: tuple[Array, Array] = tuple(b - a for a, b in zip(one, other, strict=True))  # type: ignore[assignment]
            moved = mean(change)
            if moved == 0 or (only_up and moved < 0):
                return one
            share = _believed(moved, error(change))
            return tuple(a + share * c for a, c in zip(one, change, strict=True))  # type: ignore[return-value]

        coarse = halves(many, True)
        fine = extrapolated(halves(few, True), coarse)
        found = towards(coarse, fine)
        found = towards(found, extrapolated(halves(few, False), halves(many, False)), only_up=True)
        told = [mean(coarse), mean(fine), mean(found)]
        slack = (max(told) - min(told)) / 2
        # From 0 as well JS moves only as far as it is more than noise.
        first = math.log(2) + mean(coarse)
        doubted = first * (1 - _believed(first, error(coarse)))
        return Reading(math.log(2) + mean(found) - doubted, error(found), slack, math.log(2))

    def kl(self, samples: Tensor, k: int = 5) -> Reading:
        """KL(q || p), q the distribution that gave `samples`; see kl_samples."""
        x, tree = self._prepared(samples)
        if not isinstance(k, Integral) or not 1 <= k < len(x):
            raise ValueError(f"k must be a number of neighbours, got {k}; allowed: whole numbers, 1 to {len(x) - 1}.")
        kind = samples.dtype if samples.is_floating_point() else torch.float64
        values = self._log_ratios(x, tree, int(k), kind)
        if not np.isfinite(values).all():  # a sample where p is 0
            return Reading(math.inf, 0.0, 0.0, math.inf)
        perfect, spread = self._perfect_kl(len(x), int(k), kind)
        error = math.hypot(float(values.std()) / math.sqrt(len(x)), spread)
        return Reading(float(values.mean()) - perfect, error, abs(perfect) / 2, math.inf)

    def _log_ratios(self, x: Array, tree: KDTree, k: int, kind: torch.dtype) -> Array:
        """log q - log p at each sample, by k and, where there are as many, by 2k neighbours, extrapolated to none."""
        twice = min(2 * k, len(x) - 1)
        radii = _distances(tree, x, twice + 1)
        # Two numbers cannot be told apart nearer than this.
        least = float(torch.finfo(kind).eps) * (np.abs(x).max(axis=1) + 1 / FARTHEST)

        def log_q(neighbours: int) -> Array:
            log_volume = _log_volume(np.maximum(radii[:, neighbours], least), self.dimensions)
            return digamma(neighbours) - math.log(len(x) - 1) - log_volume

        log_q_at_x = log_q(k)
        if twice > k:
            ratio = (twice / k) ** (2 / self.dimensions)
            log_q_at_x = (ratio * log_q_at_x - log_q(twice)) / (ratio - 1)
        return log_q_at_x - self._log_p(x)

    def _perfect_kl(self, count: int, k: int, kind: torch.dtype) -> tuple[float, float]:
        """What `count` samples of p itself read, and the error of that: the mean over some sets of them."""
        key = count, k, kind
        if key not in self._perfect:
            sets = min(SETS, max(2, math.ceil(PERFECT / count)))
            generator = torch.Generator().manual_seed(self.seed)  # whatever was asked before
            drawn = [self._prepared(self.density.sample(count, generator).to(kind)) for _ in range(sets)]
            read = np.array([self._log_ratios(x, tree, k, kind).mean() for x, tree in drawn])
            read = read[np.isfinite(read)]  # a density whose own samples it denies
            spread = float(read.std() / math.sqrt(len(read))) if len(read) else 0.0
            self._perfect[key] = float(read.mean()) if len(read) else 0.0, spread
        return self._perfect[key]

    def _prepared(self, samples: Tensor) -> tuple[Array, KDTree]:
        refuse_not_points("samples", samples, least=LEAST, widths=(self.dimensions,))
        x = samples.detach().cpu().double().clamp(-FARTHEST, FARTHEST).numpy()
        # Neither balanced nor compact: on samples that coincide such a tree takes a thousand times as long.
        return x, KDTree(x, balanced_tree=False, compact_nodes=False)

    def _log_p(self, points: Array) -> Array:
        """log p, -inf where it is 0. In float64: in float32 it overflows far out."""
        log_p = self.density.log_density(torch.from_numpy(points)).detach().cpu().double().reshape(-1).numpy()
        if len(log_p) != len(points) or np.isnan(log_p).any():
            raise ValueError(
                f"log_density of {len(points)} points must be as many numbers, got {len(log_p)} "
                "values or NaN; allowed: one number a point."
            )
        return log_p

    def _log_mean(self, points: Array, radii: Array, in_the_middle: Array) -> Array:
        """The logarithm of the mean of p over a ball about each point, at which log p is known."""
        nodes, weight = NODES[self.dimensions]
        around = self._log_p((points[:, None] + radii[:, None, None] * nodes).reshape(-1, self.dimensions))
        around = around.reshape(len(points), -1)
        largest = np.maximum(np.maximum(around.max(axis=1), in_the_middle), np.finfo(np.float64).min)
        mean = weight * np.exp(around - largest[:, None]).sum(axis=1)
        mean += (1 - weight * len(nodes)) * np.exp(in_the_middle - largest)
        with np.errstate(divide="ignore"):
            return largest + np.log(mean)


def _believed(difference: float, error: float) -> float:
    """The share of a difference that is more than noise (James and Stein)."""
    return max(0.0, 1 - (error / difference) ** 2) if difference else 0.0


def _distances(tree: KDTree, points: Array, count: int) -> Array:
    """From each point to its nearest `count` of the tree, [points, count], the nearest first."""
    return np.asarray(tree.query(points, count)[0], dtype=np.float64).reshape(len(points), -1)


def _log_volume(radii: Array, dimensions: int) -> Array:
    with np.errstate(divide="ignore"):
        return math.log(VOLUME[dimensions]) + dimensions * np.log(radii)


@lru_cache(maxsize=16)
def _table(k: int) -> Array:
    """F at LOG_U, see SampledDivergences: that of k = 1, less int_0^1 (1 - w)^(j - 1) (1 - e^(-u w)) dw, j < k."""
    u = np.exp(LOG_U)
    table = exp1(u) + LOG_U + np.euler_gamma
    decaying = -np.expm1(-u) / u
    for j in range(1, k):
        table -= 1 / j - decaying
        # Downwards in u the recurrence loses all its digits; upwards the series does.
        decaying = np.where(u < 50, hyp1f1(1, j + 2, -np.minimum(u, 50)) / (j + 1), (1 - j * decaying) / u)
    return np.maximum(table, 0.0)
