"""One ruler for every family: what a finished model is measured by, always the same way, on test data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from genlab.data import ImageData
from genlab.models import Model
from genlab.models.ae import Autoencoder
from genlab.models.points import measure, measured_terms
from genlab.models.vae import VAE
from genlab.principal import principal_axes
from genlab.ruler import frechet_distance, moments, ruler

if TYPE_CHECKING:
    from genlab.data.points import PointData

BLOCK = 1000
DRAWN_IMAGES = 5000
DRAWN_POINTS = 10_000
# The ruler knows handwritten digits only.
DIGIT_DATA = ("mnist", "mnist5k")
ACTIVE_VARIANCE = 0.01
# Beside the largest deviation, what rounding leaves of none.
NO_DEVIATION = 1e-12


@torch.no_grad()
def evaluate(model: Model, data: ImageData | PointData, seed: int = 0) -> dict[str, float]:
    """The metrics of a model on a data set's test part; deterministic for a seed.

    Images: ae mse and pca_mse (a pixel, [0, 1], PCA fitted on train at the same latent size); vae reconstruction, kl,
    negative_elbo (nats, sum over pixels and latents, mean over the test set), active_units; families that generate,
    on digits: frechet (in the ruler's features, 5,000 samples against the test set), smallest_class_share,
    largest_class_share. Points: js and kl_pg_pdata (nats, 10,000 samples), modes and high_quality where there are any.
    """
    rng = torch.Generator().manual_seed(seed)
    metrics: dict[str, float] = {}
    if isinstance(data, ImageData):
        test = images(data.test_images)
        if isinstance(model, Autoencoder):
            metrics["mse"] = (
                sum(float((model.reconstruct(x) - x).square().sum()) for x in test.split(BLOCK)) / test.numel()
            )
            metrics["pca_mse"] = pca_mse(images(data.train_images), test, model.latents)
        if isinstance(model, VAE):
            metrics |= bound(model, test, rng)
        if not isinstance(model, Autoencoder) and data.name in DIGIT_DATA:
            metrics |= quality(model, test, rng)
        return metrics
    test = data.sample(DRAWN_POINTS, rng)
    if isinstance(model, Autoencoder):
        metrics["mse"] = float((model.reconstruct(test) - test).square().mean())
    if isinstance(model, VAE):
        metrics |= bound(model, test, rng)
    drawn = model.sample(DRAWN_POINTS, rng)
    measured = measure(drawn, data).terms()
    metrics |= {term.key: measured[term.key] for term in measured_terms(data)}
    return metrics


def images(pixels: object) -> Tensor:
    """uint8 [n, 28, 28] as float32 [n, 1, 28, 28] in [0, 1]."""
    return torch.as_tensor(pixels).unsqueeze(1).float().div(255)


def bound(model: VAE, test: Tensor, rng: torch.Generator) -> dict[str, float]:
    """The ELBO's terms, one sample of z an example, and the units in use.

    A unit is active when its posterior mean varies over the data by more than 0.01 (Burda et al. 2016).
    """
    reconstruction, kl = 0.0, 0.0
    for x in test.split(BLOCK):
        nats, per_latent = model.bound(x, rng)
        reconstruction += float(nats) * len(x) / len(test)
        kl += float(per_latent.sum()) * len(x) / len(test)
    spread = torch.cat([model.encode(x) for x in test.split(BLOCK)]).var(dim=0)
    return {
        "reconstruction": reconstruction,
        "kl": kl,
        "negative_elbo": reconstruction + kl,
        "active_units": float((spread > ACTIVE_VARIANCE).sum()),
    }


def pca_mse(train: Tensor, test: Tensor, components: int) -> float:
    """Test error a pixel of the best linear map: project on the first principal components of the training set.

    Fewer than asked for where the training set has fewer: what completes a basis has been learned from nothing.
    """
    center, axes, deviations = principal_axes(train.flatten(1))
    axes = axes[:components][deviations[:components] > NO_DEVIATION * deviations[0]].T
    centred = test.flatten(1).double() - center
    return float((centred - centred @ axes @ axes.T).square().mean())


def quality(model: Model, test: Tensor, rng: torch.Generator) -> dict[str, float]:
    """How generated digits look to the ruler: distance of their features from the test set's, and class shares."""
    drawn = torch.cat([model.sample(BLOCK, rng) for _ in range(DRAWN_IMAGES // BLOCK)]).clamp(0, 1)
    features, classes = ruler().measure(drawn)
    real, _ = ruler().measure(test)
    shares = torch.bincount(classes, minlength=10) / len(classes)
    return {
        "frechet": frechet_distance(moments(features), moments(real)),
        "smallest_class_share": float(shares.min()),
        "largest_class_share": float(shares.max()),
    }
