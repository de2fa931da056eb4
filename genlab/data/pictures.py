"""Somebody's picture of a digit, read with suspicion: a photo of paper, a scan or a drawing, as ink on nothing."""

from __future__ import annotations

import threading
from io import BytesIO
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter, ImageOps
from scipy import ndimage

from genlab.data.centring import resized
from genlab.data.images import ByteArray

FORMATS = ("PNG", "JPEG")
MOST_BYTES = 2 * 2**20
MOST_PIXELS = 40_000_000
# What is worked on: a digit is 28 pixels wide in the end, and noise is told from ink at this size too.
WORKED = 560
# Light changes over a photo slowly: what is darkest in a window of this share of the picture is its paper.
PAPER_WINDOW = 0.35
# Paper is grainy: ink begins this many deviations above it.
GRAIN = 4.0
# JPEG rings around strokes, and paper's edges are soft: what is fainter than this share of full ink is none.
FAINT = 0.12
# Grey levels of 255 between paper and ink below which a picture is of one tone.
LEAST_CONTRAST = 20
# In a smaller picture a stroke, or a piece of one, may be a pixel wide: nothing is taken for dust there.
SMALL = 112
# A speck has less than this share of the ink of the largest stroke.
SPECK = 0.02
Problem = Literal["size", "format", "pixels", "damaged", "blank"]

# A picture of 40 million pixels takes 160 MB while it is decoded: one at a time, whoever asks.
_decoding = threading.Lock()


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
    return ink_of(grey, exact)


def read_grey(blob: bytes) -> tuple[ByteArray, bool]:
    """The file's grey levels [h, w], 0 black to 255 white, at most 560 pixels a side, and whether its format keeps
    them exactly. Raises PictureRefused."""
    if len(blob) > MOST_BYTES:
        raise PictureRefused("size", f"{len(blob) / 2**20:.1f} MB")
    try:
        image = Image.open(BytesIO(blob), formats=FORMATS)  # reads the header, decodes nothing
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureRefused("pixels", f"> {Image.MAX_IMAGE_PIXELS:,}") from None
    except Image.UnidentifiedImageError:
        raise PictureRefused("format", "") from None
    except Exception:  # whatever a reader trips over: it is a file of that format, and broken
        raise PictureRefused("damaged", "") from None
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise PictureRefused("pixels", f"{width} x {height}")
    with _decoding:
        try:
            image.draft("L", (2 * WORKED, 2 * WORKED))  # a JPEG can be decoded small; nothing for a PNG
            return np.asarray(flat(ImageOps.exif_transpose(image))), image.format == "PNG"
        except Exception:
            raise PictureRefused("damaged", "") from None


def flat(image: Image.Image) -> Image.Image:
    """Any kind of picture as grey levels of eight bits, no side longer than 560 pixels."""
    if image.mode.startswith("I") or image.mode == "F":  # sixteen bits, which a plain conversion would cut off
        levels = np.asarray(image).astype(np.float32) / 257
        image = Image.fromarray(levels.clip(0, 255).astype(np.uint8))
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


def ink_of(grey: ByteArray, exact: bool) -> ByteArray:
    """Grey levels [h, w] as ink: 0 where there is paper, 255 where there is most ink. Raises PictureRefused where a
    picture is of one tone.

    A small and exact picture of white on black, such as a digit of MNIST, stays as it is; thresholds are ramps, so
    that the soft edges of strokes stay.
    """
    level = grey.astype(np.float32)
    large = min(grey.shape) >= SMALL
    if large:
        level = np.asarray(Image.fromarray(grey).filter(ImageFilter.MedianFilter(3)), dtype=np.float32)
    if background(level) > otsu(level):
        level = 255 - level
    level -= paper(level)
    low, high = levels(level)
    if large or not exact:
        low = max(low, FAINT * high)
    else:
        high = float(level.max())
    if high - low < LEAST_CONTRAST:
        raise PictureRefused("blank", f"{max(0.0, high - low):.0f}")
    ink = ((level - low) / (high - low)).clip(0, 1)
    drawn = np.floor(255 * ink + 0.5).astype(np.uint8)
    return without_specks(drawn) if large else drawn


def background(level: NDArray[np.float32]) -> float:
    """The median of the picture's edge, a twentieth of it wide."""
    margin = max(1, min(level.shape) // 20)
    inside = np.zeros(level.shape, dtype=bool)
    inside[margin:-margin, margin:-margin] = True
    edge = level[~inside]
    return float(np.median(edge))


def otsu(level: NDArray[np.float32]) -> float:
    """The threshold between the two classes of grey that differ most (Otsu 1979): it maximises
    w0 w1 (mean0 - mean1)^2 over the 255 ways to cut a histogram."""
    counts = np.bincount(level.clip(0, 255).astype(np.uint8).ravel(), minlength=256).astype(np.float64)
    below = counts.cumsum()
    above = below[-1] - below
    sums = (counts * np.arange(256)).cumsum()
    with np.errstate(divide="ignore", invalid="ignore"):
        between = below * above * (sums / below - (sums[-1] - sums) / above) ** 2
    # The best cuts of a picture of few tones are all those between two of them: the middle one.
    best = np.flatnonzero(np.nan_to_num(between) >= np.nan_to_num(between).max() * (1 - 1e-9))
    return float(best.mean()) + 0.5


def paper(level: NDArray[np.float32]) -> NDArray[np.float32]:
    """The level of the paper under bright ink at each pixel, [h, w]: a shadow or a lamp varies it slowly."""
    height, width = level.shape
    window = max(1, round(PAPER_WINDOW * max(height, width)))
    lowest = ndimage.minimum_filter(ndimage.uniform_filter(level, max(1, window // 20)), window, mode="nearest")
    return np.minimum(ndimage.uniform_filter(lowest, window, mode="nearest"), level)


def levels(level: NDArray[np.float32]) -> tuple[float, float]:
    """The level at which ink begins, above the paper's grain, and the one of full ink."""
    cut = otsu(level)
    grain, ink = level[level <= cut], level[level > cut]
    if not len(ink) or not len(grain):
        return 0.0, 0.0
    middle = float(np.median(grain))
    spread = 1.4826 * float(np.median(np.abs(grain - middle)))
    return middle + GRAIN * spread, float(np.percentile(ink, 75))


def without_specks(ink: ByteArray) -> ByteArray:
    """The ink without dust: pieces that hang together and have a fiftieth of the largest one's ink or less."""
    labelled: Any = ndimage.label(ink, structure=np.ones((3, 3)))
    pieces, count = labelled
    mass = ndimage.sum_labels(ink, pieces, np.arange(count + 1))
    kept = mass > SPECK * mass[1:].max(initial=0)
    kept[0] = False
    return np.where(kept[pieces], ink, 0).astype(np.uint8)


def placed(ink: ByteArray, side: int, longest: int) -> ByteArray:
    """The ink in the middle of an empty square [side, side], its longer side scaled to `longest`: as if drawn there."""
    digit = resized(ink, longest)
    sheet = np.zeros((side, side), np.uint8)
    top, left = ((side - length) // 2 for length in digit.shape)
    sheet[top : top + digit.shape[0], left : left + digit.shape[1]] = digit
    return sheet
