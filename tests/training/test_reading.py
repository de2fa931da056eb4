"""What is read of digits whose classes are known, and of codes that come back or do not."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor

from genlab.data import ImageData, load
from genlab.models.model import Encodes
from genlab.quality import images
from genlab.reading import DrawsReading, read_draws, round_trip
from genlab.runs.bundle import load_model, read_bundle

PRETRAINED = Path(__file__).resolve().parents[2] / "pretrained"


def digits() -> tuple[Tensor, Tensor]:
    data = load("mnist5k")
    assert isinstance(data, ImageData)
    return images(data.test_images), torch.from_numpy(data.test_labels).long()


def test_real_digits_are_read_as_what_they_are() -> None:
    pictures, labels = digits()
    chosen = pictures[(labels == 3) | (labels == 5) | (labels == 8)]
    found = read_draws(chosen)
    assert found.most_frequent > 0.95
    assert float(found.shares.sum()) == pytest.approx(1)
    assert found.shares.topk(3).indices.sort().values.tolist() == [3, 5, 8]
    assert found.unsure < 0.1
    assert found.rarest < 0.02


def test_noise_is_read_without_being_sure_of_it() -> None:
    found = read_draws(0.3 * torch.rand(200, 1, 28, 28, generator=torch.Generator().manual_seed(0)))
    assert found.unsure > 0.5
    with pytest.raises(ValueError, match="allowed"):
        read_draws(torch.zeros(0, 1, 28, 28))
    with pytest.raises(ValueError, match="allowed"):
        read_draws(torch.zeros(3, 28, 28))


class Halves:
    """A codec that brings back half of each number, and nothing of the last one."""

    def encode(self, x: Tensor) -> Tensor:
        return torch.cat([x[:, :-1] / 2, 0 * x[:, -1:]], dim=1)

    def decode(self, z: Tensor) -> Tensor:
        return z


def test_how_far_codes_come_back() -> None:
    z = torch.randn(400, 3, generator=torch.Generator().manual_seed(0))
    assert round_trip(Halves(), z, torch.tensor([True, True, False])) == pytest.approx(0.5)
    assert 0.5 < round_trip(Halves(), z) < 1
    with pytest.raises(ValueError, match="one and more"):
        round_trip(Halves(), z, torch.zeros(3, dtype=torch.bool))


def drawn(name: str) -> tuple[DrawsReading, float]:
    model = load_model(read_bundle(PRETRAINED / name))
    assert isinstance(model, Encodes)
    pictures, _ = digits()
    z = torch.randn(2000, model.latents, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        active = model.encode(pictures).var(dim=0) > 0.01
        return read_draws(model.decode(z)), round_trip(model, z, active)


def test_who_fills_the_gaps() -> None:
    """Random codes through the shipped decoders: the autoencoder draws mostly three kinds, unsure ones, which do not
    come back; the VAE does better at each."""
    (ae, ae_back), (vae, vae_back) = drawn("ae-20"), drawn("vae-20")
    assert ae.unsure > vae.unsure + 0.1
    assert ae.most_frequent > vae.most_frequent + 0.05
    assert ae_back > vae_back
