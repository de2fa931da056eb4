"""Centring a drawing as MNIST's digits were centred, so that an encoder meets what it was trained on.

"Size normalized to fit in a 20x20 pixel box while preserving their aspect ratio ... grey levels as a result of the
anti-aliasing ... centered in a 28x28 image by computing the center of mass of the pixels, and translating the image so
as to position this point at the center of the 28x28 field" (LeCun's page of MNIST). The page does the same in
static/maths/ink.js, at every move of a hand. A digit of MNIST comes out of it as it went in, byte for byte.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from genlab.data.images import ByteArray

BOX = 20
FIELD = 28
MIDDLE = FIELD // 2


def bounding_box(ink: NDArray[np.generic]) -> tuple[int, int, int, int] | None:
    """left, top, right, bottom (the last two beyond the ink) of what is not 0 in [H, W]; None where nothing is."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not len(rows):
        return None
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def overlaps(cells: int, start: float, step: float, size: int) -> NDArray[np.float64]:
    """How much of each cell [start + i step, start + (i + 1) step] each pixel [p, p + 1] covers: [cells, size], rows
    that lie within the pixels add up to 1."""
    edges = start + step * np.arange(cells + 1)
    pixels = np.arange(size)
    ends = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    return ends.clip(0) / step


def resized(ink: ByteArray, longest: int) -> ByteArray:
    """The ink's bounding box with its longer side scaled to `longest` pixels, each the mean of what it covers.

    ink [H, W], with something in it; returns [h, w], max(h, w) = longest, rounded to whole grey levels.
    """
    box = bounding_box(ink)
    if box is None:
        raise ValueError("ink: got none, allowed: at least one pixel above 0")
    left, top, right, bottom = box
    cut = ink[top:bottom, left:right].astype(np.float64)
    height, width = cut.shape
    step = max(height, width) / longest
    rows, columns = (max(1, int(np.ceil(side / step - 1e-9))) for side in (height, width))
    mean = overlaps(rows, 0, step, height) @ cut @ overlaps(columns, 0, step, width).T
    return np.floor(mean + 0.5).astype(np.uint8)


def centred(ink: ByteArray) -> ByteArray:
    """A drawing [H, W], 0 paper to 255 ink, as a picture [28, 28] of MNIST's kind.

    The centre of mass, in pixel numbers, comes to lie within [13.5, 14.5), as it does in every digit of MNIST; only
    where the digit would leave the field is it held back. Raises ValueError where there is no ink.
    """
    digit = resized(ink, BOX)
    field = np.zeros((FIELD, FIELD), np.uint8)
    top, left = (start(digit.sum(axis=axis, dtype=np.int64)) for axis in (1, 0))
    field[top : top + digit.shape[0], left : left + digit.shape[1]] = digit
    return field


def start(mass: NDArray[np.int64]) -> int:
    """Where a profile of masses begins, so that its centre of mass is at the middle; in whole numbers, which the
    browser's arithmetic reproduces exactly."""
    total = int(mass.sum())
    # A digit so faint that its mean rounds to nothing has no centre but its own middle.
    centre = (2 * int(mass @ np.arange(len(mass))) + total) // (2 * total) if total else len(mass) // 2
    return min(max(MIDDLE - centre, 0), FIELD - len(mass))
