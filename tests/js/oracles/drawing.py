"""Drawings centred, and what is said of codes and of errors: numpy's and torch's."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import numpy as np
import torch
from js.oracles.calls import call, plain
from PIL import Image, ImageDraw
from torch.nn import functional as F

from genlab.data import load_mnist5k
from genlab.data.centring import centred


def cases() -> dict[str, Any]:
    """Sheets and their pictures, digits of MNIST, errors."""
    rng = np.random.default_rng(0)
    corners = np.zeros((40, 50), np.uint8)
    corners[0, 0] = corners[-1, -1] = 200
    drawings = [*(random_drawing(rng) for _ in range(60)), corners, np.full((30, 30), 255, np.uint8)]
    return {
        "drawings": [sheet(one) | {"picture": text(centred(one))} for one in (*drawings, np.eye(3, dtype=np.uint8))],
        "digits": [sheet(digit) for digit in load_mnist5k().test_images[:200]],
        "calls": errors(),
    }


def text(values: np.ndarray) -> str:
    return b64encode(np.ascontiguousarray(values, np.uint8).tobytes()).decode()


def sheet(ink: np.ndarray) -> dict[str, Any]:
    return {"ink": text(ink), "width": ink.shape[1], "height": ink.shape[0]}


def random_drawing(rng: np.random.Generator) -> np.ndarray:
    """A few thick strokes somewhere on a sheet, with soft edges."""
    image = Image.new("L", (4 * 140, 4 * 120))
    pen = ImageDraw.Draw(image)
    for _ in range(rng.integers(1, 4)):
        points = [(float(x), float(y)) for x, y in rng.uniform(0, 480, (rng.integers(2, 6), 2))]
        pen.line(points, fill=int(rng.integers(60, 256)), width=int(rng.integers(2, 60)))
    return np.array(image.reduce(4))


def errors() -> list[Any]:
    rng = torch.Generator().manual_seed(0)
    x, y = torch.rand(784, generator=rng), torch.rand(784, generator=rng).clamp(0.01, 0.99)
    numbers = np.array([0.3, -1.2, 0.5, -2.0])
    deviation = np.exp([0.25, -1.0])
    here, there = plain(x.numpy()), plain(y.numpy())
    squared, bernoulli = F.mse_loss(y, x).item(), F.binary_cross_entropy(y, x, reduction="sum").item()
    gaussian = -torch.distributions.Normal(y, 0.2).log_prob(x).sum().item()
    code = {"mean": numbers[:2].tolist(), "deviation": deviation.tolist()}
    return [
        call("maths/code", "meanSquaredError", [here, there], squared, relative=1e-5),
        call("maths/code", "bernoulliNats", [here, there], bernoulli, relative=1e-5),
        call("maths/code", "gaussianNats", [here, there, 0.2], gaussian, relative=1e-5),
        call("maths/code", "bernoulliNats", [[1, 0], [1, 0]], 0, absolute=1e-9),
        call("maths/code", "readCode", [numbers, "mean, log_variance"], code, relative=1e-6),
        call("maths/code", "readCode", [numbers, "mean"], {"mean": numbers.tolist()}, relative=1e-6),
        call("maths/code", "sample", [code, [0.5, -2], [0, 0]], numbers[:2] + deviation * [0.5, -2], relative=1e-6),
    ]
