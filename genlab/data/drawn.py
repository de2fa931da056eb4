"""Data that a person has drawn: its name carries its points, so that any store, bundle or link carries the data."""

from __future__ import annotations

import base64
import re
from typing import Any

import numpy as np

PREFIX = "drawn-"
MOST = 200
# The square that is drawn on, [-REACH, REACH]^2, in 256 steps each way.
REACH = 1.2
STEPS = 255
STD = 0.06
SHOWN = 40
FORM = re.compile(r"drawn-([A-Za-z0-9_-]+)")


def drawn_name(points: Any) -> str:
    """The name of the data set that has a small cloud at each of these points [n, 2].

    "drawn-" and the URL-safe base 64, without padding, of two bytes a point: the nearest of 256 steps in each
    coordinate; points beyond the square land on its edge. Raises ValueError for other shapes, no point, more than
    200, or coordinates that are not finite.
    """
    places = np.asarray(points, dtype=np.float64)
    if places.ndim != 2 or places.shape[1] != 2 or not 1 <= len(places) <= MOST:
        raise ValueError(f"drawn points: got shape {list(places.shape)}, allowed: [1 to {MOST}, 2]")
    if not np.isfinite(places).all():
        raise ValueError("drawn points: got NaN or infinity, allowed: finite numbers")
    steps = np.rint((places.clip(-REACH, REACH) + REACH) * (STEPS / (2 * REACH))).astype(np.uint8)
    return PREFIX + base64.urlsafe_b64encode(steps.tobytes()).rstrip(b"=").decode()


def drawn_points(name: str) -> list[tuple[float, float]]:
    """The points in such a name; raises ValueError for a name that `drawn_name` would not have made."""
    form = FORM.fullmatch(name)
    text = form[1] if form else ""
    size = len(text) * 3 // 4
    if not 2 <= size <= 2 * MOST or size % 2 or len(text) % 4 == 1:
        raise wrong(name)
    steps = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    # Base 64 may leave bits over: of the texts that mean the same points only one is a name.
    if base64.urlsafe_b64encode(steps).rstrip(b"=").decode() != text:
        raise wrong(name)
    values = [2 * REACH * step / STEPS - REACH for step in steps]
    return list(zip(values[::2], values[1::2], strict=True))


def wrong(name: str) -> ValueError:
    """The refusal of a name that is no drawing's."""
    shown = name if len(name) <= SHOWN else f"{name[:SHOWN]}…"
    return ValueError(
        f"data set: got {shown!r}, allowed after {PREFIX!r}: 1 to {MOST} points, two bytes each, in URL-safe base 64 "
        "without padding"
    )
