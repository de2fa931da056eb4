"""Names of people's own data: they say the kind of data and how many classes, and the rest is the hash of the contents.

So any store, bundle or link describes what it is about, also where the data themselves are not at hand.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal, NamedTuple

PREFIX = "own-"
# As many classes as a byte can tell apart.
MOST_CLASSES = 256
HASH = 16
# One example of so many is held out, where the files do not say which.
HELD_OUT = 6
FORM = re.compile(rf"own-(images|1d|2d)-(0|[1-9]\d{{0,2}})-([0-9a-f]{{{HASH}}})")
LONGEST_TITLE, LONGEST_CLASS = 40, 24
# Titles stand in sentences, lists and formulas' captions: what would be a mark of layout there is left out.
MARKS = frozenset(" -_.,()&+/'")
SHOWN = 40


class OwnName(NamedTuple):
    """What a name says: the kind of data, the shape of one example, and how many classes (0: no labels)."""

    kind: Literal["images", "points"]
    shape: tuple[int, ...]
    classes: int


def own_name(kind: str, classes: int, digest: str) -> str:
    """The name of data of a kind ("images", "1d" or "2d") with a hash of its contents in hexadecimal digits."""
    return f"{PREFIX}{kind}-{classes}-{digest[:HASH]}"


def read_name(name: str) -> OwnName:
    """What such a name says; raises ValueError for a name that `own_name` would not have made."""
    form = FORM.fullmatch(name)
    if form is None or int(form[2]) > MOST_CLASSES:
        shown = name if len(name) <= SHOWN else f"{name[:SHOWN]}…"
        allowed = f"{PREFIX}images-, {PREFIX}1d- or {PREFIX}2d-, the number of classes, - and {HASH} digits of a hash"
        raise ValueError(f"data set: got {shown!r}, allowed: {allowed}")
    shape = {"images": (1, 28, 28), "1d": (1,), "2d": (2,)}[form[1]]
    return OwnName("images" if form[1] == "images" else "points", shape, int(form[2]))


def plain(text: str, longest: int) -> str:
    """Somebody's text as it may stand anywhere: letters, digits and a few marks, and no longer than that."""
    kept = (c if c in MARKS or unicodedata.category(c)[0] in "LMN" else " " for c in unicodedata.normalize("NFC", text))
    return " ".join("".join(kept).split())[:longest].strip()
