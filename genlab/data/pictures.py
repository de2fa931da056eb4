"""Somebody's picture of a digit, read with suspicion: a photo of paper, a scan or a drawing, as ink on nothing."""

from __future__ import annotations

import threading
from io import BytesIO
from typing import Literal

import numpy as np
from PIL import Image, ImageOps

from genlab.data.centring import bounding_box, resized
from genlab.data.images import ByteArray
from genlab.data.ink import Blank, Block, ink_of

FORMATS = ("PNG", "JPEG")
MOST_BYTES = 2 * 2**20
MOST_PIXELS = 40_000_000
# What is worked on: a digit is 28 pixels wide in the end, and noise is told from ink at this size too.
WORKED = 560
# How the files begin that people take for pictures (offset, bytes, name); of HEIC the brands of ISO 23008-12.
BEGINNINGS = (
    (0, b"\x89PNG", "PNG"),
    (0, b"\xff\xd8\xff", "JPEG"),
    *(
        (4, b"ftyp" + brand, "HEIC")
        for brand in (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
    ),
    (4, b"ftypavif", "AVIF"),
    (8, b"WEBP", "WebP"),
    (0, b"GIF8", "GIF"),
    (0, b"BM", "BMP"),
    (0, b"II*\0", "TIFF"),
    (0, b"MM\0*", "TIFF"),
    (0, b"%PDF", "PDF"),
)
# Sensors give 10, 12 or 14 bits, which files of 16 carry as they are: full white is the least of these that holds them.
DEPTHS = (8, 10, 12, 14, 16)
Problem = Literal["size", "format", "heic", "pixels", "damaged", "blank", "block"]

# A picture of 40 million pixels takes 160 MB while it is decoded: one at a time, whoever asks.
decoding = threading.Lock()


class PictureRefused(ValueError):
    """A picture that cannot be used: `problem` says why, `got` what was found."""

    def __init__(self, problem: Problem, got: str) -> None:
        super().__init__(f"picture: {problem}, got {got}")
        self.problem: Problem = problem
        self.got = got


def read_ink(blob: bytes) -> ByteArray:
    """A PNG or JPEG file as ink [h, w], 0 paper to 255 ink, at most 560 pixels a side.

    Turned as its EXIF says; transparent parts are paper; of an animation the first picture. Dark on light is inverted,
    uneven light and the paper's grain are taken away. Raises PictureRefused.
    """
    grey, exact = read_grey(blob)
    try:
        return ink_of(grey, exact)
    except Blank as blank:
        raise PictureRefused("blank", f"{blank.contrast:.0f}") from None
    except Block as block:
        raise PictureRefused("block", f"{block.width:.0%}") from None


def crop_of(ink: ByteArray) -> tuple[float, float, float, float]:
    """Where in the picture its ink lies: left, top, right, bottom, as shares of its width and height."""
    height, width = ink.shape
    left, top, right, bottom = bounding_box(ink) or (0, 0, width, height)
    return left / width, top / height, right / width, bottom / height


def kind_of(blob: bytes) -> str:
    """What kind of file it is by how it begins; empty where that is none that is known."""
    return next((name for at, begins, name in BEGINNINGS if blob[at : at + len(begins)] == begins), "")


def read_grey(blob: bytes) -> tuple[ByteArray, bool]:
    """The file's grey levels [h, w], 0 black to 255 white, at most 560 pixels a side, and whether its format keeps
    them exactly. Raises PictureRefused."""
    # The kind first: another size of what cannot be read would help nobody.
    if (kind := kind_of(blob)) not in FORMATS:
        raise PictureRefused("heic" if kind == "HEIC" else "format", kind)
    if len(blob) > MOST_BYTES:
        raise PictureRefused("size", f"{len(blob) / 2**20:.1f} MB")
    try:
        image = Image.open(BytesIO(blob), formats=FORMATS)  # reads the header, decodes nothing
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureRefused("pixels", f"> {Image.MAX_IMAGE_PIXELS:,}") from None
    except Image.UnidentifiedImageError:
        raise PictureRefused("damaged", kind) from None
    except Exception:  # whatever a reader trips over: it is a file of that format, and broken
        raise PictureRefused("damaged", "") from None
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise PictureRefused("pixels", f"{width} x {height}")
    with decoding:
        try:
            image.draft("L", (2 * WORKED, 2 * WORKED))  # a JPEG can be decoded small; nothing for a PNG
            return np.asarray(flat(ImageOps.exif_transpose(image))), image.format == "PNG"
        except Exception:
            raise PictureRefused("damaged", "") from None


def flat(image: Image.Image) -> Image.Image:
    """Any kind of picture as grey levels of eight bits, no side longer than 560 pixels."""
    if image.mode.startswith("I") or image.mode == "F":  # sixteen bits, which a plain conversion would cut off
        levels = np.asarray(image).astype(np.float32)
        white = next((2**bits - 1 for bits in DEPTHS if levels.max() < 2**bits), levels.max())
        image = Image.fromarray((255 * levels / white).clip(0, 255).astype(np.uint8))
    if image.has_transparency_data:
        image = image.convert("RGBA").convert("LA")
        grey, opacity = (np.asarray(channel, dtype=np.float32) for channel in image.split())
        # What is drawn in light tones on nothing was meant for a dark page.
        seen = float(np.average(grey, weights=opacity)) if opacity.any() else 255.0
        paper = 0.0 if seen > 127 else 255.0
        mixed = paper + (grey - paper) * opacity / 255
        image = Image.fromarray(np.rint(mixed).astype(np.uint8))
    image = image.convert("L")
    longest = max(image.size)
    if longest <= WORKED:
        return image
    width, height = (max(1, round(side * WORKED / longest)) for side in image.size)
    return image.resize((width, height), Image.Resampling.BOX)


def placed(ink: ByteArray, side: int, longest: int) -> ByteArray:
    """The ink in the middle of an empty square [side, side], its longer side scaled to `longest`: as if drawn there."""
    digit = resized(ink, longest)
    sheet = np.zeros((side, side), np.uint8)
    top, left = ((side - length) // 2 for length in digit.shape)
    sheet[top : top + digit.shape[0], left : left + digit.shape[1]] = digit
    return sheet
