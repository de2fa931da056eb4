"""The GAN's game: its value, its best discriminator, and what they say of JS (Goodfellow et al. 2014)."""

from __future__ import annotations

import math
from typing import TypeVar

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

from genlab.divergences._checks import refuse_not_densities, refuse_not_probabilities, refuse_shapes

Number = TypeVar("Number", float, Tensor)


def optimal_discriminator(p: Tensor, q: Tensor) -> Tensor:
    """D*(x), the best discriminator between data of density p and samples of density q.

    p / (p + q), and 1/2 where both are 0 (Goodfellow et al. 2014, proposition 1). Equal shapes,
    elementwise, a probability. Raises ValueError where the shapes differ or a density is negative or
    infinite.
    """
    refuse_shapes("densities p and q", p, q)
    refuse_not_densities("density p", p)
    refuse_not_densities("density q", q)
    larger = torch.maximum(p, q).detach()
    empty = larger == 0
    # In units of the larger one, as the sum of two large densities overflows.
    unit = torch.where(empty, 1.0, larger)
    p, q = p / unit, q / unit
    return torch.where(empty, 0.5, p / torch.where(empty, 1.0, p + q))


def gan_value(d_real: Tensor, d_fake: Tensor) -> Tensor:
    """V(D, G): what the discriminator maximises and the generator minimises.

    mean log D(x) + mean log(1 - D(G(z))) (Goodfellow et al. 2014, equation 1). Any shapes, mean over all,
    in nats; 0 where D is perfect, -inf where it is wrong with certainty. Raises ValueError where there is
    no value or one is outside [0, 1].
    """
    refuse_not_probabilities("D(x)", d_real)
    refuse_not_probabilities("D(G(z))", d_fake)
    return torch.log(d_real).mean() + torch.log1p(-d_fake).mean()


def gan_value_from_logits(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """V(D, G) where D = sigmoid(logit); finite however sure the discriminator is.

    mean logsigmoid(real_logits) + mean logsigmoid(-fake_logits). Any shapes, mean over all, in nats.
    Raises ValueError where there is no value.
    """
    for what, logits in (("real_logits", real_logits), ("fake_logits", fake_logits)):
        if logits.numel() == 0:
            raise ValueError(f"{what} must hold at least one logit, got none; allowed: 1 or more.")
    return logsigmoid(real_logits).mean() + logsigmoid(-fake_logits).mean()


def generator_cost(js: Number) -> Number:
    """C(G) = max_D V(D, G) = 2 JS(p_data || p_g) - log 4 (Goodfellow et al. 2014, theorem 1).

    Elementwise, in nats: from -log 4 (p_g = p_data) to 0 (disjoint). Raises nothing of its own.
    """
    return 2 * js - math.log(4)


def js_lower_bound(d_real: Tensor, d_fake: Tensor) -> Tensor:
    """A lower bound of JS(p_data || p_g) from any discriminator, tight at D*.

    (V(D, G) + log 4) / 2, from V <= C(G). Shapes, reduction, unit (nats) and errors as gan_value.
    """
    return 0.5 * (gan_value(d_real, d_fake) + math.log(4))


def js_lower_bound_from_logits(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """The bound of js_lower_bound where D = sigmoid(logit): (V(D, G) + log 4) / 2, a scalar in nats.

    Shapes, reduction and errors as gan_value_from_logits.
    """
    return 0.5 * (gan_value_from_logits(real_logits, fake_logits) + math.log(4))  # [js_bound]


def generator_gradients(d_fake: Tensor) -> tuple[Tensor, Tensor]:
    """d/d logit of what G minimises, of the minimax and of the non-saturating loss, where D = sigmoid(logit).

    d log(1 - D) / d logit = -D and d -log D / d logit = -(1 - D) (Goodfellow et al. 2014, section 3): where D is sure
    that a sample is generated, D near 0, the first vanishes and the second is 1 in size. d_fake: D(G(z)), any shape;
    elementwise, both of its shape, in nats a unit of the logit. Raises ValueError where there is no value or one is
    outside [0, 1].
    """
    refuse_not_probabilities("D(G(z))", d_fake)
    return -d_fake, d_fake - 1
