"""The models and digits that ship with the app, for experiments in a worker process."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from genlab.data.mnist5k import load_mnist5k
from genlab.models import Model
from genlab.place import PRETRAINED
from genlab.runs.bundle import read_bundle
from genlab.runs.bundle.weights import load_model

RECORDED = PRETRAINED / "recorded"


@lru_cache(maxsize=4)
def shipped_model(name: str) -> Model:
    """The model of pretrained/NAME, in eval mode."""
    return load_model(read_bundle(PRETRAINED / name)).requires_grad_(False)


def shipped_digits(count: int, rng: torch.Generator) -> Tensor:
    """Digits drawn at random from the 5,000 that ship with the app, [count, 1, 28, 28] in [0, 1]."""
    data = load_mnist5k()
    pixels = torch.from_numpy(np.concatenate((data.train_images, data.test_images)))
    return pixels[torch.randperm(len(pixels), generator=rng)[:count]].unsqueeze(1).float().div(255)
