"""Likelihoods and their bounds: log p(x|z), ELBO, IWAE, and a model where every term is exact."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from genlab.divergences import kl_gaussian, kl_to_standard_normal


def bernoulli_log_likelihood(x: Tensor, logits: Tensor) -> Tensor:
    """log p(x|z) of pixels that are Bernoulli with probabilities sigmoid(logits); grey pixels count as means.

    sum x log D + (1 - x) log(1 - D), D = sigmoid(logits): the negative binary cross entropy (Kingma and
    Welling 2014, appendix C.1). x, logits: [batch, ...] of one shape; summed over all but the batch, in
    nats: [batch]. Raises ValueError where the shapes differ.
    """
    if x.shape != logits.shape:
        raise ValueError(
            f"x and logits must have one shape, got {tuple(x.shape)} and {tuple(logits.shape)}; allowed: equal shapes."
        )
    return -binary_cross_entropy_with_logits(logits, x, reduction="none").flatten(1).sum(1)


def gaussian_log_likelihood(x: Tensor, mean: Tensor, log_variance: Tensor) -> Tensor:
    """log p(x|z) of values that are independent normals.

    -1/2 sum (log 2 pi + log sigma^2 + (x - mean)^2 / sigma^2) (Kingma and Welling 2014, appendix C.2). x,
    mean: [batch, ...] of one shape, log_variance: broadcast to it; summed over all but the batch, in nats:
    [batch]. Raises ValueError where the shapes differ.
    """
    if x.shape != mean.shape:
        raise ValueError(
            f"x and mean must have one shape, got {tuple(x.shape)} and {tuple(mean.shape)}; allowed: equal shapes."
        )
    terms = math.log(2 * math.pi) + log_variance + (x - mean).square() * torch.exp(-log_variance)
    return -0.5 * terms.expand_as(x).flatten(1).sum(1)


def elbo(log_likelihood: Tensor, kl: Tensor) -> Tensor:
    """The evidence lower bound of each example: E_q[log p(x|z)] - KL(q(z|x) || p(z)).

    Kingma and Welling 2014, equation 3. log_likelihood: [batch]; kl: [batch], or [batch, latent], then
    summed over latents. In nats: [batch]. Raises ValueError where the batches differ.
    """
    if log_likelihood.ndim != 1 or kl.ndim not in (1, 2) or kl.shape[0] != log_likelihood.shape[0]:
        raise ValueError(
            f"log_likelihood and kl must be per example, "
            f"got {tuple(log_likelihood.shape)} and {tuple(kl.shape)}; "
            "allowed: [batch] with [batch] or [batch, latent]."
        )
    return log_likelihood - (kl.sum(1) if kl.ndim == 2 else kl)


def iwae_bound(log_weights: Tensor) -> Tensor:
    """The importance weighted bound of log p(x): ELBO <= IWAE_k <= log p(x), in expectation.

    log 1/k sum_i p(x, z_i) / q(z_i|x) (Burda, Grosse and Salakhutdinov 2016, equation 8). log_weights: [k,
    batch], in nats; out: [batch]. Raises ValueError for another number of axes or k = 0.
    """
    if log_weights.ndim != 2 or log_weights.shape[0] == 0:
        raise ValueError(f"log_weights must be [k, batch], got {tuple(log_weights.shape)}; allowed: k of 1 and above.")
    return torch.logsumexp(log_weights, 0) - math.log(log_weights.shape[0])


@dataclass(frozen=True)
class LinearGaussian:
    """Every term of log p(x) = ELBO + KL(q || p(z|x)), in nats, one value an example.

    elbo = reconstruction - kl_prior; posterior_mean: [..., latent]; posterior_cov: [latent, latent], the
    same for every x.
    """

    log_px: Tensor
    reconstruction: Tensor
    kl_prior: Tensor
    elbo: Tensor
    kl_posterior: Tensor
    posterior_mean: Tensor
    posterior_cov: Tensor


def linear_gaussian(
    weight: Tensor, bias: Tensor, noise_std: float, x: Tensor, mean: Tensor, log_variance: Tensor
) -> LinearGaussian:
    """Every term of the bound in closed form where z ~ N(0, I), x|z ~ N(weight z + bias, noise_std^2 I).

    p(x) = N(bias, W W^T + s^2 I); p(z|x) = N(C W^T (x - bias) / s^2, C), C = (I + W^T W / s^2)^-1 (Bishop
    2006, 12.2); q(z|x) = N(mean, diag exp log_variance). log p(x) does not use the posterior, so that the
    identity is a check and no tautology. weight: [d, latent], bias: [d], x: [..., d], mean, log_variance:
    [..., latent]; in nats. Raises ValueError where the shapes disagree or noise_std is not positive.
    """
    size, latent = weight.shape
    shapes = (bias.shape[-1], x.shape[-1], mean.shape[-1], log_variance.shape[-1])
    if shapes != (size, size, latent, latent):
        raise ValueError(
            f"weight [d, latent] is {tuple(weight.shape)}, "
            f"got widths {shapes} of bias, x, mean, log_variance; "
            f"allowed: {(size, size, latent, latent)}."
        )
    noise_variance = float(noise_std) ** 2
    if not noise_variance > 0:
        raise ValueError(f"noise_std must be a standard deviation, got {noise_std:g}; allowed: above 0.")
    unit_x, unit_z = torch.eye(size).to(weight), torch.eye(latent).to(weight)
    centred = x - bias

    factor = torch.linalg.cholesky(weight @ weight.T + noise_variance * unit_x)
    whitened = torch.linalg.solve_triangular(factor, centred.unsqueeze(-1), upper=False).squeeze(-1)
    log_determinant = 2 * factor.diagonal().log().sum()
    log_px = -0.5 * (size * math.log(2 * math.pi) + log_determinant + whitened.square().sum(-1))

    variance = torch.exp(log_variance)
    squares = (centred - mean @ weight.T).square().sum(-1) + (variance * weight.square().sum(0)).sum(-1)
    reconstruction = -0.5 * (size * math.log(2 * math.pi * noise_variance) + squares / noise_variance)
    kl_prior = kl_to_standard_normal(mean, log_variance).sum(-1)

    precision = unit_z + weight.T @ weight / noise_variance
    posterior_cov = torch.cholesky_inverse(torch.linalg.cholesky(precision))
    posterior_mean = (centred @ weight / noise_variance) @ posterior_cov
    kl_posterior = kl_gaussian(mean, torch.diag_embed(variance), posterior_mean, posterior_cov)
    return LinearGaussian(
        log_px=log_px,
        reconstruction=reconstruction,
        kl_prior=kl_prior,
        elbo=reconstruction - kl_prior,
        kl_posterior=kl_posterior,
        posterior_mean=posterior_mean,
        posterior_cov=posterior_cov,
    )
