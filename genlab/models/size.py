"""How large a net may be: what is trained is kept, again and again."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import torch

from genlab.locale import N_, Message
from genlab.models.config import Config, ConfigError
from genlab.models.model import Model, Shape

# A checkpoint holds a weight and two numbers that an optimiser remembers of it, four bytes each: 120 MB.
MOST_PARAMETERS = 10_000_000


def parameters(build: Callable[[Any, Shape], Model], config: Config, shape: Shape) -> int:
    """How many numbers a model of these settings learns."""
    hashable: Any = config  # it is frozen
    return _counted(build, hashable, shape)


@lru_cache(maxsize=256)
def _counted(build: Callable[[Any, Shape], Model], config: Any, shape: Shape) -> int:
    # Built without memory, so that nothing is drawn.
    with torch.device("meta"):
        return sum(weight.numel() for weight in build(config, shape).parameters())


def check_size(build: Callable[[Any, Shape], Model], config: Config, shape: Shape) -> None:
    """Raises ConfigError where a model of these settings has more than 10,000,000 parameters."""
    got = parameters(build, config, shape)
    if got > MOST_PARAMETERS:
        text = N_("size: got {got} parameters, allowed: up to {allowed}; take a smaller width or fewer layers")
        raise ConfigError(Message(text, got=f"{got:,}", allowed=f"{MOST_PARAMETERS:,}"))
