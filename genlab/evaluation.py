"""One ruler for every family: what a finished model is measured by, always the same way, on test data."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from genlab.data import ImageData
from genlab.held_out import held_out_examples, mean_terms
from genlab.models import Model
from genlab.models.ae import Autoencoder
from genlab.models.finite import finite
from genlab.models.points import measure, measured_terms
from genlab.models.vae import VAE
from genlab.nll import likelihood
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
def evaluate(
    model: Model,
    data: ImageData | PointData,
    seed: int = 0,
    *,
    iwae_k: int | None = None,
    nll_k: int | None = None,
    nll_examples: int | None = None,
) -> dict[str, float]:
    """The metrics of a model on a data set's test part; deterministic for a seed.

    What the family's steps report, on all of the test set (of points on 10,000), as at the end of a run's curves: ae
    mse (a pixel, [0, 1]); vae reconstruction, kl, negative_elbo (nats, sum over pixels and latents), on binarised
    digits where it was trained on such; gan the value of the game and what D says. Besides, on images: ae pca_mse
    (fitted on train at the same latent size); binarised vae nll and iwae_k (see genlab.nll; others where a number of
    samples is given); families that generate, on digits: frechet (in the ruler's features, 5,000 samples against the
    test set), smallest_class_share, largest_class_share. vae active_units. Points: js and kl_pg_pdata (nats, 10,000
    samples), modes and high_quality where there are any. Raises ValueError for samples that the model cannot have,
    FloatingPointError for a model that has diverged.
    """
    rng = torch.Generator().manual_seed(seed)
    examples = held_out_examples(data, binarised=model.binarised)
    metrics = mean_terms(model, examples, seed)
    if isinstance(model, VAE):
        metrics["active_units"] = active_units(model, examples)
    given = {"iwae_k": iwae_k, "k": nll_k, "examples": nll_examples}
    asked = {name: value for name, value in given.items() if value is not None}
    if isinstance(model, VAE) and isinstance(data, ImageData):
        if asked or (model.binarised and model.config.likelihood == "bernoulli"):
            metrics |= likelihood(model, data, seed, **asked)
    elif asked:
        raise ValueError("nll and iwae_k: got another family or points, allowed: a VAE of images")
    return all_finite(metrics | of_samples(model, data, rng))


def all_finite(metrics: dict[str, float]) -> dict[str, float]:
    """The metrics themselves; raises FloatingPointError, naming the one that is no number."""
    for name, value in metrics.items():
        if not math.isfinite(value):
            raise FloatingPointError(name)
    return metrics


def of_samples(model: Model, data: ImageData | PointData, rng: torch.Generator) -> dict[str, float]:
    """The metrics that the family's steps do not report; see `evaluate`."""
    metrics: dict[str, float] = {}
    if isinstance(data, ImageData):
        test = images(data.test_images)
        if isinstance(model, Autoencoder):
            metrics["pca_mse"] = pca_mse(images(data.train_images), test, model.latents)
        if not isinstance(model, Autoencoder) and data.name in DIGIT_DATA:
            metrics |= quality(model, test, rng)
        return metrics
    drawn = finite(model.sample(DRAWN_POINTS, rng), "a sample")
    measured = measure(drawn, data).terms()
    metrics |= {term.key: measured[term.key] for term in measured_terms(data)}
    return metrics


def images(pixels: object) -> Tensor:
    """uint8 [n, 28, 28] as float32 [n, 1, 28, 28] in [0, 1]."""
    return torch.as_tensor(pixels).unsqueeze(1).float().div(255)


def active_units(model: VAE, examples: Tensor) -> float:
    """How many latents are in use on examples [n, *shape]: those whose posterior mean varies by more than 0.01 (Burda
    et al. 2016)."""
    spread = torch.cat([model.encode(x) for x in examples.split(BLOCK)]).var(dim=0)
    return float((spread > ACTIVE_VARIANCE).sum())


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
    drawn = torch.cat([model.sample(BLOCK, rng) for _ in range(DRAWN_IMAGES // BLOCK)])
    drawn = finite(drawn, "a sample").clamp(0, 1)
    features, classes = ruler().measure(drawn)
    real, _ = ruler().measure(test)
    shares = torch.bincount(classes, minlength=10) / len(classes)
    return {
        "frechet": frechet_distance(moments(features), moments(real)),
        "smallest_class_share": float(shares.min()),
        "largest_class_share": float(shares.max()),
    }
