"""Grey levels of a photo, scan or drawing as ink on nothing: what is a stroke, and how much ink it has."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from scipy import ndimage

from genlab.data.images import ByteArray
from genlab.data.paper import WINDOWS, Levels, dark_on_light, edge, evenly_lit, flattened, opening, otsu, standing_out

# Deviations of the paper's grain above it at which ink begins.
GRAIN = 4.0
# JPEG rings around strokes, and paper's edges are soft: what is fainter than this share of full ink is none.
FAINT = 0.12
# Grey levels of 255 between paper and ink below which a picture is of one tone.
LEAST_CONTRAST = 20
# Grain and dither are smoothed away; but where there is less noise than this, in grey levels, and most of the ink goes
# with it, the ink was a line of a single pixel.
NOISY = 2.0
# In a smaller picture a stroke, or a piece of one, may be a pixel wide: nothing is taken for dust there.
SMALL = 112
# A speck has less than this share of the ink of the largest stroke.
SPECK = 0.02
# What runs over the picture's edge is the desk's or the shadow's, where ink of this share of its size lies within.
INSIDE = 0.15
# Full ink begins at this share of the darkest; what is fainter and further from it than its soft edge, in pixels, and
# more than this share of it, is no ink.
FULL = 0.65
EDGE = 4
FAINTER = 0.3
# MNIST's strokes are about an eighth of a digit's height. Those thinner than a twentieth are drawn again as thick.
THIN = 0.05
# A square, or a disc, is two thirds as wide as high by the same measure, and the fattest digit a third.
THICK = 0.5


class Block(ValueError):
    """What stands out is no stroke: its `width`, as a share of its height or breadth, is more than THICK."""

    def __init__(self, width: float) -> None:
        super().__init__(f"strokes: got a width of {width:.0%} of what stands out, allowed: at most {THICK:.0%}")
        self.width = width


class Blank(ValueError):
    """Nothing stands out: `contrast`, in grey levels of 255, is less than LEAST_CONTRAST."""

    def __init__(self, contrast: float) -> None:
        super().__init__(f"contrast: got {contrast:.0f} grey levels of 255, allowed: at least {LEAST_CONTRAST}")
        self.contrast = contrast


def ink_of(grey: ByteArray, exact: bool) -> ByteArray:
    """Grey levels [h, w] as ink: 0 where there is paper, 255 where there is most ink. Raises Blank, or Block.

    exact: whether the levels are as they were drawn, and not a camera's. A small and exact picture of white on black,
    such as a digit of MNIST, stays as it is; thresholds are ramps, so that the soft edges of strokes stay.
    """
    level = grey.astype(np.float32)
    if min(grey.shape) < SMALL:
        light = float(np.median(edge(level))) > otsu(level)
        return small_ink(255 - level if light else level, exact)
    smooth = np.asarray(Image.fromarray(grey).filter(ImageFilter.MedianFilter(3)), dtype=np.float32)
    noise = 1.4826 * float(np.median(np.abs(level - smooth)))
    if noise > NOISY or not thin_lines(level, smooth):
        level = smooth
    first = dark_on_light(level)
    try:
        return large_ink(level if first else 255 - level)
    except Blank:  # a blackboard in the sun, say: the other way round there may be a digit
        return large_ink(255 - level if first else level)


def small_ink(level: Levels, exact: bool) -> ByteArray:
    """A small picture's ink, from levels that are high where there is most. Raises Blank."""
    level = level - np.minimum(opening(level, WINDOWS[-1]), level)
    low, high = thresholds(level)
    if exact:
        high = float(level.max())
    else:
        low = max(low, FAINT * high)
    return ramp(level, low, high)


def large_ink(level: Levels) -> ByteArray:
    """The ink of a picture of dark on light. Raises Blank, or Block."""
    even = evenly_lit(level)
    ink = 255 * flattened(level, even)
    low, high = thresholds(ink)
    drawn = ramp(ink, max(low, FAINT * high), high)
    if not even and (darkest := above_shadows(ink, low)):
        drawn = ramp(ink, darkest, darkest + LEAST_CONTRAST)
    drawn = without_specks(inside(drawn))
    size, width = measures(drawn)
    if width > THICK * size:
        raise Block(width / size)
    return thickened(drawn, size, width)


def above_shadows(ink: Levels, low: float) -> float:
    """The level at which ink begins where something fainter, and no soft edge of a stroke, was taken for ink too: the
    rest of a shadow between two strokes or edges, the grain of a desk. 0 where nothing was."""
    strongest = ink[ink > low]
    if not len(strongest):
        return 0.0
    full = FULL * float(np.percentile(strongest, 98))
    far = np.asarray(ndimage.distance_transform_edt(ink < full)) > EDGE
    fainter = int(((ink > low) & far).sum())
    return full if fainter > FAINTER * (ink >= full).sum() else 0.0


def thin_lines(level: Levels, smooth: Levels) -> bool:
    """Whether smoothing takes away most of what stands out of its surroundings."""
    before, after = (max(standing_out(each, WINDOWS[-2])) for each in (level, smooth))
    return after < 0.5 * before


def ramp(level: Levels, low: float, high: float) -> ByteArray:
    """0 at `low` and below, 255 at `high` and above, straight in between, rounded. Raises Blank."""
    if high - low < LEAST_CONTRAST:
        raise Blank(max(0.0, high - low))
    share = ((level - low) / (high - low)).clip(0, 1)
    return np.floor(255 * share + 0.5).astype(np.uint8)


def thresholds(level: Levels) -> tuple[float, float]:
    """The level at which ink begins, above the paper's grain, and the one of full ink."""
    cut = otsu(level)
    grain, ink = level[level <= cut], level[level > cut]
    if not len(ink) or not len(grain):
        return 0.0, 0.0
    middle = float(np.median(grain))
    spread = 1.4826 * float(np.median(np.abs(grain - middle)))
    return middle + GRAIN * spread, float(np.percentile(ink, 75))


def pieces(ink: ByteArray) -> tuple[NDArray[Any], NDArray[Any]]:
    """The pieces that hang together, numbered from 1 [h, w], and the ink of each, from number 0 (what has none)."""
    labelled: Any = ndimage.label(ink, structure=np.ones((3, 3)))
    numbered, count = labelled
    return numbered, ndimage.sum_labels(ink, numbered, np.arange(count + 1))


def inside(ink: ByteArray) -> ByteArray:
    """The ink without the pieces that run over the picture's edge, where a piece within is long enough for a digit."""
    numbered, _mass = pieces(ink)
    over = np.unique(np.concatenate([numbered[0], numbered[-1], numbered[:, 0], numbered[:, -1]]))
    within = [box for i, box in enumerate(ndimage.find_objects(numbered), 1) if i not in over]
    longest = max((side.stop - side.start for box in within for side in box), default=0)
    if longest < INSIDE * max(ink.shape):
        return ink
    return np.where(np.isin(numbered, over), 0, ink).astype(np.uint8)


def without_specks(ink: ByteArray) -> ByteArray:
    """The ink without dust: pieces that have a fiftieth of the largest one's ink or less."""
    numbered, mass = pieces(ink)
    kept = mass > SPECK * mass[1:].max(initial=0)
    kept[0] = False
    return np.where(kept[numbered], ink, 0).astype(np.uint8)


def measures(ink: ByteArray) -> tuple[float, float]:
    """The longer side of the ink's bounding box, and the mean width of its strokes, in pixels.

    Across a stroke of width w the distance to its edge rises from 0 to w / 2 and falls again: w / 4 in the mean.
    """
    drawn = ink > 127
    rows, columns = (np.flatnonzero(drawn.any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return 1.0, 0.0
    depth = np.asarray(ndimage.distance_transform_edt(np.pad(drawn, 1)))
    size = max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1
    return float(size), 4 * float(depth[depth > 0].mean())


def thickened(ink: ByteArray, size: float, width: float) -> ByteArray:
    """The ink of that size and mean width, its strokes drawn again with a round pen where they are thin."""
    if not 0 < width < THIN * size:
        return ink
    radius = (2 * THIN * size - width) / 2
    reach = np.arange(-int(radius), int(radius) + 1)
    pen = reach[:, None] ** 2 + reach[None] ** 2 <= radius**2
    return np.asarray(ndimage.grey_dilation(ink, footprint=pen, mode="constant"), dtype=np.uint8)
