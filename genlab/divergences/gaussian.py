"""KL divergences of normal distributions in closed form."""

from __future__ import annotations

import torch
from torch import Tensor


def kl_to_standard_normal(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(N(mean, exp log_variance) || N(0, 1)) of each latent.

    (mean^2 + sigma^2 - 1 - log sigma^2) / 2 (Kingma and Welling 2014, appendix B). Any shapes that
    broadcast; no reduction: one value a latent, in nats. Raises nothing of its own.
    """
    # exp(v) - 1 - v loses every digit near v = 0 in float32; expm1 keeps them.
    return 0.5 * (mean.square() + (torch.expm1(log_variance) - log_variance))


def kl_normal(mean_p: Tensor, log_variance_p: Tensor, mean_q: Tensor, log_variance_q: Tensor) -> Tensor:
    """KL(p || q) of two univariate normals, for each latent.

    (r - 1 - log r + (mean_p - mean_q)^2 / var_q) / 2 with r = var_p / var_q (Cover and Thomas 2006, chapter
    8). Any shapes that broadcast; no reduction: one value a latent, in nats. Raises nothing of its own.
    """
    log_ratio = log_variance_p - log_variance_q
    scaled_square = (mean_p - mean_q).square() * torch.exp(-log_variance_q)
    return 0.5 * (scaled_square + (torch.expm1(log_ratio) - log_ratio))


def kl_gaussian(mean_p: Tensor, cov_p: Tensor, mean_q: Tensor, cov_q: Tensor) -> Tensor:
    """KL(p || q) of two multivariate normals with full covariances.

    (tr(cov_q^-1 cov_p) + |cov_q^-1/2 (mean_p - mean_q)|^2 - d + log det cov_q - log det cov_p) / 2, by
    Cholesky factors. Means [..., d], covariances [..., d, d]; one value a batch entry, in nats. Raises
    ValueError where the shapes disagree or a covariance is not symmetric positive definite.
    """
    dimensions = mean_p.shape[-1]
    if mean_q.shape[-1] != dimensions or not (cov_p.shape[-2:] == cov_q.shape[-2:] == (dimensions, dimensions)):
        raise ValueError(
            f"means [..., d] and covariances [..., d, d] must agree, got means {tuple(mean_p.shape)}, "
            f"{tuple(mean_q.shape)} and covariances {tuple(cov_p.shape)}, {tuple(cov_q.shape)}; "
            "allowed: one d."
        )
    factor_p, factor_q = _cholesky("cov_p", cov_p), _cholesky("cov_q", cov_q)
    whitened = torch.linalg.solve_triangular(factor_q, factor_p, upper=False)
    shift = torch.linalg.solve_triangular(factor_q, (mean_p - mean_q).unsqueeze(-1), upper=False).squeeze(-1)
    # det whitened = det factor_p / det factor_q, so its diagonal holds both log determinants.
    log_determinants = whitened.diagonal(dim1=-2, dim2=-1).log().sum(-1)
    trace = whitened.square().sum((-2, -1))
    return 0.5 * (trace + shift.square().sum(-1) - dimensions) - log_determinants


def _cholesky(what: str, covariance: Tensor) -> Tensor:
    scale = covariance.detach().abs().amax()
    tolerance = 100 * torch.finfo(covariance.dtype).eps * scale
    factor, failed = torch.linalg.cholesky_ex(covariance)
    if bool(failed.any()) or bool((covariance - covariance.mT).detach().abs().amax() > tolerance):
        raise ValueError(
            f"{what} must be a covariance, got a matrix that is not one; allowed: symmetric positive definite."
        )
    return factor
