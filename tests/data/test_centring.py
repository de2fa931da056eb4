"""Centring as MNIST was centred: MNIST itself is the oracle, and Pillow and scipy for what it does on the way."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image
from scipy import ndimage

from genlab.data import load_mnist5k
from genlab.data.centring import bounding_box, centred, overlaps, resized


def test_a_digit_of_mnist_comes_out_as_it_went_in() -> None:
    for digit in load_mnist5k().test_images[:200]:
        assert np.array_equal(centred(digit), digit)


def test_the_centre_of_mass_of_digits_moved_and_enlarged_is_in_the_middle() -> None:
    rng = np.random.default_rng(0)
    for digit in load_mnist5k().test_images[:100]:
        sheet = np.zeros((300, 280), np.uint8)
        top, left = rng.integers(0, 300 - 196), rng.integers(0, 280 - 196)
        sheet[top : top + 196, left : left + 196] = np.asarray(Image.fromarray(digit).resize((196, 196)))
        centre: Any = ndimage.center_of_mass(centred(sheet))
        row, column = centre
        assert 13.5 <= row < 14.5
        assert 13.5 <= column < 14.5


@pytest.mark.parametrize("factor", [2, 5, 14])
def test_anti_aliasing_by_a_whole_factor_is_pillows_mean(factor: int) -> None:
    noise = np.random.default_rng(1).integers(1, 256, (20 * factor, 11 * factor), np.uint8)
    mean = np.asarray(Image.fromarray(noise.astype(np.float32)).reduce(factor))
    assert np.abs(resized(noise, 20) - mean).max() <= 0.5 + 1e-3


@pytest.mark.parametrize(("height", "width"), [(137, 64), (31, 77), (3, 50), (7, 7), (1, 1)])
def test_anti_aliasing_by_any_factor_is_the_mean_of_a_finer_grid(height: int, width: int) -> None:
    """Each pixel as 20 x 20 smaller ones, so that every cell's edge falls between two of them."""
    noise = np.random.default_rng(2).integers(1, 256, (height, width), np.uint8)
    longest = max(height, width)
    fine = np.repeat(np.repeat(noise.astype(np.float64), 20, axis=0), 20, axis=1)
    padded = np.zeros((20 * longest, 20 * longest))
    padded[: fine.shape[0], : fine.shape[1]] = fine
    mean = padded.reshape(20, longest, 20, longest).mean(axis=(1, 3))
    small = resized(noise, 20)
    assert np.abs(small - mean[: small.shape[0], : small.shape[1]]).max() <= 0.5 + 1e-9
    assert not mean[small.shape[0] :].any()
    assert not mean[:, small.shape[1] :].any()


@given(st.integers(1, 20), st.floats(0.3, 40), st.integers(1, 300))
def test_no_ink_is_lost_or_made(cells: int, step: float, size: int) -> None:
    covered = overlaps(cells, 0, step, size)
    assert covered.sum() * step == pytest.approx(min(size, cells * step))
    assert (covered >= 0).all()


@given(arrays.arrays(np.uint8, arrays.array_shapes(min_dims=2, max_dims=2, max_side=40)))
def test_whatever_is_drawn_becomes_a_picture_of_mnists_size(ink: np.ndarray) -> None:
    if not ink.any():
        with pytest.raises(ValueError, match="got none"):
            centred(ink)
        return
    picture = centred(ink)
    assert picture.shape == (28, 28)
    box = bounding_box(picture)
    assert box is None or max(box[2] - box[0], box[3] - box[1]) <= 20


def test_where_it_was_drawn_does_not_matter() -> None:
    digit = load_mnist5k().test_images[7]
    sheet = np.zeros((90, 90), np.uint8)
    sheet[60:88, 2:30] = digit
    assert np.array_equal(centred(sheet), digit)


def test_a_lopsided_drawing_stays_within_the_field() -> None:
    ink = np.zeros((200, 200), np.uint8)
    ink[:, :6] = 255
    ink[0, :] = 1
    picture = centred(ink)
    assert picture[:, 8].sum() > 0
    assert picture.sum() == resized(ink, 20).sum()
