"""The terms of the steps since the last point, of which it is the mean, read from their device only when they are asked
for: an accelerator that is asked after each step stands still meanwhile."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import islice

import torch
from torch import Tensor


@dataclass
class Means:
    """sums and counts by a term's key, in double precision; waiting: steps whose terms are still where they were made,
    their keys and their values in one tensor."""

    sums: dict[str, float] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    waiting: list[tuple[int, tuple[str, ...], Tensor]] = field(default_factory=list)

    def add(self, step: int, terms: dict[str, Tensor]) -> None:
        """Adds a step's terms, each a scalar, and reads none."""
        if terms:
            self.waiting.append((step, tuple(terms), torch.stack([term.detach() for term in terms.values()])))

    def read(self) -> tuple[int, str] | None:
        """Sums what waits, step by step; the step and the key of the first that is no number, with which it ends."""
        waiting, self.waiting = self.waiting, []
        if not waiting:
            return None
        numbers = iter(torch.cat([values for _, _, values in waiting]).tolist())
        for step, keys, _ in waiting:
            for key, value in zip(keys, islice(numbers, len(keys)), strict=True):
                if not math.isfinite(value):
                    return step, key
                self.sums[key] = self.sums.get(key, 0.0) + value
                self.counts[key] = self.counts.get(key, 0) + 1
        return None

    def values(self) -> dict[str, float]:
        """The mean of each term."""
        return {key: total / self.counts[key] for key, total in self.sums.items()}
