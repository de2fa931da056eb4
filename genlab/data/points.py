"""Point data sets by name, 1-D and 2-D, each with a density that is known exactly; somebody's own without one."""

import math
from collections.abc import Callable
from functools import lru_cache

import torch
from torch import Tensor

from genlab.data.drawn import PREFIX, REACH, STD, drawn_points
from genlab.data.own.names import PREFIX as OWN
from genlab.data.own.names import read_name
from genlab.data.own.points import OwnPoints
from genlab.data.point_base import ModeCoverage, PointData
from genlab.data.point_shapes import BlurredSegment, Boxes, GaussianMixture

__all__ = ["POINTS", "BlurredSegment", "Boxes", "GaussianMixture", "ModeCoverage", "PointData", "make_points"]


# Also so that what is prepared for one of them once serves whoever asks for it next.
@lru_cache(maxsize=64)
def make_points(name: str) -> PointData:
    """The point data set `name`, one of POINTS, a drawing's or somebody's own; raises ValueError for another name."""
    if name.startswith(OWN) and read_name(name).kind == "points":
        return OwnPoints(name)
    if name.startswith(PREFIX):
        return drawing(name)
    if name not in POINTS:
        raise ValueError(f"point data set: got {name!r}, allowed: {', '.join(POINTS)}")
    return POINTS[name]()


def drawing(name: str) -> PointData:
    """The mixture that a drawing's name describes: equal round clouds at its points; one drawn twice counts twice."""
    centres = torch.tensor(drawn_points(name), dtype=torch.float64)
    return GaussianMixture(name, centres, STD, modes_apart=False, bound=REACH + 5 * STD)


def ring(count: int = 8, radius: float = 1.0) -> Tensor:
    """Centres [count, 2] evenly spaced on a circle, the first at angle 0."""
    angles = torch.arange(count, dtype=torch.float64) * (2 * math.pi / count)
    return radius * torch.stack([angles.cos(), angles.sin()], dim=1)


def grid(side: int = 5, spacing: float = 0.5) -> Tensor:
    """Centres [side * side, 2] of a square grid about the origin."""
    ticks = (torch.arange(side, dtype=torch.float64) - (side - 1) / 2) * spacing
    return torch.cartesian_prod(ticks, ticks)


def archimedean_spiral(count: int = 150, turns: float = 1.75, inner: float = 0.2) -> Tensor:
    """Centres [count, 2], evenly spaced by arc length.

    The curve: radius = inner + (1 - inner) t, angle = 2 pi turns t, t in [0, 1].
    """
    t = torch.linspace(0, 1, 20_001, dtype=torch.float64)
    radius, angle = inner + (1 - inner) * t, 2 * math.pi * turns * t
    curve = torch.stack([radius * angle.cos(), radius * angle.sin()], dim=1)
    lengths = torch.cat([torch.zeros(1), curve.diff(dim=0).norm(dim=1).cumsum(0)])
    wanted = torch.linspace(0, float(lengths[-1]), count, dtype=torch.float64)
    return curve[torch.searchsorted(lengths, wanted).clamp(max=len(curve) - 1)]


def _column(*centres: float) -> Tensor:
    return torch.tensor(centres, dtype=torch.float64)[:, None]


POINTS: dict[str, Callable[[], PointData]] = {
    "one_gaussian_1d": lambda: GaussianMixture("one_gaussian_1d", _column(0.0), 0.25),
    "two_gaussians_1d": lambda: GaussianMixture("two_gaussians_1d", _column(-0.6, 0.6), 0.12),
    "three_gaussians_1d": lambda: GaussianMixture(
        "three_gaussians_1d", _column(-0.75, 0.0, 0.75), 0.08, torch.tensor([0.2, 0.5, 0.3])
    ),
    "two_gaussians": lambda: GaussianMixture(
        "two_gaussians", torch.tensor([[-0.6, 0.0], [0.6, 0.0]], dtype=torch.float64), 0.12
    ),
    "ring8": lambda: GaussianMixture("ring8", ring(), 0.05),
    # PacGAN (Lin et al. 2018, section 4.1): spacing 2 and standard deviation 0.05, here a quarter of both.
    "grid25": lambda: GaussianMixture("grid25", grid(), 0.0125),
    "line": lambda: BlurredSegment("line", (-0.8, -0.4), (0.8, 0.4), 0.05),
    # Edges that float32 holds exactly, so that no sample is rounded out of its box.
    "disjoint": lambda: Boxes(
        "disjoint", (((-1.0, -0.5), (-0.5, 0.5)), ((0.5, -0.5), (1.0, 0.5)))
    ),
    "spiral": lambda: GaussianMixture("spiral", archimedean_spiral(), 0.03, modes_apart=False),
}  # fmt: skip
