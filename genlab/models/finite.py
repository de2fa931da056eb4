"""Numbers that have to be numbers before they are measured."""

from __future__ import annotations

from torch import Tensor


def finite(values: Tensor, what: str) -> Tensor:
    """The values themselves, of any shape; raises FloatingPointError, naming `what`, where one is NaN or infinite."""
    if not bool(values.isfinite().all()):
        raise FloatingPointError(what)
    return values
