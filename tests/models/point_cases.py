"""Models of points, small, and their examples."""

from __future__ import annotations

import math

import torch

from genlab.data import load
from genlab.data.points import PointData

LOG_2 = math.log(2)


def points(name: str) -> PointData:
    data = load(name)
    assert isinstance(data, PointData)
    return data


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)
