"""Three estimators of one gradient, against a decoder whose gradient is exact."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch
from torch import nn

from genlab.data import ImageData, load
from genlab.divergences import kl_to_standard_normal
from genlab.gradients import GradientNoise, gradient_noise
from genlab.models.model import Explains
from genlab.models.vae.config import VAEConfig
from genlab.models.vae.model import VAE
from genlab.runs.bundle import load_model, read_bundle

SHIPPED = Path(__file__).resolve().parents[2] / "pretrained" / "vae-20"


def linear_vae() -> VAE:
    """A Gaussian likelihood about a linear decoder on two coordinates: E_q log p(x|z) is a parabola in mu."""
    torch.manual_seed(0)
    model = VAE(VAEConfig(latents=2, likelihood="gaussian", deviation=1.0), (2,))
    model.decoder = nn.Sequential(nn.Linear(2, 2))
    return model


def close(found: GradientNoise, truth: float) -> None:
    for estimator in (found.pathwise, found.score, found.score_with_baseline):
        assert estimator.mean == pytest.approx(truth, abs=5 * estimator.error)
        assert estimator.error == pytest.approx(math.sqrt(estimator.variance / 20_000))


def test_all_three_have_the_exact_mean_and_the_variances_of_the_textbook() -> None:
    model = linear_vae()
    x = torch.tensor([1.0, -2.0])
    weight, bias = (part.detach().double() for part in model.decoder[0].parameters())
    with torch.no_grad():
        mean, log_variance = model.encoder(x[None]).double().chunk(2, dim=1)
    slope = (weight.T @ (x.double() - weight @ mean[0] - bias))[0]
    found = gradient_noise(model, x, 0, 20_000, torch.Generator().manual_seed(1))
    close(found, float(slope))
    gram = weight.T @ weight
    variance = float((gram[0].square() * log_variance[0].exp()).sum())  # of the gradient's part -W^T W sigma eps
    assert found.pathwise.variance == pytest.approx(variance, rel=0.05)
    assert found.ratio > found.ratio_with_baseline > 1
    assert found.mu == pytest.approx(float(mean[0, 0]))
    assert found.sigma == pytest.approx(float((log_variance[0, 0] / 2).exp()))


def test_of_the_shipped_vae_the_score_function_has_a_thousand_times_the_variance() -> None:
    model = load_model(read_bundle(SHIPPED))
    assert isinstance(model, Explains)
    data = load("mnist5k")
    assert isinstance(data, ImageData)
    digits = torch.from_numpy(data.test_images[:3]).float().div(255)[:, None]
    with torch.no_grad():
        mean, log_variance = model.posterior(digits)
    latents = kl_to_standard_normal(mean, log_variance).argmax(dim=1)
    for x, latent in zip(digits, latents.tolist(), strict=True):
        found = gradient_noise(model, x, latent, 2000, torch.Generator().manual_seed(0))
        assert found.ratio > 300
        assert 2 < found.ratio_with_baseline < 100


def test_what_there_is_not_is_refused() -> None:
    model = linear_vae()
    with pytest.raises(ValueError, match="allowed: 0 to 1"):
        gradient_noise(model, torch.zeros(2), 2, 10, torch.Generator())
    with pytest.raises(ValueError, match="2 and above"):
        gradient_noise(model, torch.zeros(2), 0, 1, torch.Generator())
