"""PCA with as many numbers as a run's bottleneck, on the run's own data: what an autoencoder is compared with."""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from genlab.data import DataDamaged, DataUnavailable, ImageData, available, describe, load
from genlab.devices import as_array
from genlab.models import family_named
from genlab.principal import Principal, principal_axes
from genlab.runs.arrays import Arrays
from genlab.runs.store.record import Run
from genlab.subspaces import errors, rebuilt

ERROR = "mse"
# Some seconds on 60,000 images: never twice at once.
_making = threading.Lock()


class Components(NamedTuple):
    """The principal components of a data set's training images, and the error a pixel of 0, 1, ... of them on its test
    images: float64 [pixels + 1]."""

    principal: Principal
    errors: Tensor


def comparable(run: Run) -> bool:
    """Whether a run of images reports the error that PCA makes least."""
    family = family_named(run.family)
    reported = family.terms_on(family.config.parse(run.config), run.data)
    return describe(run.data).kind == "images" and any(term.key == ERROR for term in reported)


def components_of(name: str) -> Components | None:
    """Those of a data set of images; None for points and where the data set is not on this machine."""
    if describe(name).kind != "images" or not available(name):
        return None
    try:
        with _making:
            return _components(name)
    except (DataUnavailable, DataDamaged):
        return None


@lru_cache(maxsize=4)
def _components(name: str) -> Components:
    data = load(name)
    assert isinstance(data, ImageData)
    principal = principal_axes(in_rows(data.train_images))
    return Components(principal, errors(in_rows(data.test_images), principal))


def in_rows(pictures: np.ndarray) -> Tensor:
    """Pictures uint8 [n, 28, 28] as rows of grey in [0, 1], float32 [n, 784]."""
    return torch.from_numpy(np.array(pictures)).flatten(1).float().div_(255)


def beside(name: str, latents: int, pictures: np.ndarray) -> Arrays | None:
    """What PCA makes of held-out pictures uint8 [n, 28, 28] of a data set with so many numbers.

    "reconstructions" uint8 [n, 28, 28]; "errors" float32 [pixels + 1], a pixel, of 0, 1, ... numbers on
    the test images; "error" float32 [1], of `latents`. None where the data is not here.
    """
    found = components_of(name)
    if found is None:
        return None
    made = rebuilt(in_rows(pictures), found.principal, latents)
    least = as_array(found.errors.float())
    return {
        "reconstructions": as_array(made.clamp(0, 1).mul(255).round().byte().reshape(pictures.shape)),
        "errors": least,
        "error": least[latents : latents + 1],
    }
