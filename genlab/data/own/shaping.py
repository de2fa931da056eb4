"""Pictures of any size and light as 28 x 28 grey levels of MNIST's kind: ink is light, and nothing is 0."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

import numpy as np
from PIL import Image

from genlab.data.centring import centred
from genlab.data.images import ByteArray
from genlab.data.ink import Blank, Block, ink_of
from genlab.data.own.parts import Sheet, Unreadable
from genlab.data.paper import edge

SIDE = 28
Shape = Literal["centred", "fitted"]
SHAPES: tuple[Shape, ...] = ("centred", "fitted")
# How many pictures are looked at to see what kind of pictures they are.
LOOKED_AT = 64
# A picture of paper has an edge this light, and a drawing one this even, on most pictures.
LIGHT = 150
EVEN = 30
MOST = 0.8
# Strokes leave most of a picture empty.
EMPTY = 0.5
# Photos of paper, with shadows and grain, are read as one drawn by hand is, where they are few: that takes a while.
PHOTO = 112
PHOTO_SIDE = 280
FEW = 100
# What is fainter than this share of full ink is the paper's grain, or rings of a JPEG.
FAINT = 0.12
LEAST_CONTRAST = 20


class Plan(NamedTuple):
    """How the pictures of a set are brought to one form: cropped and centred as MNIST's, or each whole one fitted; dark
    on light turned round or not; read as photos of paper or not."""

    shape: Shape
    inverted: bool
    photos: bool
    drawn: bool


def plan_for(pictures: Sequence[Callable[[], Sheet]], shape: Shape | None, inverted: bool | None) -> Plan:
    """What suits the pictures, looked at here and there; what is given is taken."""
    seen: list[ByteArray] = []
    for place in np.linspace(0, len(pictures) - 1, min(LOOKED_AT, len(pictures))).round().astype(int):
        try:
            seen.append(pictures[place]().grey)
        except Unreadable:
            continue
    if not seen:
        return Plan(shape or "fitted", bool(inverted), False, False)
    edges = [edge(grey) for grey in seen]
    light = float(np.mean([np.median(each) > LIGHT for each in edges])) >= MOST
    drawn = float(np.mean([is_drawn(grey) for grey in seen])) >= MOST
    same = all(grey.shape == (SIDE, SIDE) for grey in seen)
    photos = len(pictures) <= FEW and min(min(grey.shape) for grey in seen) >= PHOTO
    usual: Shape = "centred" if drawn and not same else "fitted"
    # A photo of a scene may have a light edge too: only what is drawn is turned round by itself.
    return Plan(shape or usual, light and drawn if inverted is None else inverted, photos, drawn)


def is_drawn(grey: ByteArray) -> bool:
    """Whether a picture is strokes on one even ground, and mostly ground."""
    ground = np.median(edge(grey))
    even = np.abs(edge(grey).astype(np.float32) - ground) < EVEN
    empty = np.abs(grey.astype(np.float32) - ground) < EVEN
    return float(even.mean()) > MOST and float(empty.mean()) > EMPTY


def shaped(grey: ByteArray, plan: Plan) -> ByteArray:
    """One picture as the plan has it, [28, 28]. Raises Unreadable where nothing stands out of it."""
    if plan.shape == "fitted":
        picture = fitted(grey)
        return 255 - picture if plan.inverted else picture
    try:
        if plan.photos:
            return centred(ink_of(reduced(grey, PHOTO_SIDE), exact=False))
        return centred(strokes(reduced(grey, PHOTO), plan.inverted))
    except (Blank, Block, ValueError):
        raise Unreadable from None


def reduced(grey: ByteArray, longest: int) -> ByteArray:
    """The picture with no side longer than that."""
    height, width = grey.shape
    if max(height, width) <= longest:
        return grey
    scale = longest / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(Image.fromarray(grey).resize(size, Image.Resampling.BOX))


def fitted(grey: ByteArray) -> ByteArray:
    """The whole picture within 28 x 28, its sides in proportion, on a ground of its own edge's tone."""
    height, width = grey.shape
    if (height, width) == (SIDE, SIDE):
        return grey
    scale = SIDE / max(height, width)
    rows, columns = max(1, round(height * scale)), max(1, round(width * scale))
    field = np.full((SIDE, SIDE), int(np.median(edge(grey))), np.uint8)
    top, left = (SIDE - rows) // 2, (SIDE - columns) // 2
    small = Image.fromarray(grey).resize((columns, rows), Image.Resampling.BILINEAR)
    field[top : top + rows, left : left + columns] = np.asarray(small)
    return field


def strokes(grey: ByteArray, inverted: bool) -> ByteArray:
    """The ink of a drawing on an even ground: 0 where there is ground, 255 where most ink is. Raises Unreadable."""
    level = (255 - grey if inverted else grey).astype(np.float32)
    level -= np.median(edge(level))
    most = float(np.percentile(level, 99.5))
    if most < LEAST_CONTRAST:
        raise Unreadable
    low = FAINT * most
    return np.rint(255 * ((level - low) / (most - low)).clip(0, 1)).astype(np.uint8)
