"""Picture files, read with suspicion: by how they begin and their headers' sizes, never more pixels than allowed."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import numpy as np
from PIL import Image, ImageOps

from genlab.data.own.files import File
from genlab.data.own.parts import PART_NAMES, Found, Sheet, Unreadable, is_test
from genlab.data.own.refused import refused
from genlab.data.pictures import FORMATS, MOST_PIXELS, decoding, flat, kind_of
from genlab.locale import N_, Message

# What Pillow reads by itself, and people keep many small pictures in.
KINDS = (*FORMATS, "BMP", "GIF", "TIFF", "WebP")
PILLOW = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP")
# All pictures together: some ten seconds of decoding.
MOST_PIXELS_IN_ALL = 10**9
SMALLEST = 4
COLOURED = 8
NO_PALETTE = ("1", "L", "LA", "I", "F")


def is_picture(blob: bytes) -> bool:
    """Whether a file begins as a picture of a kind that is read."""
    return kind_of(blob) in KINDS


def of_pictures(files: Sequence[File], name: str) -> Found:
    """Pictures and, where all of them lie in folders that differ, the folders' names as labels."""
    left, broken = MOST_PIXELS_IN_ALL, 0
    kept: list[File] = []
    for file in files:
        try:
            left -= pixels_of(file.read())
        except Unreadable:
            broken += 1
            continue
        if left < 0:
            most = Message(N_("{most} million in all"), most=MOST_PIXELS_IN_ALL // 10**6)
            raise refused(name, Message(N_("more pixels")), most)
        kept.append(file)
    notes = (
        [Message(N_("{count} pictures were left out: they are damaged or too large."), count=broken)] if broken else []
    )
    labels = [label_of(file) for file in kept]
    parts = np.array([any(map(is_test, file.folders)) for file in kept])
    if "" in labels or len(set(labels)) < 2:
        labels = None
    return Found(
        pictures=[lambda file=file: read_sheet(file.read()) for file in kept],
        labels=labels,
        held_out=parts if 0 < parts.sum() < len(parts) else None,
        notes=notes,
    )


def label_of(file: File) -> str:
    """The name of the innermost folder that says more than which part of the data it is; empty where none does."""
    return next((name for name in reversed(file.folders) if name.lower() not in PART_NAMES), "")


def pixels_of(blob: bytes) -> int:
    """How many pixels a picture has, by its header. Raises Unreadable."""
    try:
        width, height = opened(blob).size
    except Exception:  # whatever a reader trips over: it is a file of that format, and broken
        raise Unreadable from None
    if width * height > MOST_PIXELS or min(width, height) < SMALLEST:
        raise Unreadable
    return width * height


def opened(blob: bytes) -> Image.Image:
    """The picture's header; nothing is decoded yet."""
    return Image.open(BytesIO(blob), formats=PILLOW)


def read_sheet(blob: bytes) -> Sheet:
    """One picture, turned as its EXIF says, transparent parts filled as in genlab.data.pictures. Raises Unreadable."""
    with decoding:
        try:
            image = opened(blob)
            image.draft("RGB", (512, 512))  # a JPEG can be decoded small; nothing for the others
            image = ImageOps.exif_transpose(image)
            return Sheet(np.asarray(flat(image)), is_coloured(image))
        except Exception:
            raise Unreadable from None


def is_coloured(image: Image.Image) -> bool:
    """Whether a picture has colours: what is grey in red, green and blue has none."""
    if image.mode in NO_PALETTE or image.mode.startswith("I;"):
        return False
    small = np.asarray(image.convert("RGB").resize((32, 32), Image.Resampling.BOX), dtype=np.int16)
    return bool((np.ptp(small, axis=2) > COLOURED).any())
