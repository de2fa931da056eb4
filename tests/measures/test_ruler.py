"""The ruler: how well it reads digits, and its distance against scipy's matrix root."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.linalg import sqrtm
from torch import Tensor

from genlab.data import ImageData, load
from genlab.quality import images
from genlab.ruler import frechet_distance, moments, ruler


def accuracy(data: ImageData) -> float:
    _, classes = ruler().measure(images(data.test_images))
    return (classes.numpy() == data.test_labels).mean()


def gaussian(seed: int, size: int, rank: int) -> tuple[Tensor, Tensor]:
    """A mean and a covariance of that rank."""
    generator = torch.Generator().manual_seed(seed)
    factor = torch.randn(size, rank, generator=generator, dtype=torch.float64)
    return torch.randn(size, generator=generator, dtype=torch.float64), factor @ factor.T


@pytest.mark.parametrize("rank", [6, 3], ids=["full", "deficient"])
@pytest.mark.parametrize("seed", range(4))
def test_the_distance_is_that_of_scipy(seed: int, rank: int) -> None:
    one, two = gaussian(seed, 6, rank), gaussian(seed + 10, 6, rank)
    (m1, s1), (m2, s2) = ([array.numpy() for array in pair] for pair in (one, two))
    # A little on the diagonal: scipy's root of a singular product is not reliable.
    jitter = 0 if rank == 6 else 1e-9 * np.eye(6)
    root = sqrtm((s1 + jitter) @ (s2 + jitter))
    expected = ((m1 - m2) ** 2).sum() + np.trace(s1 + s2 - 2 * np.real(root))
    assert frechet_distance(one, two) == pytest.approx(expected, rel=1e-4 if rank < 6 else 1e-8)
    assert frechet_distance(two, one) == pytest.approx(frechet_distance(one, two), rel=1e-8)


def test_the_distance_of_equals_is_nothing_and_a_shift_counts_squared() -> None:
    mean, covariance = gaussian(0, 6, 6)
    assert frechet_distance((mean, covariance), (mean, covariance)) == pytest.approx(0, abs=1e-8)
    assert frechet_distance((mean, covariance), (mean + 2, covariance)) == pytest.approx(4 * 6)
    assert frechet_distance((mean, covariance), (mean, 4 * covariance)) == pytest.approx(covariance.trace().item())


def test_moments_are_numpy_s() -> None:
    features = torch.randn(50, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    mean, covariance = moments(features)
    np.testing.assert_allclose(mean, features.numpy().mean(axis=0))
    np.testing.assert_allclose(covariance, np.cov(features.numpy().T))


def test_the_ruler_reads_embedded_digits() -> None:
    """These are of MNIST's training set, which the ruler has seen."""
    data = load("mnist5k")
    assert isinstance(data, ImageData)
    assert accuracy(data) >= 0.97


@pytest.mark.mnist
def test_the_ruler_reads_digits_it_has_never_seen() -> None:
    data = load("mnist")
    assert isinstance(data, ImageData)
    assert accuracy(data) >= 0.985


def test_measuring_in_blocks_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    data = load("mnist5k")
    assert isinstance(data, ImageData)
    some = images(data.test_images[:50])
    features, classes = ruler().measure(some)
    assert (features.shape, features.dtype) == ((50, 64), torch.float64)
    monkeypatch.setattr("genlab.ruler.BLOCK", 7)
    in_blocks, same = ruler().measure(some)
    torch.testing.assert_close(in_blocks, features, rtol=1e-4, atol=1e-4)
    assert torch.equal(classes, same)


def test_the_ruler_is_frozen() -> None:
    assert not ruler().training
    assert not any(tensor.requires_grad for tensor in ruler().parameters())
    assert ruler() is ruler()


def test_features_that_never_fire_are_no_singular_case() -> None:
    """One distribution from few features, most of them constant; and nothing at all."""
    features = torch.zeros(20, 64, dtype=torch.float64)
    features[:, :3] = torch.randn(20, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    mean, covariance = moments(features)
    assert frechet_distance((mean, covariance), (mean, covariance)) == pytest.approx(0, abs=1e-7)
    nothing = torch.zeros(64, dtype=torch.float64), torch.zeros(64, 64, dtype=torch.float64)
    expected = float(mean.square().sum() + covariance.trace())
    assert frechet_distance((mean, covariance), nothing) == pytest.approx(expected)
