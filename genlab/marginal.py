"""The marginal integral p(x) = integral p(z) p(x|z) dz, for one latent, as the area under a curve."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from genlab.likelihoods import gaussian_log_likelihood


@dataclass(frozen=True)
class Marginal:
    """What is integrated, at points of z, all float64 [n]: prior p(z), likelihood p(x|z), their product, and the area
    under it, p(x); posterior is the product by its area."""

    z: Tensor
    prior: Tensor
    likelihood: Tensor
    product: Tensor
    area: float
    log_area: float

    @property
    def posterior(self) -> Tensor:
        """p(z|x) = p(z) p(x|z) / p(x), [n]."""
        return torch.exp(self.product.log() - self.log_area)


def marginal(weight: Tensor, bias: Tensor, noise_std: float, x: Tensor, z: Tensor) -> Marginal:
    """p(x) of one x where z ~ N(0, 1), x|z ~ N(weight z + bias, noise_std^2 I), by the trapezoid rule over z.

    p(x) = integral p(z) p(x|z) dz (Kingma and Welling 2014, section 2.1). weight, bias, x: [d]; z: the points, evenly
    apart and rising, [n], n >= 2. log_area keeps its digits where p(x) underflows. Raises ValueError where the shapes
    disagree, the points are not evenly apart or noise_std is not a positive number.
    """
    if not (weight.ndim == bias.ndim == x.ndim == 1 and weight.shape == bias.shape == x.shape):
        raise ValueError(
            f"weight, bias and x must be vectors of one length, got {tuple(weight.shape)}, {tuple(bias.shape)}, "
            f"{tuple(x.shape)}; allowed: [d] each."
        )
    z = z.double()
    steps = z.diff()
    if z.ndim != 1 or len(z) < 2 or not bool((steps > 0).all()) or not torch.allclose(steps, steps[0].expand_as(steps)):
        raise ValueError(f"z must be points evenly apart, got shape {tuple(z.shape)}; allowed: [n], rising, n of 2 on.")
    if not 0 < noise_std < math.inf:
        raise ValueError(f"noise_std must be a standard deviation, got {noise_std:g}; allowed: above 0.")
    means = z[:, None] * weight.double() + bias.double()
    log_variance = torch.tensor(2 * math.log(noise_std), dtype=torch.float64)
    log_likelihood = gaussian_log_likelihood(x.double().expand_as(means), means, log_variance)
    zero = torch.zeros((), dtype=torch.float64)
    log_prior = gaussian_log_likelihood(z[:, None], zero.expand(len(z), 1), zero)
    log_product = log_prior + log_likelihood
    shares = torch.full_like(z, float(steps[0]))
    shares[[0, -1]] /= 2
    log_area = float(torch.logsumexp(log_product + shares.log(), 0))
    return Marginal(z, log_prior.exp(), log_likelihood.exp(), log_product.exp(), math.exp(log_area), log_area)
