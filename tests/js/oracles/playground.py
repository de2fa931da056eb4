"""Quantiles, lattices, cells, names of drawings: torch's and the server's."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from js.oracles.calls import call

from genlab.data.drawn import drawn_name, drawn_points
from genlab.models.points import NOTHING_SAID, lattice

MODULE = "maths/playground"


def cases() -> dict[str, Any]:
    """Calls, and what D* says where it says nothing."""
    return {"calls": [*quantiles(), *lattices(), *cells(), *drawings()], "nothingSaid": NOTHING_SAID}


def quantiles() -> list[Any]:
    levels = [1e-6, 0.001, 0.02, 0.024, 0.025, 0.3, 0.5, 0.7, 0.975, 0.98, 0.999, 1 - 1e-6]
    wanted = torch.special.ndtri(torch.tensor(levels, dtype=torch.float64)).tolist()
    return [
        call(MODULE, "normalQuantile", [level], z, absolute=1e-9, relative=2e-9)
        for level, z in zip(levels, wanted, strict=True)
    ]


def lattices() -> list[Any]:
    found = []
    for latents, count in ((2, 441), (1, 101)):
        normal = lattice(latents)
        assert normal is not None
        for noise, wanted in (("normal", normal), ("uniform", torch.erf(normal / 2**0.5))):
            gives = wanted.flatten().tolist()
            found.append(call(MODULE, "latticeNoise", [count, noise], gives, absolute=1e-5, relative=1e-5))
    return found


def cells() -> list[Any]:
    """A sheared lattice: each cell has the density of its area."""
    side, shear = 5, np.array([[0.3, 0.1], [0.05, 0.2]])
    ticks = np.arange(side)
    places = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2) @ shear.T
    density = 1 / (side - 1) ** 2 / abs(float(np.linalg.det(shear)))
    return [call(MODULE, "cellDensities", [places, side], [density] * (side - 1) ** 2, relative=1e-5)]


def drawings() -> list[Any]:
    points = np.random.default_rng(1).uniform(-1.4, 1.4, (200, 2))
    name = drawn_name(points)
    places = np.asarray(drawn_points(name)).tolist()
    return [
        call(MODULE, "drawnName", [points.tolist()], name),
        call(MODULE, "drawnPoints", [name], places, absolute=1e-12),
    ]
