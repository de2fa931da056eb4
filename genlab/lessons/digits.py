"""The embedded digits, as the experiments of the course use them: halves, the ruler's reading, their components."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import torch
from torch import Tensor

from genlab.data import DEFAULT, ImageData, load
from genlab.principal import Principal, principal_axes
from genlab.quality import images
from genlab.ruler import ruler
from genlab.subspaces import rebuilt

SIDE = 28


class Digits(NamedTuple):
    """train [n, 1, 28, 28] and test [m, 1, 28, 28] in [0, 1]; labels [m] of test."""

    train: Tensor
    test: Tensor
    labels: Tensor


@lru_cache(maxsize=1)
def digits() -> Digits:
    """The digits that come with the installation."""
    data = load(DEFAULT)
    assert isinstance(data, ImageData)
    labels = torch.from_numpy(data.test_labels.astype("int64"))
    return Digits(images(data.train_images), images(data.test_images), labels)


@lru_cache(maxsize=1)
def components() -> Principal:
    """The principal components of the training digits' pixels."""
    return principal_axes(digits().train.flatten(1))


def pca_rebuilt(pictures: Tensor, count: int) -> Tensor:
    """Pictures [n, 1, 28, 28] from so many principal components of the training digits; pixels may leave [0, 1]."""
    return rebuilt(pictures.flatten(1), components(), count).float().reshape(-1, 1, SIDE, SIDE)


def error(pictures: Tensor, others: Tensor) -> float:
    """The mean squared error a pixel."""
    return float((pictures - others).square().mean())


def read_as(pictures: Tensor, labels: Tensor) -> float:
    """The share of pictures [n, 1, 28, 28] that the ruler reads as their labels [n], as they are seen: in [0, 1]."""
    return float((ruler().measure(pictures.clamp(0, 1))[1] == labels).float().mean())


def one_of_each(seed: int) -> Tensor:
    """The places of ten test digits, 0 to 9, drawn by the seed."""
    generator = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(digits().labels), generator=generator)
    return torch.stack([order[digits().labels[order] == label][0] for label in range(10)])
