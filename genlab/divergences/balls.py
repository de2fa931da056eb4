"""Balls that reach to the k-th of n samples: their volumes, a known density in them, and what their mass tells."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import exp1, hyp1f1

from genlab.divergences.tilt import Tilt

Array = NDArray[np.float64]
Index = NDArray[np.int64]

VOLUME = {1: 2.0, 2: math.pi}
# Where a density is averaged over a ball of radius 1, two places an axis, and the weight of each; the middle has the
# rest. Exact for cubic polynomials.
NODES = {
    1: (math.sqrt(0.6) * np.array([[-1.0], [1.0]]), 5 / 18),
    2: (math.sqrt(0.75) * np.array([[-1.0, 0.0], [1.0, 0.0], [0.0, -1.0], [0.0, 1.0]]), 1 / 6),
}
# Logarithms of u between which its functions are tabled: below and above both are their limits, to 1e-10.
LOG_U = np.linspace(-25.0, 25.0, 4001)


class Balls:
    """log p at points and around them, out to a ball about each: it is asked for once, for balls of every size within.

    points: [n, 1 or 2]; log_p: [n], at them; radii: [n], of the largest balls; density: log p of points [m, d].
    """

    def __init__(self, points: Array, log_p: Array, radii: Array, density: Callable[[Array], Array]) -> None:
        self.points, self.log_p, self.radii, self.density = points, log_p, radii, density
        self.nodes, self.weight = NODES[points.shape[1]]
        self.around = self._ask(points, radii)

    def unevenness(self, tilt: Tilt, radii: Array, chosen: Index | slice = slice(None)) -> tuple[Array, Array]:
        """log(mean of q0 over the ball / q0 in its middle), [n], and where q0 has its mean, [n, d], in radii."""
        middle, around = self.log_p[chosen], self._within(radii, chosen)
        in_the_middle = tilt(middle)
        with np.errstate(invalid="ignore"):
            # Beyond e^300 times as much is as much as can be.
            there = self.weight * np.exp(np.minimum(tilt(around) - in_the_middle[:, None], 300.0))
        there[~np.isfinite(in_the_middle)] = self.weight
        total = there.sum(axis=1) + (1 - self.weight * len(self.nodes))
        return np.log(total), there @ self.nodes / total[:, None]

    def _within(self, radii: Array, chosen: Index | slice) -> Array:
        """log p around the middle of smaller balls: by a parabola along each axis, exact in a normal cloud."""
        outer, middle = self.around[chosen], self.log_p[chosen][:, None]
        if radii is self.radii:
            return outer
        with np.errstate(invalid="ignore", divide="ignore"):
            share = (radii / self.radii[chosen])[:, None]
            low, high = outer[:, ::2], outer[:, 1::2]
            straight, bent = share * (high - low) / 2, share**2 * ((low + high) / 2 - middle)
            inner = np.stack([middle - straight + bent, middle + straight + bent], axis=2).reshape(outer.shape)
        asked = ~np.isfinite(inner).all(axis=1)  # an edge of p is no parabola
        if asked.any():
            inner[asked] = self._ask(self.points[chosen][asked], radii[asked])
        return inner

    def _ask(self, points: Array, radii: Array) -> Array:
        places = points[:, None] + radii[:, None, None] * self.nodes
        return self.density(places.reshape(-1, points.shape[1])).reshape(len(points), -1)


def log_volume(radii: Array, dimensions: int) -> Array:
    """The logarithm of the volume of balls, -inf for radius 0."""
    with np.errstate(divide="ignore"):
        return math.log(VOLUME[dimensions]) + dimensions * np.log(radii)


@lru_cache(maxsize=16)
def mass_table(k: int) -> Array:
    """F at LOG_U, F(u) = int_0^1 (1 - w)^(k - 1) (1 - e^(-u w)) / w dw, for which E F(G t) = log(1 + t) where G is
    Gamma(k, 1): that of k = 1, less int_0^1 (1 - w)^(j - 1) (1 - e^(-u w)) dw for each j < k."""
    u = np.exp(LOG_U)
    table = exp1(u) + LOG_U + np.euler_gamma
    decaying = -np.expm1(-u) / u
    for j in range(1, k):
        table -= 1 / j - decaying
        # Downwards in u the recurrence loses all its digits; upwards the series does.
        decaying = np.where(u < 50, hyp1f1(1, j + 2, -np.minimum(u, 50)) / (j + 1), (1 - j * decaying) / u)
    return np.maximum(table, 0.0)
