"""Sheets of pictures, read back by Pillow."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
import torch
from PIL import Image

from genlab.lessons.sheets import sheet


def test_every_picture_stands_in_its_place() -> None:
    above, below = torch.rand(3, 1, 28, 28), torch.rand(3, 28, 28) * 3 - 1
    made = sheet("x above x'", [("x", above), ("x'", below)])
    assert (made.columns, made.rows) == (3, ("x", "x'"))
    picture = np.asarray(Image.open(io.BytesIO(base64.b64decode(made.png))))
    assert picture.shape == (60, 90)
    for row, images in enumerate((above[:, 0], below)):
        for column, image in enumerate(images):
            place = picture[30 * row : 30 * row + 28, 30 * column : 30 * column + 28]
            np.testing.assert_allclose(place, image.clamp(0, 1) * 255, atol=0.51)


def test_rows_are_equally_long() -> None:
    with pytest.raises(ValueError, match=r"rows of \[1, 2\]"):
        sheet("", [("", torch.zeros(1, 28, 28)), ("", torch.zeros(2, 28, 28))])
