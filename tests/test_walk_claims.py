"""What the walks' page says of the shipped runs, measured: how surely a neutral classifier recognises the pictures
halfway between two codes."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity

from genlab.data import ImageData, load
from genlab.ruler import ruler
from genlab.runs.bundle import load_model, read_bundle

PRETRAINED = Path(__file__).resolve().parents[1] / "pretrained"
PAIRS = 1000
RUNS = ("ae-20", "vae-20", "gan")


def straight(a: Tensor, b: Tensor, t: float) -> Tensor:
    return (1 - t) * a + t * b


def spherical(a: Tensor, b: Tensor, t: float) -> Tensor:
    angle = torch.acos(cosine_similarity(a, b))[:, None]
    return (torch.sin((1 - t) * angle) * a + torch.sin(t * angle) * b) / torch.sin(angle)


@cache
@torch.no_grad()
def sureness(run: str) -> dict[str, float]:
    """The classifier's mean greatest probability at the ends and halfway on both paths, between two digits of
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
        logits = torch.cat([ruler()(pictures) for pictures in model.decode(z).split(500)])
        return logits.softmax(dim=1).amax(dim=1).mean().item()

    return {"ends": sure(a), "straight": sure(straight(a, b, 0.5)), "spherical": sure(spherical(a, b, 0.5))}


def test_halfway_an_autoencoder_and_a_vae_are_alike_hard_to_recognise() -> None:
    ae, vae = sureness("ae-20"), sureness("vae-20")
    for found in (ae, vae):
        assert found["straight"] < found["ends"] - 0.2
    assert ae["straight"] == pytest.approx(vae["straight"], abs=0.05)


@pytest.mark.parametrize("run", RUNS)
def test_the_spherical_walk_is_recognised_more_surely(run: str) -> None:
    assert sureness(run)["spherical"] > sureness(run)["straight"] + 0.02
