"""KL divergences of normal distributions, and of others to the standard normal, in closed form."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def kl_to_standard_normal(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(N(mean, exp log_variance) || N(0, 1)) of each latent.

    (mean^2 + sigma^2 - 1 - log sigma^2) / 2 (Kingma and Welling 2014, appendix B). Any shapes that
    broadcast; no reduction: one value a latent, in nats. Raises nothing of its own.
    """
    # exp(v) - 1 - v loses every digit near v = 0 in float32; expm1 keeps them.
    return 0.5 * (mean.square() + (torch.expm1(log_variance) - log_variance))  # [kl]


def kl_laplace_to_standard_normal(mean: Tensor, log_scale: Tensor) -> Tensor:
    """KL(Laplace(mean, b) || N(0, 1)) of each latent, b = exp log_scale, its density exp(-|z - mean| / b) / 2b.

    -log 2b - 1 + log(2 pi) / 2 + (mean^2 + 2 b^2) / 2: minus the entropy, and the mean of -log p(z). Never below
    log(pi) / 2 - 1/2, about 0.0724, at mean 0 and b^2 = 1/2: no Laplace is normal. Any shapes that broadcast; no
    reduction, in nats. Raises nothing of its own.
    """
    constant = 0.5 * math.log(2 * math.pi) - math.log(2) - 1
    return constant - log_scale + 0.5 * mean.square() + torch.exp(2 * log_scale)


def kl_uniform_to_standard_normal(centre: Tensor, log_half_width: Tensor) -> Tensor:
    """KL(U(centre - h, centre + h) || N(0, 1)) of each latent, h = exp log_half_width.

    -log 2h + log(2 pi) / 2 + (centre^2 + h^2 / 3) / 2: minus the entropy, and the mean of -log p(z). Never below
    log(pi / 6) / 2 + 1/2, about 0.1765, at centre 0 and h^2 = 3. The other way round it is infinite: a uniform denies
    what lies outside. Any shapes that broadcast; no reduction, in nats. Raises nothing of its own.
    """
    constant = 0.5 * math.log(2 * math.pi) - math.log(2)
    return constant - log_half_width + 0.5 * centre.square() + torch.exp(2 * log_half_width) / 6


def kl_normal(mean_p: Tensor, log_variance_p: Tensor, mean_q: Tensor, log_variance_q: Tensor) -> Tensor:
    """KL(p || q) of two univariate normals, for each latent.

    (r - 1 - log r + (mean_p - mean_q)^2 / var_q) / 2 with r = var_p / var_q (Cover and Thomas 2006, chapter
    8). Any shapes that broadcast; no reduction: one value a latent, in nats. Raises nothing of its own.
    """
    log_ratio = log_variance_p - log_variance_q
    return 0.5 * (scaled_square(mean_p - mean_q, log_variance_q) + (torch.expm1(log_ratio) - log_ratio))


def scaled_square(difference: Tensor, log_variance: Tensor) -> Tensor:
    """difference^2 / exp log_variance: also where the square underflows, the precision overflows, or both.

    Any shapes that broadcast; elementwise, without a unit. Raises nothing of its own.
    """
    # Zero stands in for the variance where the difference is 0, so that 0 * inf is not computed, nor its gradient.
    return (difference * torch.exp(-0.5 * torch.where(difference == 0, 0.0, log_variance))).square()


def kl_gaussian(mean_p: Tensor, cov_p: Tensor, mean_q: Tensor, cov_q: Tensor) -> Tensor:
    """KL(p || q) of two multivariate normals with full covariances.

    (tr(cov_q^-1 cov_p) + |cov_q^-1/2 (mean_p - mean_q)|^2 - d + log det cov_q - log det cov_p) / 2, by
    Cholesky factors, in float64: see kl_whitened. Means [..., d], covariances [..., d, d] whose batches
    broadcast; one value a batch entry, of the inputs' type, in nats. Raises ValueError for other types, where
    the shapes disagree or a covariance is not symmetric positive definite.
    """
    inputs = {"mean_p": mean_p, "cov_p": cov_p, "mean_q": mean_q, "cov_q": cov_q}
    _refuse_not_gaussians(inputs)
    kind = torch.float32 if all(values.dtype == torch.float32 for values in inputs.values()) else torch.float64
    factor_p, factor_q = _cholesky("cov_p", cov_p), _cholesky("cov_q", cov_q)
    # factor_q^-1 factor_p without its diagonal. Where q = p the difference is 0, and so is all that follows.
    whitened = torch.linalg.solve_triangular(factor_q, factor_p - factor_q, upper=False).tril(-1)
    difference = (mean_p.double() - mean_q.double()).unsqueeze(-1)
    shift = torch.linalg.solve_triangular(factor_q, difference, upper=False).squeeze(-1)
    logs_p, logs_q = (factor.diagonal(dim1=-2, dim2=-1).log() for factor in (factor_p, factor_q))
    divergence = kl_whitened(shift.square().sum(-1), whitened.square().sum((-2, -1)), 2 * (logs_p - logs_q))
    return divergence.to(kind)


def kl_whitened(shift_square: Tensor, off_square: Tensor, log_diagonal: Tensor) -> Tensor:
    """KL(N(shift, T T^T) || N(0, I)) for a triangular T: what any two normals are once q is whitened.

    (|shift|^2 + sum of T's squares off its diagonal + sum (exp t - 1 - t)) / 2 with t = log T_ii^2: a sum of terms
    none of which is negative, so nothing cancels near p = q. shift_square: |shift|^2; off_square: the sum of squares
    off the diagonal, both [...]; log_diagonal: t, [..., d]; in nats. Raises nothing of its own.
    """
    return 0.5 * (shift_square + off_square + (torch.expm1(log_diagonal) - log_diagonal).clamp_min(0).sum(-1))


def _refuse_not_gaussians(inputs: dict[str, Tensor]) -> None:
    for name, values in inputs.items():
        if values.dtype not in (torch.float32, torch.float64):
            raise ValueError(f"{name} must be numbers, got {values.dtype}; allowed: torch.float32, torch.float64.")
    shapes = {name: tuple(values.shape) for name, values in inputs.items()}
    size = shapes["mean_p"][-1:]
    fits = size > (0,) and shapes["mean_q"][-1:] == size
    if not fits or not shapes["cov_p"][-2:] == shapes["cov_q"][-2:] == size * 2:
        raise ValueError(
            f"means [..., d] and covariances [..., d, d] must agree, got means {shapes['mean_p']}, "
            f"{shapes['mean_q']} and covariances {shapes['cov_p']}, {shapes['cov_q']}; allowed: one d of 1 and above."
        )
    batches = [shapes["mean_p"][:-1], shapes["mean_q"][:-1], shapes["cov_p"][:-2], shapes["cov_q"][:-2]]
    try:
        torch.broadcast_shapes(*batches)
    except RuntimeError as error:
        raise ValueError(
            f"batches of means and covariances must agree, got {', '.join(map(str, batches))}; "
            "allowed: shapes that broadcast."
        ) from error


def _cholesky(what: str, covariance: Tensor) -> Tensor:
    precise = covariance.double()
    factor, failed = torch.linalg.cholesky_ex(precise)
    # Each matrix by its own scale; written so that NaN, which no comparison holds for, is refused.
    scale = precise.detach().abs().amax((-2, -1), keepdim=True)
    tolerance = 100 * torch.finfo(covariance.dtype).eps * scale
    symmetric = (precise - precise.mT).detach().abs() <= tolerance
    if bool(failed.any()) or not bool(symmetric.all()):
        raise ValueError(
            f"{what} must be a covariance, got a matrix that is not one; allowed: symmetric positive definite."
        )
    return factor
