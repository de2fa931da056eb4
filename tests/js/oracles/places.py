"""What is known at a place of the stage: the exact densities of every point data set, D's field between its points."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from js.oracles.calls import call
from scipy.interpolate import RegularGridInterpolator

from genlab.data.drawn import drawn_name
from genlab.data.points import POINTS, make_points
from genlab.models.points import CELLS, VIEW

MODULE = "maths/places"


def cases() -> dict[str, Any]:
    """Calls; and samples of two modes with the density that they are from."""
    return {"calls": [*densities(), *fields()], "sampled": sampled()}


def densities() -> list[Any]:
    """p_data of every listed data set and of a drawing, at samples of it and anywhere."""
    drawing = drawn_name(np.random.default_rng(2).uniform(-1.1, 1.1, (30, 2)))
    found = []
    for name in [*POINTS, drawing]:
        data, generator = make_points(name), torch.Generator().manual_seed(3)
        anywhere = torch.rand(6, data.dimensions, generator=generator) * 2 * VIEW - VIEW
        places = torch.cat([data.sample(6, generator), anywhere]).double()
        exact = data.log_density(places).exp().tolist()
        found += [
            call(MODULE, "exactDensity", [data.closed_form, place], value, absolute=1e-12, relative=1e-9)
            for place, value in zip(places.tolist(), exact, strict=True)
        ]
    return found


def fields() -> list[Any]:
    """D's field, which the browser has in bytes, between its points: linear in each direction."""
    drawn = np.random.default_rng(4)
    field = drawn.integers(0, 256, (CELLS, CELLS))
    line = np.linspace(-VIEW, VIEW, CELLS)
    between = RegularGridInterpolator((line, line), field / 255)
    places = [*drawn.uniform(-VIEW, VIEW, (12, 2)).tolist(), [-VIEW, VIEW], [VIEW, VIEW]]
    given = field.ravel().astype(np.float32)
    return [call(MODULE, "fieldAt", [given, place], float(between(place[::-1])[0]), absolute=1e-9) for place in places]


def sampled() -> dict[str, Any]:
    """256 samples, as the stage has, and the exact density at places where there are enough of them to tell it."""
    data = make_points("two_gaussians")
    samples = data.sample(256, torch.Generator().manual_seed(5))
    places = torch.tensor([[-0.6, 0.0], [0.6, 0.0], [0.5, 0.05], [-0.65, -0.1]], dtype=torch.float64)
    return {
        "samples": samples.flatten().tolist(),
        "places": places.tolist(),
        "densities": data.log_density(places).exp().tolist(),
    }
