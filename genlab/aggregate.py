"""The aggregate posterior q(z) = E_x q(z|x): how far it is from the prior, and how much z says about x."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from genlab.divergences import kl_to_standard_normal


@dataclass(frozen=True)
class Decomposition:
    """E_x KL(q(z|x) || p(z)) = I(x; z) + KL(q(z) || p(z)) (Hoffman and Johnson 2016), in nats, from n examples.

    kl: the left side, exact for these examples. information: (least, most) that I can be; marginal_kl: (least, most)
    of KL(q(z) || p(z)), what remains of kl. Estimates: `standard_error` is their sampling error. kl_per_latent
    [latents]: the left side for each latent; marginal_kl_per_latent [latents]: KL(q(z_j) || p(z_j)).
    """

    kl: float
    information: tuple[float, float]
    marginal_kl: tuple[float, float]
    standard_error: float
    kl_per_latent: Tensor
    marginal_kl_per_latent: Tensor


@torch.no_grad()
def decompose(mean: Tensor, log_variance: Tensor, seed: int = 0) -> Decomposition:
    """The decomposition for posteriors N(mean, exp log_variance), both [n, latents], n >= 2, of n examples of data.

    One z is drawn from each posterior; q(z) is the mixture of all n. With its own component in it, the mixture is too
    dense at z and I comes out too small (never above log n); without, too sparse and I too large (Poole et al. 2019,
    section 2.4: the two bound I from below and above). As the prior's components are independent, KL(q(z) || p(z)) is
    at least the sum of KL(q(z_j) || p(z_j)), here without their own components, which bounds I from above once more.
    log p(z) has its exact expectation, and log q(z_j) nearly, see _expectation. Raises ValueError for other shapes.
    """
    if mean.ndim != 2 or mean.shape != log_variance.shape or len(mean) < 2:
        raise ValueError(
            f"mean and log_variance must be [n, latents], got {tuple(mean.shape)} and {tuple(log_variance.shape)}; "
            "allowed: equal shapes, n of 2 and above."
        )
    mean, log_variance = mean.double(), log_variance.double()
    count, latents = mean.shape
    rng = torch.Generator().manual_seed(seed)
    noise = torch.randn(mean.shape, generator=rng, dtype=mean.dtype)
    offset = torch.exp(log_variance / 2) * noise
    own = -0.5 * (noise.square() + log_variance + math.log(2 * math.pi))
    log_prior = -0.5 * (math.log(2 * math.pi) + mean.square() + torch.exp(log_variance)).mean(0)

    marginal, marginal_without = torch.zeros(2, latents, dtype=mean.dtype)
    for j in range(latents):
        one = mean[:, j], log_variance[:, j]
        with_own, without_own = _mixture(_log_each(one[0], offset[:, j], one[1]), own[:, j])
        marginal[j] = _expectation(with_own, noise[:, j], *one) - log_prior[j]
        marginal_without[j] = _expectation(without_own, noise[:, j], *one) - log_prior[j]
    own = own.sum(1)
    with_own, without_own = (own - mixture for mixture in _mixture(_log_joint(mean, offset, log_variance), own))

    per_latent = kl_to_standard_normal(mean, log_variance).mean(0)
    kl = float(per_latent.sum())
    most = max(0.0, min(float(without_own.mean()), kl - float(marginal_without.clamp(min=0).sum())))
    least = min(max(0.0, float(with_own.mean())), most)
    return Decomposition(
        kl=kl,
        information=(least, most),
        marginal_kl=(kl - most, kl - least),
        standard_error=float(with_own.std()) / math.sqrt(count),
        kl_per_latent=per_latent,
        marginal_kl_per_latent=marginal,
    )


def _log_joint(mean: Tensor, offset: Tensor, log_variance: Tensor) -> Tensor:
    """log q(z_i | x_n) of all latents together, [n, n], at z = mean + offset."""
    columns = zip(mean.T, offset.T, log_variance.T, strict=True)
    mean = mean - mean.mean(0)
    z, precision = mean + offset, torch.exp(-log_variance)
    squares = (mean.square() * precision).sum(1)
    # Multiplied out, the square is two matrix products, but what they cancel to must be more than their rounding.
    if not float(squares.max()) * torch.finfo(z.dtype).eps < 1e-6:
        joint = torch.zeros(len(mean), len(mean), dtype=mean.dtype)
        for one in columns:
            joint += _log_each(*one)
        return joint
    constant = squares + (log_variance + math.log(2 * math.pi)).sum(1)
    return -0.5 * (z.square() @ precision.T - 2 * z @ (mean * precision).T + constant)


def _log_each(mean: Tensor, offset: Tensor, log_variance: Tensor) -> Tensor:
    """log q(z_i | x_n) of one latent, [n, n], at z = mean + offset, not added up: z may round to its mean."""
    rounding = torch.finfo(torch.float32).eps * float(mean.abs().max())
    # float32 is twice as fast; where it tells the narrowest of these from its mean, it is enough.
    if rounding < 1e-3 * math.exp(float(log_variance.min()) / 2):
        mean, offset, log_variance = mean.float(), offset.float(), log_variance.float()
    return _log_normal_(mean[:, None].sub(mean).add_(offset[:, None]), log_variance)


def _mixture(log_normals: Tensor, own: Tensor) -> tuple[Tensor, Tensor]:
    """The logarithm of the mean over n of the columns of log_normals [n, n], with and without each row's own."""
    count = len(own)
    log_normals.fill_diagonal_(-math.inf)
    others = torch.logsumexp(log_normals, 1).double()
    return torch.logaddexp(others, own) - math.log(count), others - math.log(count - 1)


def _expectation(values: Tensor, noise: Tensor, mean: Tensor, log_variance: Tensor) -> Tensor:
    """E[value(z_i)] over z_i = mean_i + exp(log_variance_i / 2) noise_i, noise_i ~ N(0, 1), from one z of each.

    The sample mean, with the combination of z, z^2 and noise^2 that fits best exchanged for its exact expectation (a
    control variate): near the prior log q(z) is nearly quadratic in z, and where posteriors are far apart in the noise.
    """
    if not bool(values.isfinite().all()):
        return values.mean()
    deviation = torch.exp(log_variance / 2)
    mean = mean - mean.mean()
    scale = (mean + deviation * noise).abs().max() + torch.finfo(mean.dtype).tiny
    mean, deviation = mean / scale, deviation / scale
    z = mean + deviation * noise
    drawn = torch.stack([z, z.square(), noise.square()], 1)
    exact = torch.stack([mean, mean.square() + deviation.square(), torch.ones_like(mean)], 1)
    fit = torch.linalg.lstsq(drawn - drawn.mean(0), (values - values.mean())[:, None], driver="gelsd").solution[:, 0]
    return values.mean() + (exact.mean(0) - drawn.mean(0)) @ fit


def log_normal(z: Tensor, mean: Tensor, log_variance: Tensor) -> Tensor:
    """log N(z_i; mean_n, exp log_variance_n): z [m], mean and log_variance [n] to [m, n]."""
    return _log_normal_(z[:, None] - mean, log_variance)


def _log_normal_(difference: Tensor, log_variance: Tensor) -> Tensor:
    """log N(difference; 0, exp log_variance), in the place of difference."""
    squares = difference.mul_(torch.exp(-0.5 * log_variance)).square_()
    return squares.add_(log_variance + math.log(2 * math.pi)).mul_(-0.5)


@torch.no_grad()
def aggregate_density(mean: Tensor, log_variance: Tensor, at: Tensor) -> Tensor:
    """q(z_j), the density of each latent over all examples, at points [m]: [latents, m].

    1/n sum_n N(z_j; mean_nj, exp log_variance_nj); mean and log_variance [n, latents].
    """
    mean, log_variance, at = mean.double(), log_variance.double(), at.double()
    columns = zip(mean.unbind(1), log_variance.unbind(1), strict=True)
    return torch.stack([torch.exp(log_normal(at, *column)).mean(1) for column in columns])
