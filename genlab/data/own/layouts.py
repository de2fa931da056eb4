"""Arrays as people lay them out: which are examples, which labels, and where height, width and colours stand."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from genlab.data.images import ByteArray
from genlab.data.own.arrays import NUMBERS, TEXTS, Array
from genlab.data.own.parts import Found, Sheet, is_test
from genlab.data.own.refused import refused
from genlab.data.pictures import DEPTHS
from genlab.locale import N_, Message

PIXELS = 28 * 28
LONGEST_SIDE = 4096
MOST_PIXELS = 10**9
CHANNELS = (1, 3, 4)
LABEL_WORDS = ("label", "target", "class")
SHAPES = N_("pictures [n, height, width], with colours [n, height, width, 3], or [n, 784]; points [n, 1] or [n, 2]")


def of_arrays(arrays: Mapping[str, Array], file: str) -> Found:
    """Examples and labels among named arrays; parts of a data set, to learn from and to test on, are joined."""
    labels = {name: flat_labels(name, each) for name, each in arrays.items() if are_labels(name, each, arrays)}
    examples = {name: each for name, each in arrays.items() if name not in labels}
    if not examples:
        raise refused(file, Message(N_("no array of examples")), Message(SHAPES))
    if len(examples) > 3:
        raise refused(
            file,
            Message(N_("{count} arrays of examples"), count=len(examples)),
            Message(N_("one, or parts of one: train and test")),
        )
    parts = [found_in(name, each) for name, each in examples.items()]
    tests = np.repeat([is_test(name) for name in examples], [length(part) for part in parts])
    held_out = tests if tests.any() and not tests.all() else None
    told = paired(examples, labels, file)
    if all(part.pictures is not None for part in parts):
        return Found([read for part in parts for read in part.pictures or ()], None, told, held_out)
    points = [part.points for part in parts if part.points is not None]
    if len(points) != len(parts) or len({each.shape[1] for each in points}) > 1:
        raise refused(file, Message(N_("arrays of several kinds")), Message(SHAPES))
    return Found(None, np.concatenate(points), told, held_out)


def are_labels(name: str, array: Array, arrays: Mapping[str, Array]) -> bool:
    """Whether an array has labels: its name says so, or it is a column beside something wider."""
    words = name.rpartition("/")[2].lower()
    column = array.ndim == 1 or (array.ndim == 2 and array.shape[1] == 1)
    named = any(word in words for word in LABEL_WORDS) or words == "y" or words.startswith(("y_", "y.", "y-"))
    return column and (
        named
        or array.dtype.kind in TEXTS
        or any(each.ndim > 1 for each in arrays.values() if each is not array and each.ndim > array.ndim)
    )


def flat_labels(name: str, array: Array) -> Array:
    """Labels as one row; numbers must be whole."""
    if array.dtype.kind == "f" and not (np.isfinite(array).all() and (array == np.rint(array)).all()):
        raise refused(name, Message(N_("labels that are no whole numbers")), Message(N_("whole numbers or texts")))
    if array.dtype.kind == "f":
        array = array.astype(np.int64)
    return array.reshape(-1)


def paired(examples: Mapping[str, Array], labels: Mapping[str, Array], file: str) -> list[object] | None:
    """The labels of all examples, in their order: of each part those of the same length that speak of the same part."""
    if not labels:
        return None
    found: list[object] = []
    left = dict(labels)
    for name, array in examples.items():
        fitting = [other for other, values in left.items() if len(values) == len(array)]
        same = [other for other in fitting if part_word(other) == part_word(name)] or fitting
        if not same:
            got = Message(
                N_("{labels} labels for {examples} examples"),
                labels=sum(map(len, labels.values())),
                examples=len(array),
            )
            raise refused(file, got, Message(N_("one label for each example, or none")))
        found += left.pop(same[0]).tolist()
    return found


def part_word(name: str) -> str:
    """Which part of a data set a name speaks of."""
    return next((word for word in ("train", "test", "t10k", "val") if word in name.lower()), "")


def length(found: Found) -> int:
    """How many examples were found."""
    return len(found.pictures if found.pictures is not None else found.points if found.points is not None else ())


def found_in(name: str, array: Array) -> Found:
    """One array as pictures or points."""
    got = Message(N_("an array of shape {shape}"), shape=list(array.shape))
    if array.dtype.kind not in NUMBERS:
        raise refused(name, str(array.dtype)[:40], Message(N_("numbers: bool, integers or floats")))
    if array.size == 0 or array.ndim == 0:
        raise refused(name, got, Message(SHAPES))
    if not np.isfinite(array).all():
        raise refused(name, Message(N_("NaN or infinity")), Message(N_("finite numbers")))
    if array.ndim == 1 or (array.ndim == 2 and array.shape[1] in (1, 2)):
        return Found(points=array.reshape(len(array), -1).astype(np.float64))
    if array.ndim == 2 and array.shape[1] == PIXELS:
        array = array.reshape(-1, 28, 28)
    if array.ndim == 4 and array.shape[-1] not in CHANNELS and array.shape[1] in CHANNELS:
        array = np.moveaxis(array, 1, -1)
    if array.ndim not in (3, 4) or (array.ndim == 4 and array.shape[-1] not in CHANNELS):
        raise refused(name, got, Message(SHAPES))
    if min(array.shape[1:3]) < 4 or max(array.shape[1:3]) > LONGEST_SIDE or math.prod(array.shape[:3]) > MOST_PIXELS:
        raise refused(name, got, Message(N_("pictures of 4 to {longest} pixels a side"), longest=LONGEST_SIDE))
    levels = levels_of(name, array)
    return Found(pictures=[lambda i=i: sheet(array[i], levels) for i in range(len(array))])


def levels_of(name: str, array: Array) -> Callable[[Array], ByteArray]:
    """How this array's numbers become grey levels: which of them is black and which white is said by their range."""
    low, high = float(array.min()), float(array.max())
    if array.dtype == np.uint8 and high > 1:
        return lambda picture: picture
    if low >= 0 and high <= 1:
        begin, span = 0.0, 1.0
    elif low >= -1 and high <= 1:
        begin, span = -1.0, 2.0
    elif low >= 0 and high < 2 ** DEPTHS[-1]:
        begin, span = 0.0, next(2.0**bits - 1 for bits in DEPTHS if high < 2**bits)
    else:
        got = Message(N_("pixels from {low} to {high}"), low=f"{low:g}", high=f"{high:g}")
        raise refused(name, got, Message(N_("0 to 1, -1 to 1, or 0 to 255")))
    return lambda picture: np.rint((picture.astype(np.float32) - begin) * (255 / span)).astype(np.uint8)


def sheet(picture: Array, levels: Callable[[Array], ByteArray]) -> Sheet:
    """One picture [h, w] or [h, w, channels] as grey levels: ITU-R 601-2 luma, as Pillow's."""
    picture = levels(picture)
    if picture.ndim == 2:
        return Sheet(picture, False)
    colours = picture[..., :3]
    if colours.shape[-1] == 1:
        return Sheet(colours[..., 0], False)
    grey = np.rint(colours @ np.array([0.299, 0.587, 0.114], np.float32)).astype(np.uint8)
    return Sheet(grey, bool((np.ptp(colours, axis=-1) > 0).any()))
