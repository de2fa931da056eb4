"""How a sampler's density follows a known one from level to level: what tells how uneven it is within a small ball."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# Shares of both samples together, half of it p's and half q's, between which a level lies: finer below, where a tail of
# p meets what q has strewn about.
SHARES = np.concatenate([[0.003, 0.006, 0.012, 0.025], np.arange(1, 24) / 24])
# A level holds at least so many of q's samples, or as large a share of p's.
LEAST = 24
# Of p's samples at least so many tell of p's mass.
COUNTED = 8
# Below the lowest level q is followed so much further, in nats of log p, and is even from there.
BELOW = 50.0
# Slopes of log(q / p) in log p below the lowest level: from a q that is even to one that falls five times as fast.
SLOPES = (-1.0, 4.0)


class Tilt:
    """q0(x), a first guess of q's density that depends on x by log p(x) alone: log q0 = log p + g(log p).

    g is the logarithm of the shares that q's and p's samples have between two levels of log p, straight in between.
    Where p has hardly a sample, its mass between two levels is taken to go as the difference of p itself (in the tail
    of a normal in 2-D it does exactly). A sampler with clouds of other widths, with fewer modes or with noise mixed in
    is of this form, about; only ratios of q0 at neighbouring points are ever used. at_p: log p at samples of p, sorted;
    at_q: log p at samples of q; outside: log q0 where p is 0.
    """

    def __init__(self, at_p: Array, at_q: Array, outside: float) -> None:
        self.levels, self.heights = np.zeros(1), np.zeros(1)
        inside_p, inside_q = at_p[np.isfinite(at_p)], np.sort(at_q[np.isfinite(at_q)])
        if len(inside_p) and len(inside_q):
            self.heights[0] = math.log(len(inside_q) / len(at_q))
            self._fit(inside_p, inside_q, len(at_p), len(at_q))
        rise = np.diff(self.heights[:2]) / np.diff(self.levels[:2])
        self.slope = float(np.clip(rise[0], *SLOPES)) if len(rise) else 0.0
        self.outside = min(outside, float((self.levels + self.heights).max()))

    def __call__(self, log_p: Array) -> Array:
        """log q0 where log p is as given, of its shape."""
        at = np.maximum(log_p, self.levels[0] - BELOW) if len(self.levels) > 1 else log_p
        with np.errstate(invalid="ignore"):
            found = at + np.interp(at, self.levels, self.heights) + self.slope * np.minimum(at - self.levels[0], 0.0)
        return np.where(log_p == -np.inf, self.outside, found)

    def _fit(self, at_p: Array, at_q: Array, count_p: int, count_q: int) -> None:
        both = np.concatenate([at_q, at_p])
        order = np.argsort(both, kind="stable")
        share = np.concatenate([np.full(len(at_q), 1 / count_q), np.full(len(at_p), 1 / count_p)])[order].cumsum()
        ends = np.unique(both[order][np.searchsorted(share, SHARES * share[-1])])
        below = np.searchsorted(at_q, ends) / count_q + np.searchsorted(at_p, ends) / count_p
        kept, last = [], 0.0
        for end, here in zip(ends, below, strict=True):
            if here - last >= LEAST / count_q:
                kept.append(end)
                last = here
        if len(kept) < 2:
            return
        lowest = max(min(at_q[0], at_p[0]), kept[0] - 1e4)
        ends = np.array([lowest, *kept, max(at_q[-1], at_p[-1])])
        inner = ends[1:-1]
        of_q = np.diff(np.searchsorted(at_q, inner), prepend=0, append=len(at_q))
        of_p = np.diff(np.searchsorted(at_p, inner), prepend=0, append=len(at_p))
        levels, mass = (ends[1:] + ends[:-1]) / 2, np.log((of_p + 0.5) / count_p)
        tail = int(np.argmax(of_p >= COUNTED))
        widths = np.maximum(np.diff(ends), 1e-12)
        risen = ends[1:] + np.log(-np.expm1(-widths))
        mass[:tail] = risen[:tail] + mass[tail] - risen[tail]
        levels[:tail] = (risen - np.log(widths))[:tail]
        apart = np.diff(levels, prepend=-np.inf) > 0
        self.levels, self.heights = levels[apart], (np.log((of_q + 0.5) / count_q) - mass)[apart]
