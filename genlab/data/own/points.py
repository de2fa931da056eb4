"""Somebody's own points: only samples of them are known, so nothing is said that takes their density."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, final

import torch
from torch import Tensor

from genlab.data.own.names import read_name
from genlab.data.own.shelf import arrays
from genlab.data.point_base import BOUND, PointData


@final
@dataclass(frozen=True, eq=False)
class OwnPoints(PointData):
    """Rows of somebody's table, each coordinate scaled to [-1, 1]: drawn with replacement, as from p_data.

    The rows are read when first asked for: what a run on them recorded can be shown without them. Then raises
    DataUnavailable or DataDamaged where they are not here.
    """

    exact: ClassVar[bool] = False

    @cached_property
    def rows(self) -> dict[str, Tensor]:
        """ "train" and "test", float32 [n, dimensions]."""
        found = arrays(self.name)
        return {part: torch.from_numpy(found[part]) for part in ("train", "test")}

    @property
    def bounds(self) -> tuple[tuple[float, float], ...]:
        return ((-BOUND, BOUND),) * read_name(self.name).shape[0]

    def held_out(self, n: int, generator: torch.Generator) -> Tensor:
        """n points [n, dimensions] drawn from the rows that are held out."""
        return drawn(self.rows["test"], n, generator)

    def _sample(self, n: int, generator: torch.Generator) -> Tensor:
        return drawn(self.rows["train"], n, generator)

    def _log_density(self, points: Tensor) -> Tensor:
        raise ValueError(f"density: got {self.name}, somebody's own points; allowed: data sets whose density is known")

    def _mode_of(self, points: Tensor) -> Tensor:
        return torch.full((len(points),), -1)


def drawn(rows: Tensor, n: int, generator: torch.Generator) -> Tensor:
    """n of the rows, each time any of them."""
    return rows[torch.randint(len(rows), (n,), generator=generator)]
