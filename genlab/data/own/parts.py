"""What was found in somebody's files, before pictures are brought to one size: pictures or points, and labels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genlab.data.images import ByteArray
from genlab.locale import Message

TEST_NAMES = ("test", "t10k", "testing")
# Words of folders and files that say which part of the data they are, and no class.
PART_NAMES = frozenset({*TEST_NAMES, "train", "training", "val", "valid", "validation"})


class Sheet(NamedTuple):
    """One picture as grey levels, any size, 0 black to 255 white; coloured: whether it had colours."""

    grey: ByteArray
    coloured: bool


class Unreadable(ValueError):
    """One of many pictures cannot be read: it is left out, and counted."""


@dataclass(frozen=True)
class Found:
    """pictures: what reads each of them (it may raise Unreadable), or None; points: float64 [n, 1 or 2], or None;
    labels: one a picture or point, or None; held_out: bool [n] where the files say so, or None; notes: what was left
    out on the way."""

    pictures: Sequence[Callable[[], Sheet]] | None = None
    points: NDArray[np.float64] | None = None
    labels: Sequence[Any] | None = None
    held_out: NDArray[np.bool_] | None = None
    notes: list[Message] = field(default_factory=list)


def is_test(name: str) -> bool:
    """Whether a name speaks of the part that is held out."""
    words = "".join(c if c.isalnum() else " " for c in name.lower()).split()
    return any(word in TEST_NAMES for word in words)
