"""The playground's stage: the component that draws a run on points, and what it needs to know of the data."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from genlab.data import available, describe
from genlab.live.components import browser_component

SHOWN = 256
# Places along the stage at which a density on a line is drawn.
ALONG = 241
# Draws of one's own points whose density is drawn, smoothed, and the least width of a kernel in the window.
SMOOTHED, LEAST_WIDTH = 2000, 0.01

if TYPE_CHECKING:
    from torch import Tensor

    from genlab.data.points import PointData

_mount = browser_component(
    "playground", "formula", "symbols", "status", "shown/shown", "code", "symptoms/symptoms", "curves/curves", "note"
)
_draw = browser_component("sketch")


def target(name: str) -> dict[str, Any]:
    """What the stage draws of a point data set before anything is trained, see `known_target`; of somebody's own points
    that are not on this machine nothing."""
    if available(name):
        return known_target(name)
    absent = {"examples": [], "exact": False, "density": None, "form": None, "modes": 0, "ceiling": None}
    return absent | {"dimensions": describe(name).shape[0]}


@lru_cache(maxsize=64)
def known_target(name: str) -> dict[str, Any]:
    """What the stage draws of a point data set before anything is trained: 256 points as [x, y, x, y, ...] or on a line
    [x, x, ...], there also its density along the stage (of one's own points smoothed), `exact`: whether the density is
    known, `form`: what it is computed from, how many modes it has (0 where counting them means nothing), and the
    high-quality share of a perfect sampler (or None)."""
    import torch

    from genlab.data.points import make_points
    from genlab.models.points import VIEW

    data = make_points(name)
    points = data.sample(SHOWN, torch.Generator().manual_seed(0))
    along = torch.linspace(-VIEW, VIEW, ALONG, dtype=torch.float64)[:, None]
    return {
        "dimensions": data.dimensions,
        "examples": [round(float(value), 4) for value in points.flatten()],
        "exact": data.exact,
        "density": density_along(data, along) if data.dimensions == 1 else None,
        "form": data.closed_form,
        "modes": 0 if data.modes is None else len(data.modes),
        "ceiling": data.quality_ceiling,
    }


def density_along(data: PointData, along: Tensor) -> list[float]:
    """p_data at places [n, 1] of a line; of one's own points a Gaussian kernel estimate, its width by Scott's rule."""
    import torch

    if data.exact:
        return data.log_density(along).exp().tolist()
    drawn = data.sample(SMOOTHED, torch.Generator().manual_seed(0)).double()
    width = max(float(drawn.std()) * len(drawn) ** -0.2, LEAST_WIDTH)
    kernels = torch.exp(-(((along - drawn.T) / width) ** 2) / 2) / (width * math.sqrt(2 * math.pi))
    return kernels.mean(dim=1).tolist()


def stage(data: dict[str, Any], key: str, asked: Callable[[], None], layers: Callable[[], None]) -> None:
    """Mounts the stage; `asked` is called when the person asks for something there, `layers` when layers change."""
    _mount(data, key, on_ask_change=asked, on_layers_change=layers, on_state_change=lambda: None)


def drawing(data: dict[str, Any], key: str, drawn: Callable[[], None]) -> None:
    """Mounts the small canvas on which one draws a data set; `drawn` is called when it is to be used."""
    _draw(data, key, on_drawn_change=drawn)
