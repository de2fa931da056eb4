"""Pictures of digits in rows, as figures of an outcome."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from genlab.devices import as_array
from genlab.lessons.anatomy import Sheet

if TYPE_CHECKING:
    from torch import Tensor

GAP = 2  # pixels between digits


def sheet(title: str, rows: Sequence[tuple[str, Tensor]]) -> Sheet:
    """Rows of pictures [n, 1, 28, 28] or [n, 28, 28] in [0, 1] (what lies outside is cut off), each with its words.

    title and words: English, marked for translation; a row that continues the one above has "" for words. Raises
    ValueError where the rows are not equally long.
    """
    lengths = {len(images) for _, images in rows}
    if len(lengths) != 1:
        raise ValueError(f"sheet: got rows of {sorted(lengths)} pictures, allowed: equally long ones")
    strips = [np.concatenate([framed(image) for image in grey(images)], axis=1) for _, images in rows]
    file = io.BytesIO()
    Image.fromarray(np.concatenate(strips)).save(file, "PNG", optimize=True)
    png = base64.b64encode(file.getvalue()).decode()
    return Sheet(title, png, lengths.pop(), tuple(words for words, _ in rows if words))


def grey(images: Tensor) -> np.ndarray:
    """Pictures as uint8 [n, 28, 28]."""
    pixels = images.detach().reshape(-1, 28, 28).clamp(0, 1).mul(255).round()
    return as_array(pixels.byte())


def framed(image: np.ndarray) -> np.ndarray:
    """A picture with a dark grey line at its right and below: neighbours can be told apart."""
    return np.pad(image, ((0, GAP), (0, GAP)), constant_values=64)
