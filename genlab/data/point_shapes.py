"""The densities that the point data sets are made of: Gaussian mixture, blurred segment, boxes."""

import math
from dataclasses import dataclass
from itertools import combinations
from typing import Any, final

import torch
from torch import Tensor

from genlab.data.point_base import BOUND, QUALITY_RADIUS, PointData

Point2 = tuple[float, float]


def _log_normal(squared_distance: Tensor, std: float, dimensions: int) -> Tensor:
    """log N(x; c, std^2 I) from |x - c|^2."""
    return -squared_distance / (2 * std**2) - dimensions * math.log(std * math.sqrt(2 * math.pi))


@final
@dataclass(frozen=True, eq=False)
class GaussianMixture(PointData):
    """p(x) = sum_k w_k N(x; c_k, std^2 I): equal round Gaussians about `centres` [m, dimensions].

    `weights` [m] are scaled to sum 1, equal by default. `modes_apart` says that the centres are separate
    modes, not beads of one curve; `bound` is that of every dimension. Raises ValueError for a std or
    weights that are not positive, or shapes that do not fit.
    """

    centres: Tensor
    std: float
    weights: Tensor | None = None
    modes_apart: bool = True
    bound: float = BOUND

    def __post_init__(self) -> None:
        if self.centres.ndim != 2 or self.centres.shape[1] not in (1, 2):
            raise ValueError(f"centres: got shape {list(self.centres.shape)}, allowed: [m, 1] or [m, 2]")
        if not 0 < self.std < math.inf:
            raise ValueError(f"std: got {self.std}, allowed: above 0")
        if self._weights.shape != self.centres.shape[:1] or not bool((self._weights > 0).all()):
            raise ValueError(f"weights: got {self.weights}, allowed: one above 0 for each centre")

    @property
    def _weights(self) -> Tensor:
        weights = torch.ones(len(self.centres)) if self.weights is None else self.weights
        return weights.to(torch.float64) / weights.to(torch.float64).sum()

    @property
    def bounds(self) -> tuple[Point2, ...]:
        return ((-self.bound, self.bound),) * self.centres.shape[1]

    @property
    def modes(self) -> Tensor | None:
        return self.centres.to(torch.float64) if self.modes_apart else None

    @property
    def mode_std(self) -> float | None:
        return self.std if self.modes_apart else None

    @property
    def closed_form(self) -> dict[str, Any]:
        centres, weights = self.centres.to(torch.float64).tolist(), self._weights.tolist()
        return {"shape": "mixture", "centres": centres, "std": self.std, "weights": weights}

    @property
    def quality_ceiling(self) -> float | None:
        """P(|eps| <= 3) for eps ~ N(0, I): the chi-squared distribution at 9, 1 - exp(-4.5) in 2-D."""
        if not self.modes_apart:
            return None
        half = torch.tensor([self.dimensions / 2, QUALITY_RADIUS**2 / 2], dtype=torch.float64)
        return float(torch.special.gammainc(half[0], half[1]))

    def _squared_distances(self, points: Tensor) -> Tensor:
        # A dimension at a time and in place: several times as fast as a sum over a last dimension of one or two.
        per_dimension = zip(points.unbind(dim=1), self.centres.to(points).unbind(dim=1), strict=True)
        first, *others = ((x[:, None] - c).square_() for x, c in per_dimension)
        for other in others:
            first.add_(other)
        return first

    def _log_density(self, points: Tensor) -> Tensor:
        # logsumexp, without its copies and without exponentials that underflow, which take most of its time. Beside the
        # largest, e^0, those below e^-100 are nothing.
        exponents = self._squared_distances(points).mul_(-0.5 / self.std**2).add_(self._weights.log().to(points))
        largest = exponents.detach().amax(dim=1, keepdim=True)  # it cancels, so that it needs no gradient
        total = exponents.sub_(largest).clamp_(min=-100).exp_().sum(dim=1)
        at_centre = self.dimensions * math.log(self.std * math.sqrt(2 * math.pi))
        return total.log() + largest.squeeze(1) - at_centre

    def _sample(self, n: int, generator: torch.Generator) -> Tensor:
        ends = self._weights.cumsum(0)
        chosen = torch.searchsorted(ends, torch.rand(n, generator=generator, dtype=torch.float64), right=True)
        centres = self.centres.to(torch.float32)[chosen.clamp(max=len(ends) - 1)]
        return centres + self.std * torch.randn(n, self.dimensions, generator=generator)

    def _mode_of(self, points: Tensor) -> Tensor:
        squared, nearest = self._squared_distances(points).min(dim=1)
        return torch.where(squared <= (QUALITY_RADIUS * self.std) ** 2, nearest, -1)


@final
@dataclass(frozen=True, eq=False)
class BlurredSegment(PointData):
    """Uniform on the 2-D segment from `start` to `end`, plus Gaussian noise of standard deviation `std`.

    With s the place along the segment from its middle, v the place across, h half its length and Phi the
    normal distribution function: p(x) = [Phi((s + h) / std) - Phi((s - h) / std)] / (2 h) * N(v; 0, std^2).
    Raises ValueError for a segment without a length or a std that is not positive.
    """

    start: Point2
    end: Point2
    std: float

    def __post_init__(self) -> None:
        if not 0 < math.dist(self.start, self.end) < math.inf:
            raise ValueError(f"start, end: got {self.start}, {self.end}, allowed: two different points")
        if not 0 < self.std < math.inf:
            raise ValueError(f"std: got {self.std}, allowed: above 0")

    @property
    def bounds(self) -> tuple[Point2, ...]:
        return ((-BOUND, BOUND),) * 2

    @property
    def closed_form(self) -> dict[str, Any]:
        return {"shape": "segment", "start": list(self.start), "end": list(self.end), "std": self.std}

    def _log_density(self, points: Tensor) -> Tensor:
        start, end = points.new_tensor(self.start), points.new_tensor(self.end)
        half = (end - start).norm() / 2
        along = (end - start) / (2 * half)
        centred = points - (start + end) / 2
        # p is even in s; |s| keeps both terms in the lower tail, where their logarithms are exact.
        s = (centred @ along).abs()
        v = centred[:, 0] * along[1] - centred[:, 1] * along[0]
        upper = torch.special.log_ndtr((half - s) / self.std)
        lower = torch.special.log_ndtr((-half - s) / self.std)
        log_difference = upper + torch.log(-torch.expm1(lower - upper))
        return log_difference - torch.log(2 * half) + _log_normal(v.square(), self.std, 1)

    def _sample(self, n: int, generator: torch.Generator) -> Tensor:
        start, end = torch.tensor(self.start), torch.tensor(self.end)
        on_segment = start + (end - start) * torch.rand(n, 1, generator=generator)
        return on_segment + self.std * torch.randn(n, 2, generator=generator)

    def _mode_of(self, points: Tensor) -> Tensor:
        return torch.full((len(points),), -1)


@final
@dataclass(frozen=True, eq=False)
class Boxes(PointData):
    """Uniform on boxes (low corner, high corner) that do not meet: p = 1 / (total area), 0 elsewhere.

    Each box is a mode, captured by a point inside it; every point inside a box is of high quality. Raises ValueError
    for no box, one without an area, or two that overlap; they may touch.
    """

    boxes: tuple[tuple[Point2, Point2], ...]

    def __post_init__(self) -> None:
        if not self.boxes:
            raise ValueError("boxes: got none, allowed: one or more")
        for low, high in self.boxes:
            if not all(0 < above - below < math.inf for below, above in zip(low, high, strict=True)):
                raise ValueError(f"boxes: got {(low, high)}, allowed: a low corner below a high corner")
        for first, second in combinations(self.boxes, 2):
            if all(max(first[0][axis], second[0][axis]) < min(first[1][axis], second[1][axis]) for axis in (0, 1)):
                raise ValueError(f"boxes: got {first} and {second}, allowed: boxes that do not overlap")

    @property
    def bounds(self) -> tuple[Point2, ...]:
        return ((-BOUND, BOUND),) * 2

    @property
    def modes(self) -> Tensor:
        return torch.tensor(self.boxes, dtype=torch.float64).mean(dim=1)

    @property
    def quality_ceiling(self) -> float:
        return 1.0

    @property
    def closed_form(self) -> dict[str, Any]:
        return {"shape": "boxes", "boxes": [[list(low), list(high)] for low, high in self.boxes]}

    @property
    def _areas(self) -> Tensor:
        corners = torch.tensor(self.boxes, dtype=torch.float64)
        return (corners[:, 1] - corners[:, 0]).prod(dim=1)

    def _log_density(self, points: Tensor) -> Tensor:
        inside = self._mode_of(points) >= 0
        return torch.where(inside, -self._areas.sum().log().to(points.device), -torch.inf)

    def _sample(self, n: int, generator: torch.Generator) -> Tensor:
        corners = torch.tensor(self.boxes)
        ends = (self._areas / self._areas.sum()).cumsum(0)
        chosen = torch.searchsorted(ends, torch.rand(n, generator=generator, dtype=torch.float64), right=True)
        low, high = corners[chosen.clamp(max=len(ends) - 1)].unbind(dim=1)
        return low + (high - low) * torch.rand(n, 2, generator=generator)

    def _mode_of(self, points: Tensor) -> Tensor:
        corners = points.new_tensor(self.boxes)
        inside = ((points[:, None] >= corners[:, 0]) & (points[:, None] <= corners[:, 1])).all(dim=2)
        return torch.where(inside.any(dim=1), inside.int().argmax(dim=1), -1)
