"""How noisy the gradient of the reconstruction term E_q log p(x|z) is: through z, or by how likely z was."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from genlab.models.model import DECODED_AT_ONCE, Explains


@dataclass(frozen=True)
class Estimator:
    """One draw's estimate of a gradient: its mean over draws, the standard error of that, and one draw's variance."""

    mean: float
    error: float
    variance: float


@dataclass(frozen=True)
class GradientNoise:
    """Three estimators of d/d mu E_q log p(x|z) for one latent of one x; q(z|x) has its mean mu and deviation sigma."""

    pathwise: Estimator
    score: Estimator
    score_with_baseline: Estimator
    mu: float
    sigma: float

    @property
    def ratio(self) -> float:
        """How many times the variance of the pathwise estimator the score function's has."""
        return self.score.variance / self.pathwise.variance

    @property
    def ratio_with_baseline(self) -> float:
        """The same, where the mean height is taken off first."""
        return self.score_with_baseline.variance / self.pathwise.variance


def gradient_noise(model: Explains, x: Tensor, latent: int, draws: int, rng: torch.Generator) -> GradientNoise:
    """The gradient of E_q log p(x|z) by mu of one latent, from single draws z = mu + sigma eps, in nats a unit of z.

    Pathwise: d/dz_j log p(x|z). Score function: log p(x|z) (z_j - mu_j) / sigma_j^2 = log p(x|z) d/d mu_j log q(z|x)
    (Williams 1992; Mohamed et al. 2020, sections 4.2 and 5). All have one mean. The baseline is the mean of log p(x|z)
    over the other draws, which leaves the mean as it is. x: one example, [*shape]; draws of 2 and above. Raises
    ValueError for another latent or number of draws, and where q(z|x) is not normal.
    """
    if not 0 <= latent < model.latents:
        raise ValueError(f"latent: got {latent}, allowed: 0 to {model.latents - 1}")
    if not model.normal:
        raise ValueError("q(z|x): got a Laplace distribution, allowed: a normal one")
    if draws < 2:
        raise ValueError(f"draws: got {draws}, allowed: 2 and above")
    with torch.no_grad():
        mean, log_variance = model.posterior(x[None])
    mu, sigma = float(mean[0, latent]), float(torch.exp(log_variance[0, latent] / 2))
    heights, slopes, places = [], [], []
    for count in _parts(draws):
        means = mean.expand(count, -1).clone().requires_grad_()
        log_weight, height = model.log_weights(x.expand(count, *x.shape), means, log_variance.expand(count, -1), 1, rng)
        (slope,) = torch.autograd.grad(height.sum(), means, retain_graph=True)
        # Along z = mu + sigma eps log q(z|x) stays and log p(z) falls by z: so z is told.
        (fall,) = torch.autograd.grad((log_weight - height).sum(), means)
        heights.append(height.detach()[0])
        slopes.append(slope[:, latent])
        places.append(-fall[:, latent])
    height, slope, place = (torch.cat(parts).double() for parts in (heights, slopes, places))
    score = (place - mu) / sigma**2
    others = (height.sum() - height) / (draws - 1)
    estimates = slope, height * score, (height - others) * score
    found = (_estimator(values) for values in estimates)
    return GradientNoise(*found, mu=mu, sigma=sigma)


def _parts(draws: int) -> list[int]:
    """So many draws, in parts that are decoded at once."""
    whole, rest = divmod(draws, DECODED_AT_ONCE)
    return [DECODED_AT_ONCE] * whole + [rest] * (rest > 0)


def _estimator(values: Tensor) -> Estimator:
    variance = float(values.var())
    return Estimator(float(values.mean()), (variance / len(values)) ** 0.5, variance)
