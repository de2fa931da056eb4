"""What the walks' page says of the shipped runs, measured: how surely a neutral classifier recognises the pictures
halfway between two codes."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import torch
from sklearn.neighbors import KNeighborsClassifier
from torch import Tensor
from torch.nn.functional import cosine_similarity

from genlab.data import ImageData, load
from genlab.ruler import ruler
from genlab.runs.bundle import load_model, read_bundle

PRETRAINED = Path(__file__).resolve().parents[2] / "pretrained"
PAIRS = 1000


def straight(a: Tensor, b: Tensor, t: float) -> Tensor:
    return (1 - t) * a + t * b


def spherical(a: Tensor, b: Tensor, t: float) -> Tensor:
    angle = torch.acos(cosine_similarity(a, b))[:, None]
    return (torch.sin((1 - t) * angle) * a + torch.sin(t * angle) * b) / torch.sin(angle)


def by_the_ruler(pictures: Tensor) -> Tensor:
    return torch.cat([ruler()(part) for part in pictures.split(500)]).softmax(dim=1)


@cache
def neighbours() -> KNeighborsClassifier:
    """A classifier that is not ours: the shares of each digit among the ten nearest of 4,000."""
    data = load("mnist5k")
    assert isinstance(data, ImageData)
    return KNeighborsClassifier(10).fit(data.train_images.reshape(-1, 784) / 255, data.train_labels)


def by_neighbours(pictures: Tensor) -> Tensor:
    return torch.from_numpy(neighbours().predict_proba(pictures.flatten(1).numpy()))


CLASSIFIERS = {"ruler": by_the_ruler, "neighbours": by_neighbours}


@cache
@torch.no_grad()
def sureness(run: str, classifier: str) -> dict[str, float]:
    """A classifier's mean greatest probability at the ends and halfway on both paths, between two digits of
    different classes (a GAN: two random z)."""
    rng = torch.Generator().manual_seed(0)
    model = load_model(read_bundle(PRETRAINED / run)).eval()
    if run == "gan":
        a, b = torch.randn(2, PAIRS, model.latents, generator=rng)
    else:
        data = load("mnist5k")
        assert isinstance(data, ImageData)
        labels = torch.from_numpy(data.test_labels.copy())
        codes = model.encode(torch.from_numpy(data.test_images.copy()).float()[:, None] / 255)  # pyright: ignore
        one, other = torch.randint(len(codes), (2, PAIRS), generator=rng)
        differ = labels[one] != labels[other]
        a, b = codes[one[differ]], codes[other[differ]]

    def sure(z: Tensor) -> float:
        return CLASSIFIERS[classifier](model.decode(z)).amax(dim=1).mean().item()

    return {"ends": sure(a), "straight": sure(straight(a, b, 0.5)), "spherical": sure(spherical(a, b, 0.5))}


@pytest.mark.parametrize("classifier", CLASSIFIERS)
def test_halfway_an_autoencoder_and_a_vae_are_recognised_alike(classifier: str) -> None:
    ae, vae = sureness("ae-20", classifier), sureness("vae-20", classifier)
    for found in (ae, vae):
        assert found["straight"] < found["ends"] - 0.05
    assert ae["straight"] == pytest.approx(vae["straight"], abs=0.05)


@pytest.mark.parametrize("run", ["ae-20", "vae-20"])
def test_the_spherical_walk_is_recognised_more_surely(run: str) -> None:
    assert sureness(run, "ruler")["spherical"] > sureness(run, "ruler")["straight"] + 0.02


def test_the_gans_walks_are_recognised_alike() -> None:
    assert abs(sureness("gan", "ruler")["spherical"] - sureness("gan", "ruler")["straight"]) < 0.02
