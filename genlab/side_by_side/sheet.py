"""A row's samples as one picture."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageDraw
from torch import Tensor

from genlab.data.images import tiled
from genlab.devices import as_array

COLUMNS = 8
SIDE = 28
# Points are drawn in the window that all pages draw them in.
VIEW = 1.5
SHOWN = 32
WIDTH, HEIGHT = COLUMNS * SIDE, SHOWN // COLUMNS * SIDE
BINS = 56
INK = 40
PAPER = 255


def sheet_png(sheet: Tensor) -> bytes:
    """Samples as a PNG of 224 x 112 pixels: images [n, 1, 28, 28] in a grid of eight columns, the first 32 of them;
    points [n, 2] as dots, [n, 1] as a histogram, both over [-1.5, 1.5]."""
    if sheet.ndim == 4:
        pixels = tiled(as_array(sheet[:SHOWN, 0].clamp(0, 1).mul(255).round().byte()), COLUMNS)
    elif sheet.shape[1] == 1:
        pixels = bars(sheet[:, 0].numpy())
    else:
        pixels = dots(sheet.numpy())
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def bars(values: np.ndarray) -> np.ndarray:
    """A histogram, uint8 [112, 224]; the highest bar fills the height."""
    counts, _ = np.histogram(values, BINS, (-VIEW, VIEW))
    heights = np.round(counts / max(1, counts.max()) * (HEIGHT - 4)).astype(int)
    pixels = np.full((HEIGHT, WIDTH), PAPER, np.uint8)
    for place, height in enumerate(heights):
        pixels[HEIGHT - height :, place * WIDTH // BINS : (place + 1) * WIDTH // BINS - 1] = INK
    return pixels


def dots(points: np.ndarray) -> np.ndarray:
    """A dot a point, uint8 [112, 224]: the square window in the middle."""
    picture = Image.new("L", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(picture)
    for x, y in points:
        across, down = WIDTH / 2 + x / VIEW * HEIGHT / 2, HEIGHT / 2 - y / VIEW * HEIGHT / 2
        if 0 <= across < WIDTH and 0 <= down < HEIGHT:
            draw.rectangle((across - 0.5, down - 0.5, across + 0.5, down + 0.5), fill=INK)
    return np.asarray(picture)
