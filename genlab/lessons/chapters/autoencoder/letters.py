"""Letters as a person would draw them: strokes in the digits' box, a little different for each seed."""

from __future__ import annotations

import math
import random

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor

# Strokes from (0, 0), above and at the left, to (1, 1); each a chain of points.
STROKES = {
    "A": (((0, 1), (0.5, 0), (1, 1)), ((0.2, 0.62), (0.8, 0.62))),
    "E": (((0.9, 0), (0.1, 0), (0.1, 1), (0.9, 1)), ((0.1, 0.5), (0.75, 0.5))),
    "H": (((0.1, 0), (0.1, 1)), ((0.9, 0), (0.9, 1)), ((0.1, 0.5), (0.9, 0.5))),
    "K": (((0.1, 0), (0.1, 1)), ((0.9, 0), (0.1, 0.55), (0.9, 1))),
    "M": (((0, 1), (0.1, 0), (0.5, 0.6), (0.9, 0), (1, 1)),),
    "N": (((0.1, 1), (0.1, 0), (0.9, 1), (0.9, 0)),),
    "R": (((0.1, 1), (0.1, 0), (0.7, 0.05), (0.85, 0.25), (0.7, 0.45), (0.1, 0.5)), ((0.45, 0.5), (0.95, 1))),
    "T": (((0, 0), (1, 0)), ((0.5, 0), (0.5, 1))),
    "W": (((0, 0), (0.25, 1), (0.5, 0.35), (0.75, 1), (1, 0)),),
    "X": (((0, 0), (1, 1)), ((1, 0), (0, 1))),
}
SIDE, FINE = 28, 10
BOX = (4.5, 23.5)  # the digits' own: 20 of 28 pixels
STROKE = 2.4  # pixels; the digits' median


def letters(seed: int) -> Tensor:
    """Ten letters, the first an A, as digits are: white on black, float32 [10, 1, 28, 28] in [0, 1]."""
    rng = random.Random(seed)
    pictures = np.stack([drawn(strokes, rng) for strokes in STROKES.values()])
    return torch.from_numpy(pictures).unsqueeze(1)


def drawn(strokes: tuple[tuple[tuple[float, float], ...], ...], rng: random.Random) -> np.ndarray:
    """One letter, float32 [28, 28]: tilted and shifted a little."""
    angle, slant = math.radians(rng.uniform(-6, 6)), rng.uniform(-0.15, 0.15)
    right, down = rng.uniform(-0.5, 0.5), rng.uniform(-0.5, 0.5)
    width = rng.uniform(0.9, 1.2) * STROKE
    low, high = BOX

    def place(x: float, y: float) -> tuple[float, float]:
        across, along = x - 0.5 - slant * (y - 0.5), y - 0.5
        turned = across * math.cos(angle) - along * math.sin(angle), across * math.sin(angle) + along * math.cos(angle)
        size = 0.85 * (high - low)
        return FINE * (SIDE / 2 + right + 0.8 * size * turned[0]), FINE * (SIDE / 2 + down + size * turned[1])

    canvas = Image.new("L", (SIDE * FINE, SIDE * FINE))
    pen = ImageDraw.Draw(canvas)
    for chain in strokes:
        points = [place(*point) for point in chain]
        pen.line(points, fill=255, width=round(FINE * width), joint="curve")
        for x, y in points:  # round ends
            radius = FINE * width / 2
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    fine = np.asarray(canvas, dtype=np.float32) / 255
    return fine.reshape(SIDE, FINE, SIDE, FINE).mean(axis=(1, 3))
