"""What every family is measured on, while it trains and after: test examples in one fixed order, noise from one seed.

A curve's points are measured on a few hundred examples spread over the whole test set, a run's last point and
`evaluate` on all of it: test files begin with their easier part (the first 256 digits of MNIST cost a VAE 3 nats less
than the rest).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from genlab.data import ImageData
from genlab.data.points import PointData
from genlab.models import Labelled, Model

# A point of a curve, and what is computed at once. Multiples of eight: a critic that sees groups meets whole ones.
SPREAD = 512
BLOCK = 512
# Points have no test file; this many are drawn for one.
DRAWN_POINTS = 10_000
ORDER_SEED, THRESHOLD_SEED, POINTS_SEED = range(3)


def spread(count: int, of: int) -> Tensor:
    """`count` places spread evenly over `of`, in a fixed order at random, int64 [count]; all of them where there are
    no more. At random, for files may be sorted, and a critic that sees groups must meet mixed ones."""
    places = torch.linspace(0, of - 1, min(count, of), dtype=torch.float64).round().long()
    return places[torch.randperm(len(places), generator=torch.Generator().manual_seed(ORDER_SEED))]


def held_out_examples(data: ImageData | PointData, count: int | None = None, binarised: bool = False) -> Tensor:
    """Held-out examples, float32 [count, *shape]: so many spread over the test set, or by default all of it.

    binarised: each pixel black or white, drawn once and for all with its grey as probability, so that every model is
    measured on the same pictures. Points: of 10,000 draws, always the same.
    """
    if isinstance(data, PointData):
        drawn = data.held_out(DRAWN_POINTS, torch.Generator().manual_seed(POINTS_SEED))
        return drawn[spread(count or DRAWN_POINTS, DRAWN_POINTS)]
    chosen = spread(count or len(data.test_images), len(data.test_images))
    pixels = black_or_white(data) if binarised else torch.from_numpy(data.test_images)
    return pixels[chosen].unsqueeze(1).float().div_(255)


def held_out_labels(data: ImageData | PointData, count: int | None = None) -> Tensor:
    """The classes of `held_out_examples`, int64 [n]. Raises ValueError for points without modes."""
    if isinstance(data, PointData):
        return data.labels(held_out_examples(data, count))
    chosen = spread(count or len(data.test_images), len(data.test_images))
    return torch.from_numpy(np.array(data.test_labels))[chosen].long()


@lru_cache(maxsize=32)
def curve_examples(data: ImageData | PointData, binarised: bool) -> Tensor:
    """What the points of a run's curves are measured on: 512 held-out examples, kept for all runs on that data."""
    return held_out_examples(data, SPREAD, binarised)


@lru_cache(maxsize=4)
def black_or_white(data: ImageData) -> Tensor:
    """The one binarisation of a test set, uint8 [n, 28, 28] of 0 and 255."""
    thresholds = np.random.default_rng(THRESHOLD_SEED).random(data.test_images.shape, dtype=np.float32)
    return torch.from_numpy((255 * thresholds < data.test_images).astype(np.uint8) * 255)


def mean_terms(model: Model, examples: Tensor, seed: int = 0) -> dict[str, float]:
    """The model's terms on held-out examples [n, *shape], means over all of them; the same for the same seed."""
    return means(model.held_out_terms, model.device, seed, examples)


def mean_labelled_terms(model: Labelled, examples: Tensor, labels: Tensor, seed: int = 0) -> dict[str, float]:
    """`mean_terms` of a model that is told the classes [n] of the examples."""
    return means(model.labelled_terms, model.device, seed, examples, labels)


@torch.no_grad()
def means(
    terms: Callable[..., dict[str, Tensor]], device: torch.device, seed: int, examples: Tensor, *more: Tensor
) -> dict[str, float]:
    """The mean of each term over the examples, block by block; more: what stands beside each of them."""
    rng = torch.Generator().manual_seed(seed)
    sums: dict[str, float] = {}
    for parts in zip(*(whole.split(BLOCK) for whole in (examples, *more)), strict=True):
        for key, mean in terms(*(part.to(device) for part in parts), rng).items():
            sums[key] = sums.get(key, 0.0) + float(mean) * len(parts[0])
    return {key: total / len(examples) for key, total in sums.items()}
