"""How likely examples are around what a decoder says: Bernoulli or Gaussian, as the settings have it."""

from __future__ import annotations

import math
from typing import Any

from torch import Tensor
from torch.nn import functional as F


def negative_log_likelihood(config: Any, x: Tensor, output: Tensor) -> Tensor:
    """-log p(x|z), nats, summed over pixels and batch.

    config: a family's settings, with `likelihood` and `deviation`; output: the decoder's, logits or means, of x's
    shape.
    """
    if config.likelihood == "bernoulli":
        return F.binary_cross_entropy_with_logits(output, x, reduction="sum")  # [reconstruction stage4]
    deviation = config.deviation
    constant = x.numel() * math.log(deviation * math.sqrt(2 * math.pi))  # [reconstruction stage4]
    return ((x - output) / deviation).square().sum() / 2 + constant  # [reconstruction stage4]
