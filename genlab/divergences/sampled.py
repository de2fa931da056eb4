"""JS and KL between a sampler and an exact density, from samples, each with its error."""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Integral
from typing import Protocol

import numpy as np
import torch
from scipy.spatial import KDTree
from scipy.special import digamma
from torch import Tensor

from genlab.devices import as_array
from genlab.divergences._checks import refuse_not_points
from genlab.divergences.balls import LOG_U, Array, Balls, Index, log_volume, mass_table
from genlab.divergences.tilt import Tilt

LEAST = 8
# JS is read with at most so many neighbours and with four times as many, and extrapolated to none; with a neighbour for
# so many samples, for a ball must not hold much of a mode.
FEW, TIMES, EACH = 4, 4, 400
# Points at which p's half of JS is taken, and for how many samples of p, neighbours, each stands: their mean then has
# about the noise of all.
FRESH, EACH_FOR = 2048, 4
# What p draws must not be what q drew: a seed that nobody else begins with. Samples of q from the same noise would be
# neighbours of p's, and JS up to a tenth too little.
SEED = 19_510_322
# So many samples where p is 0 at least tell how dense they are there.
STRAY = 16
# Where samples lie so far to one side, their mean in radii of the ball, an edge of q is near.
ASIDE = 0.4
# Coordinates beyond are taken to be there: so far that nothing else is near, and no distance overflows.
FARTHEST = 1e30


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


def kl_to_samples(density: Density, samples: Tensor, k: int = 5, *, generator: torch.Generator | None = None) -> float:
    """KL(p || p_g) of an exact density p to the distribution p_g that gave `samples`, in nats; see SampledDivergences.

    Not below 0. Where p_g hardly ever draws, samples cannot tell how rarely: what is read then is a finite number that
    is too small (a mode of p that p_g has lost costs some nats here, and hundreds or infinitely many in truth).
    Arguments and errors as js_samples; k: neighbours, 1 to n.
    """
    refuse_not_points("samples", samples, least=LEAST, widths=(1, 2))
    return SampledDivergences(density, fresh=max(FRESH, len(samples)), generator=generator).kl_back(samples, k).value


class SampledDivergences:
    """JS and KL between samplers q and one exact density p; what concerns p alone is prepared once, for many samplers.

    Around a point x the ball B that reaches to the k-th of n samples holds the mass G / n of q, G ~ Gamma(k, 1), so
    that q(x) = G / (n |B|) q(x) / mean_B q and u = n p(x) |B| (mean_B q) / q(x) = G p / q. Functions of u exist whose
    mean over G is exactly what JS needs: with F(u) = int_0^1 (1 - w)^(k - 1) (1 - e^(-u w)) / w dw,

        E F(u) = log(1 + p/q),  E[F(u) - log u + psi(k)] = log(1 + q/p),  E[psi(k) - log u] = log(q/p),

    the last being the entropy of Kozachenko and Leonenko (1987). JS = log 2 - (E_q log(1 + p/q) + E_p log(1 + q/p)) / 2
    by the samples (each left out of its own ball) and by points that stand for p. How uneven q is in the ball,
    (mean_B q) / q(x), is that of a first guess of q that follows p from level to level (see Tilt): only as far as the
    guess is wrong in shape within a ball remains there bias, as (k / n)^(2 / d) in d dimensions, which two k's
    extrapolate to 0 as far as they differ by more than noise. At edges of q, which no guess by p's levels has, the
    nearest sample speaks instead, where that raises JS (a maximum over discriminators) by more than noise. The order of
    samples does not matter. Raises ValueError as js_samples.
    """

    def __init__(self, density: Density, *, fresh: int = FRESH, generator: torch.Generator | None = None) -> None:
        self.density = density
        generator = torch.Generator().manual_seed(SEED) if generator is None else generator
        drawn = density.sample(EACH_FOR * fresh, generator).detach().cpu()
        points = as_array(drawn.double()).reshape(len(drawn), -1)
        self.dimensions = points.shape[1]
        log_p = self._log_p(points)
        self.levels = np.sort(log_p)
        # In a tree's order neighbours come one after the other, which also is quick to ask for.
        chosen = KDTree(points, leafsize=EACH_FOR).indices[EACH_FOR // 2 :: EACH_FOR]
        self.fresh, self.log_p_at_fresh = points[chosen], log_p[chosen]

    def js(self, samples: Tensor) -> Reading:
        """JS(p || q), q the distribution that gave `samples` [n, 1 or 2], n >= 8."""
        x, tree = self._prepared(samples)
        count, few = len(x), min(FEW, max(1, len(x) // EACH))
        many = TIMES * few
        own, cross = _nearest(tree, x, many + 1), _nearest(tree, self.fresh, many)
        radii = np.concatenate([own[0][:, 1:], cross[0]])
        neighbours = np.concatenate([own[1][:, 1:], cross[1]])
        log_p = np.concatenate([self._log_p(x), self.log_p_at_fresh])
        points = np.concatenate([x, self.fresh])
        of_q = np.arange(len(points)) < count
        tilt = Tilt(self.levels, log_p[of_q], self._log_stray(log_p[of_q], radii[of_q, -1], many, count))
        balls = Balls(points, log_p, radii[:, -1], self._log_p)
        others = np.log(np.where(of_q, count - 1, count))

        def less(k: int, uneven: Array, chosen: Index | slice = slice(None)) -> Array:
            """log 2 less log(1 + p/q) at each sample and log(1 + q/p) at each point of p."""
            log_u = log_p[chosen] + uneven + log_volume(radii[chosen, k - 1], self.dimensions) + others[chosen]
            log_u = np.clip(np.nan_to_num(log_u, nan=-np.inf), LOG_U[0], LOG_U[-1])
            table = np.interp(log_u, LOG_U, mass_table(k))
            return math.log(2) - np.where(of_q[chosen], table, table - log_u + digamma(k))

        def mean(parts: Array) -> float:
            return float(parts[:count].mean() + parts[count:].mean()) / 2

        def error(parts: Array) -> float:
            return 0.5 * math.sqrt(parts[:count].var() / count + parts[count:].var() / len(self.fresh))

        outer, middles = balls.unevenness(tilt, balls.radii)
        coarse = less(many, outer)
        fine = less(few, balls.unevenness(tilt, radii[:, few - 1])[0])
        ratio = TIMES ** (2 / self.dimensions)
        change = (fine - coarse) * ratio / (ratio - 1)
        found = coarse + _believed(mean(change), error(change)) * change
        told = [mean(coarse), mean(fine), mean(found)]
        around = np.stack([axis[neighbours].mean(axis=1) for axis in x.T], axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            aside = (around - points) / balls.radii[:, None] - middles
        edge = np.flatnonzero(np.square(aside).sum(axis=1) > ASIDE**2)
        if few > 1 and len(edge):
            finest = less(1, balls.unevenness(tilt, radii[edge, 0], edge)[0], edge)
            change = np.zeros(len(points))
            change[edge] = (ratio * finest - fine[edge]) / (ratio - 1) - found[edge]
            if mean(change) > 0:
                found = found + _believed(mean(change), error(change)) * change
            told.append(mean(found))
        return Reading(mean(found), error(found), (max(told) - min(told)) / 2, math.log(2))

    def kl(self, samples: Tensor, k: int = 5) -> Reading:
        """KL(q || p), q the distribution that gave `samples`; see kl_samples."""
        x, tree = self._prepared(samples)
        count = len(x)
        twice = _twice(k, count - 1)
        log_p = self._log_p(x)
        if (log_p == -np.inf).any():
            return Reading(math.inf, 0.0, 0.0, math.inf)
        radii = _told_apart(_nearest(tree, x, twice + 1)[0][:, 1:], x, samples)
        tilt = Tilt(self.levels, log_p, -math.inf)
        fine, coarse = self._log_ratios(x, log_p, radii, tilt, count - 1, int(k))
        return _reading(-fine, -coarse)

    def kl_back(self, samples: Tensor, k: int = 5) -> Reading:
        """KL(p || q), q the distribution that gave `samples`; see kl_to_samples."""
        x, tree = self._prepared(samples)
        count = len(x)
        twice = _twice(k, count)
        radii = _told_apart(_nearest(tree, self.fresh, twice)[0], self.fresh, samples)
        log_p = self._log_p(x)
        own = _told_apart(_nearest(tree, x, min(twice + 1, count))[0][:, -1:], x, samples)[:, 0]
        tilt = Tilt(self.levels, log_p, self._log_stray(log_p, own, twice, count))
        return _reading(*self._log_ratios(self.fresh, self.log_p_at_fresh, radii, tilt, count, int(k)))

    def _log_ratios(
        self, points: Array, log_p: Array, radii: Array, tilt: Tilt, others: int, k: int
    ) -> tuple[Array, Array]:
        """log(p / q) at points by their k-th neighbours among so many samples of q, and by their farthest given one;
        radii [n, neighbours], the nearest first."""
        balls = Balls(points, log_p, radii[:, -1], self._log_p)

        def read(neighbours: int, reach: Array) -> Array:
            log_u = log_p + balls.unevenness(tilt, reach)[0] + log_volume(reach, self.dimensions) + math.log(others)
            return log_u - digamma(neighbours)

        return read(k, radii[:, k - 1]), read(radii.shape[1], balls.radii)

    def _log_stray(self, log_p: Array, radii: Array, k: int, count: int) -> float:
        """How dense samples are where p is 0, the logarithm; -inf where hardly any are."""
        stray = log_p == -np.inf
        if stray.sum() < STRAY:
            return -math.inf
        return float(digamma(k) - math.log(count - 1) - log_volume(radii[stray], self.dimensions).mean())

    def _prepared(self, samples: Tensor) -> tuple[Array, KDTree]:
        """Samples in an order of their own, whichever they came in, and the tree of them."""
        refuse_not_points("samples", samples, least=LEAST, widths=(self.dimensions,))
        x = as_array(samples.cpu().double().clamp(-FARTHEST, FARTHEST))
        x = x[np.lexsort(x.T)]
        # Neither balanced nor compact: on samples that coincide such a tree takes a thousand times as long.
        x = x[KDTree(x, balanced_tree=False, compact_nodes=False).indices]
        return x, KDTree(x, balanced_tree=False, compact_nodes=False)

    def _log_p(self, points: Array) -> Array:
        """log p, -inf where it is 0. In float64: in float32 it overflows far out."""
        log_p = as_array(self.density.log_density(torch.from_numpy(points)).cpu().double().reshape(-1))
        if len(log_p) != len(points) or np.isnan(log_p).any():
            raise ValueError(
                f"log_density of {len(points)} points must be as many numbers, got {len(log_p)} "
                "values or NaN; allowed: one number a point."
            )
        return log_p


def _twice(k: int, most: int) -> int:
    """Twice as many neighbours, as far as there are."""
    if not isinstance(k, Integral) or not 1 <= k <= most:
        raise ValueError(f"k must be a number of neighbours, got {k}; allowed: whole numbers, 1 to {most}.")
    return min(2 * int(k), most)


def _told_apart(radii: Array, points: Array, samples: Tensor) -> Array:
    """Distances from points to samples, none below what two of the samples' numbers need to be told apart there."""
    kind = samples.dtype if samples.is_floating_point() else torch.float64
    least = float(torch.finfo(kind).eps) * (np.abs(points).max(axis=1) + 1 / FARTHEST)
    return np.maximum(radii, least[:, None])


def _reading(fine: Array, coarse: Array) -> Reading:
    """A mean over points, which is all of it, read finely, with what reading it coarsely changes as its slack."""
    error = float(fine.std()) / math.sqrt(len(fine))
    return Reading(float(fine.mean()), error, abs(float((fine - coarse).mean())), math.inf)


def _believed(difference: float, error: float) -> float:
    """The share of a difference that is more than noise (James and Stein)."""
    return max(0.0, 1 - (error / difference) ** 2) if difference else 0.0


def _nearest(tree: KDTree, points: Array, count: int) -> tuple[Array, Index]:
    """From each point the distances to its nearest `count` of the tree, the nearest first, and which those are."""
    distances, which = tree.query(points, count)
    return np.asarray(distances, dtype=np.float64).reshape(len(points), -1), np.asarray(which).reshape(len(points), -1)
