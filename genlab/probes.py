"""What a line can read of a code: how many held-out classes a linear classifier tells from z, beside PCA and pixels."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from genlab.data import ImageData
from genlab.models import Model, encoder
from genlab.models.finite import finite
from genlab.principal import principal_axes
from genlab.quality import images, training_places

# Labelled codes that it learns from: more are read a little better, all of them alike.
LEARNED = 4000
BLOCK = 500
# How strongly weights are held small, and the most steps that its fit may take: pixels need about a hundred.
INVERSE_PENALTY, MOST_STEPS = 0.1, 300


def has_classes(data: ImageData) -> bool:
    """Whether there are classes to be told: at least two among what the classifier learns from."""
    return len(np.unique(labels(data)[0])) > 1


@torch.no_grad()
def probes(model: Model, data: ImageData) -> dict[str, float]:
    """The share of held-out examples whose class a linear classifier tells: "probe" from the model's codes, "probe_pca"
    from as many numbers of PCA, "probe_pixels" from the pixels; nothing without an encoder or classes.

    Multinomial logistic regression (scikit-learn) on 4,000 training examples, always the same ones: what it reads lies
    there in the open, what it does not may still be there (Alain and Bengio 2017)."""
    encodes = encoder(model)
    if encodes is None or not has_classes(data):
        return {}
    train, test = (
        finite(torch.cat([encodes.encode(x.to(model.device)).cpu() for x in part.split(BLOCK)]), "a code")
        for part in pictures(data)
    )
    return {"probe": told(train, test, data), "probe_pca": of_pca(data, model.latents), "probe_pixels": of_pixels(data)}


def told(train: Tensor, test: Tensor, data: ImageData) -> float:
    """The share of held-out classes that are told from numbers [n, d], learned on those of the training examples.

    One scale for all numbers, so that their mean variance is 1: a scale of each would make much of those that say
    nothing."""
    from sklearn.linear_model import LogisticRegression  # late: it takes a second

    center = train.double().mean(dim=0)
    scale = (train.double() - center).square().mean().sqrt().clamp_min(torch.finfo(torch.float32).tiny)
    known, held_out = (((part.double() - center) / scale).numpy() for part in (train, test))
    of_train, of_test = labels(data)
    fitted = LogisticRegression(C=INVERSE_PENALTY, max_iter=MOST_STEPS).fit(known, of_train)
    return float((fitted.predict(held_out) == of_test).mean())


@lru_cache(maxsize=16)
def of_pca(data: ImageData, latents: int) -> float:
    """The same from so many numbers of PCA."""
    train, test = (part.flatten(1).double() for part in pictures(data))
    center, axes, _ = principal_axes(train)
    return told((train - center) @ axes[:latents].T, (test - center) @ axes[:latents].T, data)


@lru_cache(maxsize=4)
def of_pixels(data: ImageData) -> float:
    """The same from the pixels."""
    train, test = (part.flatten(1) for part in pictures(data))
    return told(train, test, data)


def pictures(data: ImageData) -> tuple[Tensor, Tensor]:
    """What the classifier learns from and what it is asked, grey images [n, 1, 28, 28]."""
    return images(data.train_images[training_places(data, LEARNED)]), images(data.test_images)


def labels(data: ImageData) -> tuple[np.ndarray, np.ndarray]:
    """Their classes [n]."""
    return np.array(data.train_labels[training_places(data, LEARNED)]), np.array(data.test_labels)
