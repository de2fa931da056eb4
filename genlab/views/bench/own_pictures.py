"""How brought data look: a sheet of pictures, or a picture of points."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from genlab.data.images import tiled

if TYPE_CHECKING:
    from genlab.data.images import ByteArray
    from genlab.data.own.bring import Brought

COLUMNS, ROWS, LARGER = 8, 4, 2
SIDE, WINDOW, BARS = 240, 1.25, 60
MOST_DRAWN = 20_000
# COLORS.data of static/core/palette.js.
DATA = (0, 114, 178)


def preview(brought: Brought) -> ByteArray:
    """Pictures [h, w] spread over the data, or points [h, w, 3] in the window in which pages draw them."""
    if brought.kind == "images":
        return sheet(brought.examples)
    return bars(brought.examples[:, 0]) if brought.examples.shape[1] == 1 else cloud(brought.examples[:MOST_DRAWN])


def sheet(pictures: ByteArray) -> ByteArray:
    """Some pictures, spread over all, in rows."""
    count = min(len(pictures), COLUMNS * ROWS)
    spread = pictures[np.linspace(0, len(pictures) - 1, count).round().astype(int)]
    return tiled(spread, COLUMNS).repeat(LARGER, axis=0).repeat(LARGER, axis=1)


def cloud(points: np.ndarray) -> ByteArray:
    """Points of the plane as dots."""
    field = np.full((SIDE, SIDE, 3), 255, np.uint8)
    across, up = ((points.T / WINDOW + 1) / 2 * (SIDE - 3)).round().astype(int)
    for right in range(3):
        for down in range(3):
            field[SIDE - 3 - up + down, across + right] = DATA
    return field


def bars(values: np.ndarray) -> ByteArray:
    """How often values of a line occur."""
    counts, _ = np.histogram(values, BARS, (-WINDOW, WINDOW))
    heights = np.ceil(counts / counts.max() * (SIDE // 2 - 4)).astype(int)
    filled = np.arange(SIDE // 2)[::-1, None] < heights
    field = np.where(filled[..., None], np.array(DATA, np.uint8), np.uint8(255))
    return field.repeat(SIDE // BARS, axis=1).astype(np.uint8)
