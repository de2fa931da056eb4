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
    section 2.4: the two bound I from below and above). As q's components are independent, KL(q(z) || p(z)) is at least
    the sum of KL(q(z_j) || p(z_j)), which bounds I from above once more. Raises ValueError for other shapes.
    """
    if mean.ndim != 2 or mean.shape != log_variance.shape or len(mean) < 2:
        raise ValueError(
            f"mean and log_variance must be [n, latents], got {tuple(mean.shape)} and {tuple(log_variance.shape)}; "
            "allowed: equal shapes, n of 2 and above."
        )
    mean, log_variance = mean.double(), log_variance.double()
    count, latents = mean.shape
    rng = torch.Generator().manual_seed(seed)
    z = mean + torch.exp(log_variance / 2) * torch.randn(mean.shape, generator=rng, dtype=mean.dtype)
    log_prior = -0.5 * (math.log(2 * math.pi) + z.square())

    # log q(z_i | x_n) of all latents together: the square, multiplied out, is two matrix products.
    precision = torch.exp(-log_variance)
    constant = (mean.square() * precision + log_variance + math.log(2 * math.pi)).sum(1)
    joint = -0.5 * (z.square() @ precision.T - 2 * z @ (mean * precision).T + constant)
    # And of each latent: float32 is enough, and twice as fast.
    marginal = torch.zeros(latents, dtype=mean.dtype)
    for j in range(latents):
        one = log_normal(z[:, j].float(), mean[:, j].float(), log_variance[:, j].float())
        marginal[j] = (torch.logsumexp(one, 1) - math.log(count) - log_prior[:, j]).mean()
    own = joint.diagonal().clone()
    with_own = own - (torch.logsumexp(joint, 1) - math.log(count))
    joint.fill_diagonal_(-math.inf)
    without_own = own - (torch.logsumexp(joint, 1) - math.log(count - 1))

    per_latent = kl_to_standard_normal(mean, log_variance).mean(0)
    kl = float(per_latent.sum())
    most = max(0.0, min(float(without_own.mean()), kl - float(marginal.clamp(min=0).sum())))
    least = min(max(0.0, float(with_own.mean())), most)
    return Decomposition(
        kl=kl,
        information=(least, most),
        marginal_kl=(kl - most, kl - least),
        standard_error=float(with_own.std()) / math.sqrt(count),
        kl_per_latent=per_latent,
        marginal_kl_per_latent=marginal,
    )


def log_normal(z: Tensor, mean: Tensor, log_variance: Tensor) -> Tensor:
    """log N(z_i; mean_n, exp log_variance_n): z [m], mean and log_variance [n] to [m, n]."""
    squares = (z[:, None] - mean).square().mul_(torch.exp(-log_variance))
    return squares.add_(log_variance + math.log(2 * math.pi)).mul_(-0.5)


@torch.no_grad()
def aggregate_density(mean: Tensor, log_variance: Tensor, at: Tensor) -> Tensor:
    """q(z_j), the density of each latent over all examples, at points [m]: [latents, m].

    1/n sum_n N(z_j; mean_nj, exp log_variance_nj); mean and log_variance [n, latents].
    """
    mean, log_variance, at = mean.double(), log_variance.double(), at.double()
    columns = zip(mean.unbind(1), log_variance.unbind(1), strict=True)
    return torch.stack([torch.exp(log_normal(at, *column)).mean(1) for column in columns])
