"""The GAN objectives: what D and G minimise, on logits (scores before the sigmoid), batch means.

real, fake: logits [n] or [n, 1] of D on data and on generated examples; D(x) = sigmoid(logit).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True)
class Objective:
    """discriminator(real, fake, smoothing) and generator(fake), both to be minimised; probabilistic: D(x) is a
    probability, so V(D, G) and the JS bound have a meaning; belief(scores, real, fake): scores as what a picture shows,
    1 where D takes x for data, 0 for generated; both are LaTeX-described on the page, D's for a smoothing of labels."""

    discriminator: Callable[[Tensor, Tensor, float], Tensor]
    generator: Callable[[Tensor], Tensor]
    probabilistic: bool
    belief: Callable[[Tensor, Tensor, Tensor], Tensor]
    discriminator_symbol: Callable[[float], str]
    generator_symbol: str


def binary_discriminator(real: Tensor, fake: Tensor, smoothing: float) -> Tensor:
    """-[mean log D(x) + mean log(1 - D(G(z)))]: minus the value V (Goodfellow et al. 2014, eq. 1).

    One-sided label smoothing (Salimans et al. 2016) asks for D(x) = 1 - smoothing instead of 1.
    """
    target = torch.full_like(real, 1 - smoothing)
    return F.binary_cross_entropy_with_logits(real, target) + F.softplus(fake).mean()  # [d_loss stage5]


def minimax_generator(fake: Tensor) -> Tensor:
    """mean log(1 - D(G(z))): the generator's part of V itself; it saturates when D is sure (eq. 1)."""
    return -F.softplus(fake).mean()  # [g_loss stage9]


def non_saturating_generator(fake: Tensor) -> Tensor:
    """-mean log D(G(z)) (Goodfellow et al. 2014, section 3): same fixed point, gradients that do not vanish."""
    return F.softplus(-fake).mean()  # [g_loss stage9]


def least_squares_discriminator(real: Tensor, fake: Tensor, smoothing: float) -> Tensor:
    """1/2 mean (D(x) - 1)^2 + 1/2 mean D(G(z))^2 (Mao et al. 2017, eq. 9)."""
    return ((real - (1 - smoothing)).square().mean() + fake.square().mean()) / 2  # [d_loss stage5]


def least_squares_generator(fake: Tensor) -> Tensor:
    """1/2 mean (D(G(z)) - 1)^2 (Mao et al. 2017, eq. 9)."""
    return (fake - 1).square().mean() / 2  # [g_loss stage9]


def hinge_discriminator(real: Tensor, fake: Tensor, smoothing: float) -> Tensor:
    """mean max(0, 1 - D(x)) + mean max(0, 1 + D(G(z))) (Lim and Ye 2017)."""
    return F.relu(1 - smoothing - real).mean() + F.relu(1 + fake).mean()  # [d_loss stage5]


def wasserstein_critic(real: Tensor, fake: Tensor, smoothing: float) -> Tensor:
    """mean D(G(z)) - mean D(x) (Arjovsky et al. 2017), to be used with the gradient penalty."""
    return fake.mean() - real.mean()  # [d_loss stage5]


def score_generator(fake: Tensor) -> Tensor:
    """-mean D(G(z)): the score itself (Lim and Ye 2017; Arjovsky et al. 2017)."""
    return -fake.mean()  # [g_loss stage9]


def probability(scores: Tensor, real: Tensor, fake: Tensor) -> Tensor:
    """D(x) = sigmoid(score), whatever D says of a batch."""
    return torch.sigmoid(scores)


def asked_for(generated: float, data: float) -> Callable[[Tensor, Tensor, Tensor], Tensor]:
    """Where a score lies between what D is asked for on generated and on data, 0 to 1."""
    return lambda scores, real, fake: ((scores - generated) / (data - generated)).clamp(0, 1)


def between_means(scores: Tensor, real: Tensor, fake: Tensor) -> Tensor:
    """A score on a line on which D's mean on generated is 1/4 and its mean on data 3/4, kept within 0 to 1: for scores
    that have neither a zero nor a scale."""
    middle, apart = (real.mean() + fake.mean()) / 2, (real.mean() - fake.mean()).abs().clamp_min(1e-6)
    return (0.5 + (scores - middle) / (2 * apart)).clamp(0, 1)


def binary_symbol(smoothing: float) -> str:
    """What `binary_discriminator` computes, as LaTeX: with smoothing D is also asked for 0 on data, a little."""
    fake = r"\mathbb{E}[\log(1 - D(G(z)))]"
    if not smoothing:
        return rf"-\mathbb{{E}}[\log D(x)] - {fake}"
    real = rf"{1 - smoothing:g}\,\mathbb{{E}}[\log D(x)] - {smoothing:g}\,\mathbb{{E}}[\log(1 - D(x))]"
    return rf"-{real} - {fake}"


OBJECTIVES = {
    "minimax": Objective(
        binary_discriminator,
        minimax_generator,
        True,
        probability,
        binary_symbol,
        r"\mathbb{E}[\log(1 - D(G(z)))]",
    ),
    "non_saturating": Objective(
        binary_discriminator,
        non_saturating_generator,
        True,
        probability,
        binary_symbol,
        r"-\mathbb{E}[\log D(G(z))]",
    ),
    "least_squares": Objective(
        least_squares_discriminator,
        least_squares_generator,
        False,
        asked_for(generated=0, data=1),
        lambda smoothing: rf"\tfrac12\mathbb{{E}}[(D(x) - {1 - smoothing:g})^2] + \tfrac12\mathbb{{E}}[D(G(z))^2]",
        r"\tfrac12\mathbb{E}[(D(G(z)) - 1)^2]",
    ),
    "hinge": Objective(
        hinge_discriminator,
        score_generator,
        False,
        asked_for(generated=-1, data=1),
        lambda smoothing: rf"\mathbb{{E}}[({1 - smoothing:g} - D(x))_+] + \mathbb{{E}}[(1 + D(G(z)))_+]",
        r"-\mathbb{E}[D(G(z))]",
    ),
    "wgan_gp": Objective(
        wasserstein_critic,
        score_generator,
        False,
        between_means,
        lambda smoothing: r"\mathbb{E}[D(G(z))] - \mathbb{E}[D(x)] + \lambda\,\mathrm{GP}",
        r"-\mathbb{E}[D(G(z))]",
    ),
}


def input_gradient(critic: nn.Module, x: Tensor) -> Tensor:
    """The gradient of D at each x, [n, features], differentiable."""
    x = x.detach().requires_grad_(True)
    (gradient,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return gradient.flatten(1)


def r1_penalty(critic: nn.Module, real: Tensor) -> Tensor:
    """mean |grad logit D(x)|^2 / 2 on data (Mescheder et al. 2018, eq. 9, without its gamma)."""
    return input_gradient(critic, real).square().sum(dim=1).mean() / 2


def gradient_penalty(critic: nn.Module, real: Tensor, fake: Tensor, rng: torch.Generator) -> Tensor:
    """mean (|grad D(x^)| - 1)^2 at x^ uniformly between a real and a fake example (Gulrajani et al. 2017, eq. 3)."""
    share = torch.rand(len(real), *[1] * (real.ndim - 1), generator=rng).to(real.device)
    between = share * real + (1 - share) * fake
    norm = input_gradient(critic, between).norm(dim=1)
    return (norm - 1).square().mean()  # [d_loss stage5]


def feature_distance(features: nn.Module, real: Tensor, fake: Tensor) -> Tensor:
    """The mean over features f of (mean f(real) - mean f(fake))^2 (Salimans et al. 2016, section 3.1).

    Of Fourier features it is a maximum mean discrepancy (Gretton et al. 2012): zero for no two different distributions
    but those that agree in all these waves.
    """
    return (features(real).mean(dim=0) - features(fake).mean(dim=0)).square().mean()
