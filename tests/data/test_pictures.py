"""Visitors' pictures: photos and drawings of MNIST's own digits must come back as these digits, and nothing else may
do harm."""

from __future__ import annotations

import struct
import zlib
from contextlib import suppress
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image

from genlab.data import load_mnist5k
from genlab.data.centring import centred
from genlab.data.pictures import MOST_BYTES, PictureRefused, placed, read_grey, read_ink

# Mean squared difference a pixel between a digit and another of its class is about .07.
ALIKE = 0.015


def file(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    """A picture as a file."""
    blob = BytesIO()
    image.save(blob, kind, **options)
    return blob.getvalue()


def digit(index: int = 12, side: int = 280) -> Image.Image:
    """A held-out digit, white on black, enlarged."""
    small = Image.fromarray(np.array(load_mnist5k().test_images[index]))
    return small.resize((side, side), Image.Resampling.BOX)


def dark_on_light(index: int = 12, side: int = 280) -> Image.Image:
    return Image.eval(digit(index, side), lambda level: 255 - level)


def apart(picture: np.ndarray, other: np.ndarray) -> float:
    """Mean squared difference a pixel, the best of nine places: a centre of mass near .5 may round either way."""
    moved = [np.roll(picture.astype(float), (down, right), (0, 1)) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    return min(float(((each - other) ** 2).mean() / 255**2) for each in moved)


def difference(blob: bytes, index: int = 12) -> float:
    """How far what is read is from the digit that was drawn."""
    return apart(centred(placed(read_ink(blob), 280, 200)), np.array(load_mnist5k().test_images[index]))


def refused(blob: bytes) -> str:
    with pytest.raises(PictureRefused) as caught:
        read_ink(blob)
    return caught.value.problem


def test_mnists_own_digits_come_back_unchanged() -> None:
    for picture in load_mnist5k().test_images[:100]:
        ink = read_ink(file(Image.fromarray(np.array(picture))))
        assert apart(centred(placed(ink, 280, 200)), np.array(picture)) < 1e-4


@pytest.mark.parametrize("index", [3, 12, 25, 40])
@pytest.mark.parametrize("make", [digit, dark_on_light])
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_white_on_black_or_black_on_white(make: Any, kind: str, index: int) -> None:
    assert difference(file(make(index), kind), index) < ALIKE


def photo(index: int, rng: np.random.Generator) -> Image.Image:
    """Grey ink on paper under a lamp at one side, with the grain of a small camera."""
    levels = np.full((600, 500), 255.0)
    levels[120:400, 90:370] = np.asarray(dark_on_light(index))
    ink = 0.35 + 0.65 * levels / 255
    down, across = np.linspace(0, 1, 600)[:, None], np.linspace(0, 1, 500)[None]
    paper = 235 - 90 * across - 40 * down
    return Image.fromarray((ink * paper + rng.normal(0, 6, levels.shape)).clip(0, 255).astype(np.uint8))


def test_photos_of_paper() -> None:
    rng = np.random.default_rng(0)
    for index in range(20):
        assert difference(file(photo(index, rng), "JPEG", quality=80), index) < ALIKE


KINDS = {
    "one bit": lambda: dark_on_light().convert("1"),
    "palette": lambda: dark_on_light().convert("RGB").convert("P"),
    "grey and opacity": lambda: dark_on_light().convert("LA"),
    "colour": lambda: dark_on_light().convert("RGB"),
    "sixteen bits": lambda: Image.fromarray(np.asarray(dark_on_light()).astype(np.uint16) * 257),
    "black on nothing": lambda: on_nothing(0),
    "white on nothing": lambda: on_nothing(255),
    "palette with a transparent colour": lambda: transparent_palette(),
}


def on_nothing(level: int) -> Image.Image:
    """Only ink, of one colour, on transparent paper."""
    image = Image.new("RGBA", (280, 280), (level, level, level, 0))
    image.putalpha(digit())
    return image


def transparent_palette() -> Image.Image:
    paletted = digit().convert("1").convert("P")
    paletted.info["transparency"] = 0
    return paletted


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_picture(name: str) -> None:
    assert difference(file(KINDS[name]())) < ALIKE


def test_a_printers_jpeg() -> None:
    assert difference(file(dark_on_light().convert("CMYK"), "JPEG", quality=90)) < ALIKE


def test_a_photo_is_turned_as_its_camera_says() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter clockwise
    sideways = dark_on_light().transpose(Image.Transpose.ROTATE_90)
    assert difference(file(sideways, "JPEG", exif=exif)) < ALIKE
    assert difference(file(sideways, "JPEG")) > 3 * ALIKE


def test_an_animation_shows_its_first_picture() -> None:
    frames = [dark_on_light(index) for index in (12, 3, 25)]
    assert difference(file(frames[0], save_all=True, append_images=frames[1:])) < ALIKE


def test_a_speck_of_dust_does_not_move_the_digit() -> None:
    dusty = np.asarray(dark_on_light(12, 280)).copy()
    dusty[4:9, 4:9] = 0
    assert difference(file(Image.fromarray(dusty))) < ALIKE


@pytest.mark.parametrize("side", [2800, 56])
def test_any_size(side: int) -> None:
    assert difference(file(dark_on_light(12, side), "JPEG", quality=70)) < 2 * ALIKE


def test_a_long_strip() -> None:
    strip = np.full((3, 30_000), 255, np.uint8)
    strip[:, 14_000:16_000] = 0
    assert read_ink(file(Image.fromarray(strip))).shape == (1, 560)


@pytest.mark.parametrize(
    "image",
    [
        Image.new("L", (280, 280), 255),
        Image.new("L", (280, 280)),
        Image.new("1", (1, 1), 1),
        Image.new("RGBA", (50, 50)),
    ],
)
def test_a_picture_of_one_tone_is_blank(image: Image.Image) -> None:
    assert refused(file(image)) == "blank"


def test_only_grain_is_blank() -> None:
    grain = np.random.default_rng(0).normal(200, 4, (300, 300)).astype(np.uint8)
    assert refused(file(Image.fromarray(grain))) == "blank"


def png_that_claims(width: int, height: int) -> bytes:
    """A small file that says it is a large picture."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize(("width", "height"), [(6400, 6400), (12_000, 9000), (20_000, 20_000), (2**31 - 1, 2**31 - 1)])
def test_a_bomb_is_not_decoded(width: int, height: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("decoded"))
    assert refused(png_that_claims(width, height)) == "pixels"


def test_a_file_that_is_too_long_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "open", lambda *args, **kwargs: pytest.fail("opened"))
    with pytest.raises(PictureRefused) as caught:
        read_grey(b"\x89PNG" + bytes(3 * 2**20 - 4))
    assert (caught.value.problem, caught.value.got) == ("size", "3.0 MB")
    assert MOST_BYTES == 2 * 2**20


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "WEBP", "PPM"])
def test_other_formats_are_not_decoded(kind: str) -> None:
    assert refused(file(dark_on_light(), kind)) == "format"


@pytest.mark.parametrize("blob", [b"", b"\x89PNG", b"hello", b"<svg xmlns='http://www.w3.org/2000/svg'/>", bytes(1000)])
def test_what_is_no_picture(blob: bytes) -> None:
    assert refused(blob) in {"format", "damaged"}


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize("share", [0.05, 0.3, 0.7])
def test_a_file_cut_short_is_damaged(kind: str, share: float) -> None:
    whole = file(photo(12, np.random.default_rng(0)), kind)
    assert refused(whole[: int(share * len(whole))]) in {"damaged", "format"}


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_no_damage_does_harm(kind: str) -> None:
    """Whatever bytes are changed, a picture is read or refused."""
    rng = np.random.default_rng(3)
    whole = np.frombuffer(file(dark_on_light(12, 60), kind), np.uint8)
    for _ in range(150):
        blob = whole.copy()
        places = rng.integers(0, len(blob), rng.integers(1, 8))
        blob[places] = rng.integers(0, 256, len(places))
        with suppress(PictureRefused):
            assert read_ink(blob.tobytes()).any()
