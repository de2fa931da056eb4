"""The paper of a photo, scan or drawing: which of its tones is paper, and how light it is under each pixel.

Light falls on paper unevenly: a lamp varies it slowly, a hand's shadow or the edge of a desk all at once. Ink is what
is thin: a stroke has paper on both sides of it, a shadow has not. So the paper under each pixel is the picture's
morphological closing (Serra 1982), which fills what is narrower than its window and leaves every edge where it is, and
ink is the share of the paper's light that is missing: 1 - level / paper, the same in the shadow as beside it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Levels = NDArray[np.float32]

# What a line is narrower than, and what a stroke is, as shares of the picture's longer side.
LINES = (0.015, 0.03)
WINDOWS = (0.06, 0.09, 0.13, 0.2, 0.35)
# The share of a picture's pixels below which nothing can be said.
ENOUGH = 0.002
# Ink that grows by less than this from one window to the next has been found whole.
WHOLE = 1.15
# Grey levels of 255 by which a stroke stands out of what is on both its sides, where that decides what is ink.
SEEN = 30


def edge(level: NDArray[Any]) -> NDArray[Any]:
    """The pixels at the picture's edge, a twentieth of it wide."""
    margin = max(1, min(level.shape) // 20)
    within = np.zeros(level.shape, dtype=bool)
    within[margin:-margin, margin:-margin] = True
    return level[~within]


def otsu(level: Levels) -> float:
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


def dark_on_light(level: Levels) -> bool:
    """Whether the ink is darker than its paper.

    Paper is wide, ink is thin: where only one of the two tones has room for a window, it is the paper. Where both have
    (a shadow, a desk around the sheet), the tone that has clearly more of what is thinnest is the ink, the dark one in
    doubt; where none has, the paper is what lies at the edge.
    """
    wide_light, wide_dark = wide_tones(level)
    if wide_light != wide_dark:
        return wide_light
    if wide_light:
        for share in (*LINES, *WINDOWS):
            dark, light = standing_out(level, share)
            if max(dark, light) > ENOUGH * level.size and (dark >= light or light > 3 * dark):
                return dark >= light
        return True
    return float(np.median(edge(level))) > otsu(level)


def wide_tones(level: Levels) -> tuple[bool, bool]:
    """Whether there is room for a window in the light tone, and in the dark one, of Otsu's two."""
    light, side = level > otsu(level), window(level, WINDOWS[-2])
    room = [ndimage.minimum_filter(tone.astype(np.uint8), side, mode="nearest") for tone in (light, ~light)]
    return bool(room[0].any()), bool(room[1].any())


def standing_out(level: Levels, share: float) -> tuple[int, int]:
    """How many pixels are darker, and how many are lighter, than what is on both their sides within a window."""
    dark, light = (int((each - opening(each, share) > SEEN).sum()) for each in (-level, level))
    return dark, light


def flattened(level: Levels, even: bool) -> Levels:
    """The share of the paper's light that is missing, 0 to 1, [h, w]; dark on light.

    By the widest window where the picture's edge is evenly lit, as only a thick stroke may be wide there; else by the
    one after the narrowest that finds the ink whole, as a shadow or a desk's edge may be hardly wider than a stroke.
    """
    if even:
        return missing(level, WINDOWS[-1])
    found = [missing(level, share) for share in WINDOWS]
    amounts = [strong(ink) for ink in found]
    for wider, amount, more in zip(found[1:], amounts, amounts[1:], strict=False):
        if amount > ENOUGH * level.size and more < WHOLE * amount:
            return wider  # where strokes meet they are wider
    return found[-1]


def evenly_lit(level: Levels) -> bool:
    """Whether one sheet in one light fills the picture: its edge is nearly of one tone, and only one tone is wide."""
    low, high = np.percentile(edge(level), (5, 95))
    one_tone = bool(high - low < 0.25 * (np.percentile(level, 99.5) - level.min()))
    return one_tone and not all(wide_tones(level))


def missing(level: Levels, share: float) -> Levels:
    """1 - level / closing by a window of that share of the picture: 0 on paper, near 1 in black ink."""
    # Grain would lift the closing to its brightest; a median keeps the edges of shadows where they are.
    smooth = ndimage.median_filter(level, 3, mode="nearest")
    paper = np.maximum(-opening(-smooth, share), 1)
    return np.asarray((1 - level / paper).clip(0, 1), dtype=np.float32)


def opening(level: Levels, share: float) -> Levels:
    """The morphological opening by a square of that share of the longer side: the highest of the lowest levels in all
    windows that a pixel lies in. Beyond its edge the picture goes on as it is there."""
    side = window(level, share)
    reach = side  # so that a window may lie wholly beyond the edge
    wide = np.pad(level, reach, mode="edge")
    opened = np.asarray(ndimage.maximum_filter(ndimage.minimum_filter(wide, side), side), dtype=np.float32)
    return opened[reach:-reach, reach:-reach]


def window(level: Levels, share: float) -> int:
    """The side in pixels, odd, of a square of that share of the picture's longer side."""
    return max(1, round(share * max(level.shape))) | 1


def strong(ink: Levels) -> int:
    """How many pixels have more than half of the ink of the darkest strokes."""
    return int((ink > max(0.15, 0.5 * float(np.percentile(ink, 99.8)))).sum())
