"""New models drawn from a generator of their own, though torch's layers draw from the process' one."""

from __future__ import annotations

from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode


class DrawnFrom(TorchDispatchMode):
    """Within it, what this thread draws without naming a generator comes from `generator`: a context.

    The layers of torch.nn draw their first weights from a generator that all threads of a process share. Seeding that
    one, even for a moment, gives two visitors each other's numbers. The numbers are those of
    `torch.manual_seed(seed)`, where the generator is `torch.Generator().manual_seed(seed)`.
    """

    def __init__(self, generator: torch.Generator) -> None:
        super().__init__()
        self.generator = generator

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        given = dict(kwargs or {})
        if torch.Tag.nondeterministic_seeded in func.tags and given.get("generator") is None:
            if all(argument.name != "generator" for argument in func._schema.arguments):
                func = func.overloadpacket.generator  # torch.rand and its like have a form of their own for it
            given["generator"] = self.generator
        return func(*args, **given)


def drawn_with(seed: int) -> DrawnFrom:
    """The context in which a model is built from a seed, whatever other threads draw meanwhile."""
    return DrawnFrom(torch.Generator().manual_seed(seed))
