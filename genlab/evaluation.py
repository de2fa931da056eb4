"""One ruler for every family: what a finished model is measured by, always the same way, on test data."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from genlab.data import ImageData
from genlab.held_out import held_out_examples, held_out_labels, mean_labelled_terms, mean_terms
from genlab.models import Model, explainer, family_named, labelled
from genlab.models.finite import finite
from genlab.models.points import judge, measured_terms
from genlab.nll import likelihood
from genlab.principal import principal_axes
from genlab.probes import probes
from genlab.quality import floors, has_ruler, images, looks

if TYPE_CHECKING:
    from genlab.data.points import PointData

BLOCK = 1000
DRAWN_IMAGES = 5000
DRAWN_POINTS = 10_000
ACTIVE_VARIANCE = 0.01
# Beside the largest deviation, what rounding leaves of none.
NO_DEVIATION = 1e-12


@dataclass(frozen=True)
class Exam:
    """What a model is measured on: a data set, its held-out examples [n, *shape], a seed and a generator seeded by it;
    asked: the numbers of samples that somebody gave."""

    data: ImageData | PointData
    examples: Tensor
    seed: int
    rng: torch.Generator
    asked: dict[str, Any]


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

    What the family's steps report, on all of the test set (of points on 10,000), as at the end of a run's curves: nats
    are sums over pixels and latents, pixels lie in [0, 1], and digits are binarised where it was trained on such.
    Besides, what its `metrics` name: pca_mse (on images, fitted on train at the same latent size); active_units;
    likelihood: nll and iwae_k (see genlab.nll; of models not trained on binarised digits where a number of samples is
    given); quality, on digits: frechet and frechet_2 (in the rulers' features, 5,000 samples against the test set),
    kid, precision, recall, density, coverage, smallest_class_share, largest_class_share. Of images with classes, where
    it encodes: probe, probe_pca, probe_pixels (see genlab.probes). Points whose density is known: js,
    kl_pg_pdata and kl_pdata_pg (nats, 10,000 samples; the last is too small where the model hardly ever draws, see
    genlab.divergences.kl_to_samples), modes and high_quality where there are any. Raises ValueError for samples that
    the model cannot have, FloatingPointError for a model that has diverged.
    """
    examples = held_out_examples(data, binarised=model.binarised)
    metrics = own_terms(model, data, examples, seed)
    given = {"iwae_k": iwae_k, "k": nll_k, "examples": nll_examples}
    asked = {name: value for name, value in given.items() if value is not None}
    if asked and not ("likelihood" in model.metrics and isinstance(data, ImageData)):
        raise ValueError("nll and iwae_k: got another family or points, allowed: a VAE of images")
    exam = Exam(data, examples, seed, torch.Generator().manual_seed(seed), asked)
    for name in model.metrics:
        metrics |= METRICS[name](model, exam)
    if isinstance(data, ImageData):
        metrics |= probes(model, data)
    if not isinstance(data, ImageData) and data.exact:
        drawn = finite(model.sample(DRAWN_POINTS, exam.rng).cpu(), "a sample")
        judged = judge(drawn, data)
        metrics |= {key: judged[key] for key in (*(term.key for term in measured_terms(data)), "kl_pdata_pg")}
    return all_finite(metrics)


def own_terms(model: Model, data: ImageData | PointData, examples: Tensor, seed: int) -> dict[str, float]:
    """What the family's steps report, on held-out examples. Raises ConfigError for a model that is told the class of x,
    on data without classes."""
    if (told := labelled(model)) is None:
        return mean_terms(model, examples, seed)
    family_named(model.family).check_data(data.name)
    return mean_labelled_terms(told, examples, held_out_labels(data), seed)


def all_finite(metrics: dict[str, float]) -> dict[str, float]:
    """The metrics themselves; raises FloatingPointError, naming the one that is no number."""
    for name, value in metrics.items():
        if not math.isfinite(value):
            raise FloatingPointError(name)
    return metrics


def active_units(model: Model, exam: Exam) -> dict[str, float]:
    """How many latents are in use: those whose code's mean varies by more than 0.01 over the examples (Burda et al.
    2016)."""
    means = [codes.means for x in exam.examples.split(BLOCK) if (codes := model.codes(x.to(model.device))) is not None]
    return {"active_units": float((torch.cat(means).var(dim=0) > ACTIVE_VARIANCE).sum())}


def of_likelihood(model: Model, exam: Exam) -> dict[str, float]:
    """nll and iwae_k, of images: where it was trained on pixels drawn black or white, or where somebody asks."""
    explains = explainer(model)
    if explains is None or not isinstance(exam.data, ImageData):
        return {}
    usual = model.binarised and explains.pixel_likelihood == "bernoulli"
    return likelihood(explains, exam.data, exam.seed, **exam.asked) if exam.asked or usual else {}


def beside_pca(model: Model, exam: Exam) -> dict[str, float]:
    """What PCA with as many numbers makes of the test images, to compare a reconstruction with."""
    if not isinstance(exam.data, ImageData):
        return {}
    return {"pca_mse": pca_of(exam.data, model.latents)}


@lru_cache(maxsize=4)  # it holds the data sets themselves
def pca_of(data: ImageData, components: int) -> float:
    """`pca_mse` of a data set: whatever is measured on it, it is the same."""
    return pca_mse(images(data.train_images), images(data.test_images), components)


def pca_mse(train: Tensor, test: Tensor, components: int) -> float:
    """Test error a pixel of the best linear map: project on the first principal components of the training set.

    Fewer than asked for where the training set has fewer: what completes a basis has been learned from nothing.
    """
    center, axes, deviations = principal_axes(train.flatten(1))
    axes = axes[:components][deviations[:components] > NO_DEVIATION * deviations[0]].T
    centred = test.flatten(1).double() - center
    return float((centred - centred @ axes @ axes.T).square().mean())


def of_digits(model: Model, exam: Exam) -> dict[str, float]:
    """How its digits look; the ruler knows handwritten ones only."""
    return quality(model, exam.data, exam.rng) if has_ruler(exam.data) else {}


def quality(model: Model, data: ImageData, rng: torch.Generator) -> dict[str, float]:
    """How generated digits look to the ruler: how far their features lie from the test set's, and class shares."""
    count = min(DRAWN_IMAGES, len(data.train_images))
    drawn = torch.cat([model.sample(size, rng).cpu() for size in block_sizes(count)])
    return looks(finite(drawn, "a sample"), data) | floors(data, count)


def block_sizes(count: int) -> list[int]:
    """As many blocks as hold so many samples."""
    return [min(BLOCK, count - begun) for begun in range(0, count, BLOCK)]


# By the names that a Model's `metrics` has.
METRICS: dict[str, Callable[[Model, Exam], dict[str, float]]] = {
    "active_units": active_units,
    "likelihood": of_likelihood,
    "pca_mse": beside_pca,
    "quality": of_digits,
}
