"""How samples of handwritten digits look to the ruler, beside real ones: of a finished model and of one that learns."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeGuard

import numpy as np
import torch
from torch import Tensor

from genlab.data import ImageData
from genlab.data.points import PointData
from genlab.held_out import spread
from genlab.models.finite import finite
from genlab.models.quality import DRAWN, ruled
from genlab.nearness import Neighbourhoods, kernel_distance
from genlab.other_ruler import other_ruler
from genlab.ruler import frechet_distance, moments, ruler

Moments = tuple[Tensor, Tensor]


def images(pixels: object) -> Tensor:
    """uint8 [n, 28, 28] as float32 [n, 1, 28, 28] in [0, 1]."""
    return torch.as_tensor(pixels).unsqueeze(1).float().div(255)


def has_ruler(data: ImageData | PointData) -> TypeGuard[ImageData]:
    """Whether samples of it can be measured by the ruler: handwritten digits."""
    return isinstance(data, ImageData) and ruled(data.name)


def looks(drawn: Tensor, data: ImageData) -> dict[str, float]:
    """How images [n, 1, 28, 28] look to the ruler, beside a data set's test part."""
    features, classes = ruler().measure(drawn.clamp(0, 1))
    shares = torch.bincount(classes, minlength=10) / len(classes)
    return (
        near(features, data)
        | by_the_other(drawn, data)
        | {
            "smallest_class_share": float(shares.min()),
            "largest_class_share": float(shares.max()),
        }
    )


def by_the_other(drawn: Tensor, data: ImageData) -> dict[str, float]:
    """The Frechet distance in the other ruler's features: whoever is better by one ruler should be so by both."""
    features = other_ruler().measure(drawn.clamp(0, 1))
    return {"frechet_2": frechet_distance(moments(features), moments_by_the_other(data))}


@lru_cache(maxsize=4)
def moments_by_the_other(data: ImageData) -> Moments:
    """The moments of the other ruler's features of a data set's test images."""
    return moments(other_ruler().measure(images(data.test_images)))


def near(features: Tensor, data: ImageData) -> dict[str, float]:
    """How near features of images lie to those of a data set's test images."""
    real, balls = real_features(data)
    kid = kernel_distance(real, features)
    return {
        "frechet": frechet_distance(moments(features), moments(real)),
        "kid": kid.value,
        "kid_error": kid.error,
    } | balls.nearness(features.float())._asdict()


@lru_cache(maxsize=4)
def real_features(data: ImageData) -> tuple[Tensor, Neighbourhoods]:
    """The ruler's features of a data set's test images, and their neighbourhoods: the same for all that is measured."""
    real, _ = ruler().measure(images(data.test_images))
    return real, Neighbourhoods(real.float())


@lru_cache(maxsize=8)
def floors(data: ImageData, count: int) -> dict[str, float]:
    """What so many training images come to, where samples stand else: nobody is asked for better."""
    real = training_images(data, count)
    found = near(ruler().measure(real)[0], data) | by_the_other(real, data)
    return {f"{name}_floor": found[name] for name in ("frechet", "frechet_2", "coverage")}


def training_images(data: ImageData, count: int) -> Tensor:
    """So many of a data set's training images, or all, always the same: [count, 1, 28, 28]."""
    return images(data.train_images[training_places(data, count)])


def training_places(data: ImageData, count: int) -> np.ndarray:
    """Where these are, in an order at random, for files may be sorted."""
    return torch.randperm(len(data.train_images), generator=torch.Generator().manual_seed(0))[:count].numpy()


def glance(drawn: Tensor, data: ImageData) -> dict[str, float]:
    """How 500 samples [n, 1, 28, 28] of a moment look beside 500 of a data set's test images: "frechet" and "coverage",
    and what as many training images come to in their place. Of a few, for a moment is one of many: a distance between
    so few lies higher than one between thousands, for the floor does. Raises FloatingPointError for samples that are
    not finite."""
    moments_of_real, balls = few_real(data)
    features, _ = ruler().measure(finite(drawn, "a sample").clamp(0, 1))
    frechet = frechet_distance(moments(features), moments_of_real)  # [frechet]
    coverage = balls.nearness(features.float()).coverage  # [coverage]
    return {"frechet": frechet, "coverage": coverage} | few_floors(data)  # [frechet_floor coverage_floor]


@lru_cache(maxsize=4)
def few_real(data: ImageData) -> tuple[Moments, Neighbourhoods]:
    """Of 500 test images, spread over the file: the moments of their features, and their neighbourhoods."""
    chosen = spread(DRAWN, len(data.test_images))
    features, _ = ruler().measure(images(data.test_images[chosen.numpy()]))
    return moments(features), Neighbourhoods(features.float())


@lru_cache(maxsize=4)
def few_floors(data: ImageData) -> dict[str, float]:
    """What 500 training images come to among 500 test images."""
    moments_of_real, balls = few_real(data)
    features, _ = ruler().measure(training_images(data, DRAWN))
    return {
        "frechet_floor": frechet_distance(moments(features), moments_of_real),
        "coverage_floor": balls.nearness(features.float()).coverage,
    }
