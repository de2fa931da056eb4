"""What every point data set can do: sample, give its exact log density, count modes."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, NamedTuple

import torch
from torch import Tensor

# A high-quality point lies within so many standard deviations of a mode (PacGAN, Lin et al. 2018).
QUALITY_RADIUS = 3.0
# Every listed data set lies within [-BOUND, BOUND] in each dimension, but for less than 1e-5 of its mass.
BOUND = 1.25
# Points at a time in a density: what points x components take then stays in the processor's cache.
BLOCK = 1024


class ModeCoverage(NamedTuple):
    """`captured`: modes that have a high-quality point; `high_quality`: share of such points, 0 to 1."""

    captured: int
    high_quality: float


@dataclass(frozen=True, eq=False)
class PointData(ABC):
    """Points in 1 or 2 dimensions, about in [-1, 1], from a distribution whose density is known exactly.

    `exact`: False of somebody's own points, of which samples are all that is known. `modes` are the centres [m,
    dimensions] in float64 (None where modes mean nothing), `mode_std` their standard deviation (None where they are not
    Gaussian), `bounds` a (low, high) for each dimension to draw and integrate in.
    """

    exact: ClassVar[bool] = True
    name: str
    kind: Literal["points"] = field(default="points", init=False)

    @property
    def dimensions(self) -> int:
        """1 or 2."""
        return len(self.bounds)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of one example: (dimensions,)."""
        return (self.dimensions,)

    @property
    @abstractmethod
    def bounds(self) -> tuple[tuple[float, float], ...]:
        """(low, high) of each dimension: all but 1e-5 of the mass lies within."""

    @property
    def modes(self) -> Tensor | None:
        """Centres [m, dimensions], float64, or None where counting modes means nothing."""
        return None

    @property
    def closed_form(self) -> dict[str, Any] | None:
        """What its density is computed from outside of Python, by the name of its "shape" (maths/places.js); None where
        only Python knows it."""
        return None

    @property
    def mode_std(self) -> float | None:
        """The modes' standard deviation in each dimension, or None where they are not Gaussian."""
        return None

    @property
    def quality_ceiling(self) -> float | None:
        """The share of high-quality points that a perfect sampler has; None where there are no modes."""
        return None

    def log_density(self, points: Tensor) -> Tensor:
        """log p(x) of each point, in nats.

        points [n, dimensions], float32 or float64 -> [n] of the same type, computed in float64. Never NaN:
        -inf where the density is 0 or too small for the type, and where a coordinate is not a finite
        number. Raises ValueError for another shape or type.
        """
        self._check(points)
        precise = points.to(torch.float64)
        values = torch.cat([self._log_density(block) for block in precise.split(BLOCK)])
        finite = precise.isfinite().all(dim=1) & ~values.isnan()
        return torch.where(finite, values, -torch.inf).to(points.dtype)

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """n independent points [n, dimensions], float32, on the CPU; raises ValueError for a negative n."""
        if n < 0:
            raise ValueError(f"n: got {n}, allowed: 0 or more")
        return self._sample(n, generator)

    def held_out(self, n: int, generator: torch.Generator) -> Tensor:
        """n points that no training has met, as `sample`: of a density all draws are fresh."""
        return self.sample(n, generator)

    def modes_and_quality(self, samples: Tensor) -> ModeCoverage | None:
        """Modes captured by samples [n, dimensions], and their high-quality share; None without modes.

        PacGAN's rule: a sample is of high quality within 3 standard deviations of its nearest mode, and a
        mode is captured by one such sample. Points that are not numbers are of low quality. Raises
        ValueError for another shape or type, or for no samples.
        """
        shares = self.mode_shares(samples)
        return None if shares is None else ModeCoverage(int((shares > 0).sum()), float(shares.sum()))

    def mode_shares(self, samples: Tensor) -> Tensor | None:
        """The share of samples [n, dimensions] that are of high quality at each mode, [modes] float64; None without
        modes. The rule and the errors are those of `modes_and_quality`.
        """
        self._check(samples)
        if len(samples) == 0:
            raise ValueError("samples: got none, allowed: at least one")
        if self.modes is None:
            return None
        nearest = torch.cat([self._mode_of(block) for block in samples.to(torch.float64).split(BLOCK)])
        return torch.bincount(nearest[nearest >= 0], minlength=len(self.modes)).double() / len(samples)

    def labels(self, points: Tensor) -> Tensor:
        """The mode nearest to each point [n, dimensions], [n] int64. Raises ValueError without modes."""
        self._check(points)
        if self.modes is None:
            raise ValueError(f"labels: got {self.name}, which has no modes, allowed: data with modes")
        return torch.cdist(points.double(), self.modes.to(points.device)).argmin(dim=1)

    def grid(self, side: int) -> tuple[Tensor, float]:
        """Midpoints of a regular grid over `bounds`, [side ** dimensions, dimensions] float64, and its cell.

        The cell is a length or an area; the last dimension varies fastest. Raises ValueError for a side
        under 1.
        """
        if side < 1:
            raise ValueError(f"side: got {side}, allowed: 1 or more")
        steps = [(high - low) / side for low, high in self.bounds]
        ticks = [
            low + step * (torch.arange(side, dtype=torch.float64) + 0.5)
            for (low, _), step in zip(self.bounds, steps, strict=True)
        ]
        cell = float(torch.tensor(steps, dtype=torch.float64).prod())
        return torch.stack([axis.flatten() for axis in torch.meshgrid(*ticks, indexing="ij")], dim=1), cell

    @abstractmethod
    def _log_density(self, points: Tensor) -> Tensor:
        """log p of points [n, dimensions] in float64; may be NaN where the true value overflows to -inf."""

    @abstractmethod
    def _sample(self, n: int, generator: torch.Generator) -> Tensor: ...

    @abstractmethod
    def _mode_of(self, points: Tensor) -> Tensor:
        """The index of the mode that each point belongs to with high quality, [n] int64, or -1 for none."""

    def _check(self, points: Tensor) -> None:
        if points.ndim != 2 or points.shape[1] != self.dimensions:
            raise ValueError(f"points: got shape {list(points.shape)}, allowed: [n, {self.dimensions}]")
        if points.dtype not in (torch.float32, torch.float64):
            raise ValueError(f"points: got {points.dtype}, allowed: torch.float32, torch.float64")
