"""Likelihoods and their bounds: log p(x|z), ELBO, IWAE, and a model where every term is exact."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from genlab.divergences import kl_to_standard_normal
from genlab.divergences.gaussian import kl_whitened, scaled_square


def bernoulli_log_likelihood(x: Tensor, logits: Tensor) -> Tensor:
    """log p(x|z) of pixels that are Bernoulli with probabilities sigmoid(logits); grey pixels count as means.

    sum x log D + (1 - x) log(1 - D), D = sigmoid(logits): the negative binary cross entropy (Kingma and
    Welling 2014, appendix C.1). x, logits: [batch, ...] of one shape; summed over all but the batch, in
    nats: [batch]. Raises ValueError where the shapes differ, there is no batch or x is outside [0, 1].
    """
    _refuse_not_batches("x and logits", x, logits)
    if x.numel():
        low, high = (value.item() for value in torch.aminmax(x.detach()))
        if not (low >= 0 and high <= 1):
            raise ValueError(f"x must be pixels, got values from {low:g} to {high:g}; allowed: 0 to 1.")
    # An infinite logit is certain: 0 where x agrees, -inf elsewhere, and no 0 * inf.
    certain = logits.isinf()
    costs = binary_cross_entropy_with_logits(torch.where(certain, 0.0, logits), x, reduction="none")
    agrees = x == (logits > 0).to(x.dtype)
    return -_sum_of_each(torch.where(certain, torch.where(agrees, 0.0, torch.inf), costs))


def gaussian_log_likelihood(x: Tensor, mean: Tensor, log_variance: Tensor) -> Tensor:
    """log p(x|z) of values that are independent normals.

    -1/2 sum (log 2 pi + log sigma^2 + (x - mean)^2 / sigma^2) (Kingma and Welling 2014, appendix C.2). x,
    mean: [batch, ...] of one shape, log_variance: broadcast to it; summed over all but the batch, in nats:
    [batch]. Raises ValueError where the shapes differ or there is no batch.
    """
    _refuse_not_batches("x and mean", x, mean)
    terms = math.log(2 * math.pi) + log_variance + scaled_square(x - mean, log_variance)
    return -0.5 * _sum_of_each(terms.expand_as(x))


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
    batch], in nats; out: [batch], -inf where every weight is. Raises ValueError for another number of axes or k = 0.
    """
    if log_weights.ndim != 2 or log_weights.shape[0] == 0:
        raise ValueError(f"log_weights must be [k, batch], got {tuple(log_weights.shape)}; allowed: k of 1 and above.")
    nothing = (log_weights == -torch.inf).all(0)
    # Zeros stand in where all weights are 0, as the gradient of their logarithm is not a number.
    bound = torch.logsumexp(torch.where(nothing, 0.0, log_weights), 0) - math.log(log_weights.shape[0])  # [iwae_k]
    return torch.where(nothing, -torch.inf, bound)


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
    identity is a check and no tautology. Computed in float64 by QR decompositions, which keep the digits that
    W W^T + s^2 I loses where the noise is small. weight: [d, latent], bias: [d], x: [..., d], mean,
    log_variance: [..., latent]; of the inputs' type, in nats. Raises ValueError where the shapes disagree or
    noise_std is not a positive number.
    """
    if weight.ndim != 2 or min(part.ndim for part in (bias, x, mean, log_variance)) == 0:
        raise ValueError(
            f"weight must be a matrix and the rest vectors, got {weight.ndim} axes of weight, "
            f"{[part.ndim for part in (bias, x, mean, log_variance)]} of bias, x, mean, log_variance; "
            "allowed: 2, and 1 and more."
        )
    size, latent = weight.shape
    shapes = (bias.shape[-1], x.shape[-1], mean.shape[-1], log_variance.shape[-1])
    if shapes != (size, size, latent, latent):
        raise ValueError(
            f"weight [d, latent] is {tuple(weight.shape)}, "
            f"got widths {shapes} of bias, x, mean, log_variance; "
            f"allowed: {(size, size, latent, latent)}."
        )
    # Within these the square of noise_std and its inverse are numbers.
    if not 1e-150 <= noise_std <= 1e150:
        raise ValueError(
            f"noise_std must be a standard deviation, got {noise_std:g}; allowed: above 0 (1e-150 to 1e150)."
        )
    noise_std = float(noise_std)
    inputs = (weight, bias, x, mean, log_variance)
    kind = torch.float32 if all(part.dtype == torch.float32 for part in inputs) else torch.float64
    weight, bias, x, mean, log_variance = (part.double() for part in inputs)
    unit_x, unit_z = torch.eye(size).to(weight), torch.eye(latent).to(weight)
    centred = (x - bias) / noise_std
    scaled = weight / noise_std

    # R^T R = W W^T / s^2 + I
    root = torch.linalg.qr(torch.cat([scaled.T, unit_x])).R
    whitened = torch.linalg.solve_triangular(root.T, centred.unsqueeze(-1), upper=False).squeeze(-1)
    log_scales = size * (math.log(2 * math.pi) + 2 * math.log(noise_std))
    log_determinant = log_scales + 2 * root.diagonal().abs().log().sum()
    log_px = -0.5 * (log_determinant + whitened.square().sum(-1))

    variance = torch.exp(log_variance)
    squares = (centred - mean @ scaled.T).square().sum(-1) + (variance * scaled.square().sum(0)).sum(-1)
    reconstruction = -0.5 * (log_scales + squares)
    kl_prior = kl_to_standard_normal(mean, log_variance).sum(-1)

    # R^T R = C^-1, and the mean is a problem of least squares in x and the prior's zeros.
    orthogonal, root = torch.linalg.qr(torch.cat([scaled, unit_z]))
    posterior_mean = torch.linalg.solve_triangular(
        root, (centred @ orthogonal[:size]).unsqueeze(-1), upper=True
    ).squeeze(-1)
    inverse = torch.linalg.solve_triangular(root, unit_z, upper=True)
    shift = ((mean - posterior_mean) @ root.T).square().sum(-1)
    off_diagonal = (variance * root.triu(1).square().sum(0)).sum(-1)
    kl_posterior = kl_whitened(shift, off_diagonal, log_variance + 2 * root.diagonal().abs().log())
    return LinearGaussian(
        log_px=log_px.to(kind),
        reconstruction=reconstruction.to(kind),
        kl_prior=kl_prior.to(kind),
        elbo=(reconstruction - kl_prior).to(kind),
        kl_posterior=kl_posterior.to(kind),
        posterior_mean=posterior_mean.to(kind),
        posterior_cov=(inverse @ inverse.T).to(kind),
    )


def _refuse_not_batches(what: str, first: Tensor, second: Tensor) -> None:
    if first.shape != second.shape or first.ndim == 0:
        raise ValueError(
            f"{what} must have one shape, got {tuple(first.shape)} and {tuple(second.shape)}; "
            "allowed: equal shapes [batch, ...]."
        )


def _sum_of_each(terms: Tensor) -> Tensor:
    """The sum over all axes but the first."""
    return terms.flatten(1).sum(1) if terms.ndim > 1 else terms
