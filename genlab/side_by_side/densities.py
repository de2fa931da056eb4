"""A rule to draw codes by, for what has none: a normal or a mixture of normals, fitted to the codes of a training set.

What PCA or an autoencoder lacks to be a generative model is p(z). Ghosh et al. 2020 put one there after the training.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

COMPONENTS = 10
# Keeps a component of a code that never varies from collapsing onto it.
LEAST_VARIANCE = 1e-6


class CodeDensity(ABC):
    """p(z), fitted to codes."""

    @abstractmethod
    def draw(self, count: int, rng: torch.Generator) -> Tensor:
        """z ~ p(z), float32 [count, latents]."""


@dataclass(frozen=True)
class NormalCodes(CodeDensity):
    """N(mean, covariance) of the codes: `mean` [d] and a `root` [d, d] with root root^T = covariance, float64."""

    mean: Tensor
    root: Tensor

    def draw(self, count: int, rng: torch.Generator) -> Tensor:
        normal = torch.randn(count, len(self.mean), generator=rng, dtype=torch.float64)
        return (self.mean + normal @ self.root.T).float()


def normal_codes(codes: Tensor) -> NormalCodes:
    """The normal of codes [n, d], n >= 2, by maximum likelihood; by singular values, so that a code that never varies
    is no singular case."""
    points = codes.double()
    mean = points.mean(dim=0)
    _, singular, axes = torch.linalg.svd(points - mean, full_matrices=False)
    return NormalCodes(mean, axes.T * (singular / len(points) ** 0.5))


@dataclass(frozen=True)
class MixtureCodes(CodeDensity):
    """A mixture of normals: `weights` [k], `means` [k, d] and `roots` [k, d, d], float64."""

    weights: Tensor
    means: Tensor
    roots: Tensor

    def draw(self, count: int, rng: torch.Generator) -> Tensor:
        of = torch.multinomial(self.weights, count, replacement=True, generator=rng)
        normal = torch.randn(count, self.means.shape[1], generator=rng, dtype=torch.float64)
        return (self.means[of] + torch.einsum("nij,nj->ni", self.roots[of], normal)).float()


def mixture_codes(codes: Tensor, seed: int = 0, components: int = COMPONENTS) -> MixtureCodes:
    """The mixture of normals with full covariances that EM finds for codes [n, d] (scikit-learn, from k-means); with
    fewer components where there are fewer codes than twice as many."""
    from sklearn.mixture import GaussianMixture  # late: it takes a second

    points = codes.double().numpy()
    fitted: Any = GaussianMixture(
        max(1, min(components, len(points) // 2)), reg_covar=LEAST_VARIANCE, random_state=seed, max_iter=50
    ).fit(points)
    roots = np.linalg.cholesky(fitted.covariances_)
    return MixtureCodes(*(torch.from_numpy(np.asarray(part)) for part in (fitted.weights_, fitted.means_, roots)))
