"""The Laplace distribution in the normal's place: KL in closed form, and draws from normal ones.

Both by their deviation, as the normal: of scale b it is sqrt(2) b, its density exp(-|z - mean| / b) / 2b.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

ROOT_2 = math.sqrt(2)


def kl_to_standard_laplace(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(q || p) of each latent, both Laplace distributions: q of a mean and variance exp log_variance, p of 0 and 1.

    a + sigma (exp(-a / sigma) - 1) + sigma - 1 - log sigma with a = sqrt(2) |mean|: log(b_p / b_q) - 1, and E_q |z| =
    |mean| + b_q exp(-|mean| / b_q) over b_p (Gil, Alajaji and Linder 2013, table 2). Any shapes that broadcast; no
    reduction: one value a latent, in nats. Raises nothing of its own.
    """
    away, sigma = ROOT_2 * mean.abs(), torch.exp(log_variance / 2)
    # Near the prior each bracket is small, and expm1 keeps its digits in float32.
    return (away + sigma * torch.expm1(-away / sigma)) + (torch.expm1(log_variance / 2) - log_variance / 2)  # [kl]


def standard_laplace(normal: Tensor) -> Tensor:
    """Draws of N(0, 1) as draws of the Laplace distribution of mean 0 and variance 1, of any shape.

    -sign(n) log(erfc(|n| / sqrt 2)) / sqrt 2: each draw keeps the probability that lies farther out.
    Raises nothing of its own.
    """
    return -torch.sign(normal) * torch.log(torch.erfc(normal.abs() / ROOT_2)) / ROOT_2
