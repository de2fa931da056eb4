"""Photos with what photos have in them: shadows, a desk, a thin pen. What is read must be the digit, or be refused."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from genlab.data.pictures import PictureRefused, crop_of, read_grey, read_ink

WIDTH, HEIGHT = 640, 480
ACROSS, DOWN = np.meshgrid(np.arange(WIDTH), np.arange(HEIGHT))
Picture = NDArray[np.float64]


def drawn(digit: int, pen: int) -> Picture:
    """A digit's strokes as shares of ink, [480, 640]."""
    image = Image.new("L", (WIDTH, HEIGHT))
    hand = ImageDraw.Draw(image)
    x, y, size = 250, 100, 240
    if digit == 7:
        hand.line([(x, y), (x + 144, y), (x + 48, y + size)], fill=255, width=pen, joint="curve")
    elif digit == 0:
        hand.ellipse([x, y, x + 168, y + size], outline=255, width=pen)
    else:
        hand.line([(x + 96, y), (x, y + 144), (x + 168, y + 144)], fill=255, width=pen, joint="curve")
        hand.line([(x + 120, y + 72), (x + 120, y + size)], fill=255, width=pen)
    return np.asarray(image) / 255


def shadow(kind: str) -> Picture:
    """The share of the lamp's light that falls on each pixel."""
    return {
        "none": np.ones((HEIGHT, WIDTH)),
        "half": np.where(ACROSS < 300, 0.55, 1.0),
        "dark third": np.where(ACROSS < 330, 0.35, 1.0),
        "slanted": np.where(ACROSS + DOWN < 560, 0.55, 1.0),
        "band": np.where((ACROSS > 320) & (ACROSS < 400), 0.6, 1.0),
        "slanted band": np.where(abs(ACROSS - DOWN - 120) < 60, 0.55, 1.0),
        "corner": np.where((ACROSS > 300) & (DOWN > 220), 0.5, 1.0),
        "nearly all": np.where(ACROSS < 480, 0.45, 1.0),
        "lamp": 1 - 0.5 * ACROSS / WIDTH - 0.2 * DOWN / HEIGHT,
    }[kind]


def on_desk(paper: Picture, tone: float, turned: bool) -> Picture:
    """A sheet that does not fill the picture."""
    mask = Image.new("1", (WIDTH, HEIGHT))
    corners = (
        [(190, 40), (590, 70), (560, 440), (160, 410)] if turned else [(150, 40), (600, 40), (600, 440), (150, 440)]
    )
    ImageDraw.Draw(mask).polygon(corners, fill=1)
    return np.where(np.asarray(mask), paper, tone)


def taken(reflected: Picture, light: Picture, noise: float = 2.5) -> bytes:
    """The photo of it, as a JPEG file."""
    seen = Image.fromarray((240 * reflected * light).clip(0, 255).astype(np.uint8)).filter(
        ImageFilter.GaussianBlur(0.7)
    )
    grain = np.random.default_rng(0).normal(0, noise, (HEIGHT, WIDTH))
    blob = BytesIO()
    Image.fromarray((np.asarray(seen) + grain).clip(0, 255).astype(np.uint8)).save(blob, "JPEG", quality=85)
    return blob.getvalue()


def is_the_digit(blob: bytes, strokes: Picture) -> None:
    """What is read lies where the digit does, and has its strokes."""
    ink = read_ink(blob)
    scale = (ink.shape[1], ink.shape[0])
    truth = np.asarray(Image.fromarray((255 * strokes).astype(np.uint8)).resize(scale, Image.Resampling.BOX))
    for axis in (0, 1):
        places, found = (np.flatnonzero((picture > 60).any(axis=axis)) for picture in (truth, ink))
        assert abs(places[0] - found[0]) < 16
        assert abs(places[-1] - found[-1]) < 16
    assert (ink[truth > 150] > 100).mean() > 0.85
    assert (ink > 100).mean() < 4 * (truth > 60).mean() + 0.05


PENS = [(7, 14), (0, 6), (4, 18)]


@pytest.mark.parametrize(("digit", "pen"), PENS)
@pytest.mark.parametrize(
    "kind", ["none", "half", "dark third", "slanted", "band", "slanted band", "corner", "nearly all", "lamp"]
)
def test_a_shadow_is_no_ink(kind: str, digit: int, pen: int) -> None:
    strokes = drawn(digit, pen)
    is_the_digit(taken(0.92 - 0.74 * strokes, shadow(kind)), strokes)


@pytest.mark.parametrize(("digit", "pen"), PENS)
@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("tone", [0.12, 0.3, 0.5, 0.7])
def test_the_desk_around_the_sheet_is_no_ink(tone: float, turned: bool, digit: int, pen: int) -> None:
    strokes = drawn(digit, pen)
    is_the_digit(taken(on_desk(0.92 - 0.74 * strokes, tone, turned), shadow("none")), strokes)


@pytest.mark.parametrize("digit", [7, 0, 4])
@pytest.mark.parametrize("pen", [1, 2, 3])
@pytest.mark.parametrize("inverted", [False, True])
def test_a_line_of_one_pixel_is_seen(digit: int, pen: int, inverted: bool) -> None:
    strokes = drawn(digit, pen)
    levels = (255 * (strokes if inverted else 1 - strokes)).astype(np.uint8)
    blob = BytesIO()
    Image.fromarray(levels).save(blob, "PNG")
    is_the_digit(blob.getvalue(), strokes)


@pytest.mark.parametrize("bits", [10, 12, 14, 16])
def test_fewer_bits_than_the_file_has_room_for(bits: int) -> None:
    strokes = drawn(7, 14)
    levels = ((2**bits - 1) * (0.9 - 0.8 * strokes)).astype(np.uint16)
    blob = BytesIO()
    Image.fromarray(levels).save(blob, "PNG")
    grey, _exact = read_grey(blob.getvalue())
    assert 200 < grey.max() <= 255
    is_the_digit(blob.getvalue(), strokes)


@pytest.mark.parametrize(("begins", "problem", "kind"), [
    (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "heic", "HEIC"),
    (b"\0\0\0\x1cftypmif1\0\0\0\0", "heic", "HEIC"),
    (b"\0\0\0\x1cftypavif\0\0\0\0", "format", "AVIF"),
    (b"RIFF\0\0\0\0WEBPVP8 ", "format", "WebP"),
    (b"GIF89a", "format", "GIF"),
    (b"%PDF-1.7", "format", "PDF"),
])  # fmt: skip
@pytest.mark.parametrize("size", [100, 3 * 2**20])
def test_the_format_is_said_before_the_size(begins: bytes, problem: str, kind: str, size: int) -> None:
    with pytest.raises(PictureRefused) as caught:
        read_ink(begins + bytes(size))
    assert (caught.value.problem, caught.value.got) == (problem, kind)


@pytest.mark.parametrize("shape", ["rectangle", "ellipse"])
def test_a_block_is_no_digit(shape: str) -> None:
    image = Image.new("L", (WIDTH, HEIGHT), 235)
    draw: Any = getattr(ImageDraw.Draw(image), shape)
    draw([260, 180, 400, 320], fill=40)
    blob = BytesIO()
    image.save(blob, "JPEG")
    with pytest.raises(PictureRefused) as caught:
        read_ink(blob.getvalue())
    assert caught.value.problem == "block"


def test_the_crop_is_where_the_digit_is() -> None:
    ink = read_ink(taken(0.92 - 0.74 * drawn(7, 14), shadow("half")))
    assert crop_of(ink) == pytest.approx((250 / WIDTH, 93 / HEIGHT, 400 / WIDTH, 345 / HEIGHT), abs=0.02)
