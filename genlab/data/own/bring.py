"""From files to data that can be trained on: read, brought to one form, split, and said what was done with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from genlab.data.images import ByteArray
from genlab.data.own.arrays import NPY, is_array, read_array
from genlab.data.own.files import ZIP, File, files_at, files_of, unpacked
from genlab.data.own.layouts import of_arrays
from genlab.data.own.names import HELD_OUT, LONGEST_CLASS, LONGEST_TITLE, MOST_CLASSES, plain
from genlab.data.own.parts import Found, Unreadable, is_test
from genlab.data.own.refused import ALLOWED, refused
from genlab.data.own.shaping import SIDE, Plan, Shape, plan_for, shaped
from genlab.data.own.sheets import is_picture, of_pictures
from genlab.data.own.tables import read_table
from genlab.locale import N_, Message

LEAST, LEAST_OF_A_PART = 4, 2
MOST_PICTURES = 120_000
MOST_POINTS = 1_000_000
# Of each class; and no more than so many in all.
MOST_HELD_OUT = 10_000
SEED = 0
TABLES = (".csv", ".tsv", ".txt", ".data")


@dataclass(frozen=True)
class Brought:
    """Data as they would be kept, nothing of them kept yet.

    examples: uint8 [n, 28, 28] or float32 [n, 1 or 2], each coordinate scaled to [-1, 1]; labels: uint8 [n], zeros
    where there are none; classes: their names by label; held_out: bool [n]; centre, scale: x = centre + scale x', of
    each coordinate; plan: how pictures were shaped, None of points; notes: what was done, a sentence each.
    """

    title: str
    kind: Literal["images", "points"]
    examples: NDArray[Any]
    labels: ByteArray
    classes: tuple[str, ...]
    held_out: NDArray[np.bool_]
    notes: tuple[Message, ...]
    centre: tuple[float, ...] = ()
    scale: tuple[float, ...] = ()
    plan: Plan | None = None


def bring(
    source: Path | bytes, name: str, *, title: str = "", shape: Shape | None = None, inverted: bool | None = None
) -> Brought:
    """Reads a file (its path or bytes), a folder or a zip called `name`.

    shape, inverted: how pictures are brought to 28 x 28, by default as suits them; title: its name for people, by
    default from the file's. Raises Refused, one sentence; OSError where a file cannot be read.
    """
    files = files_at(source) if isinstance(source, Path) else files_of(name, source)
    found = found_among(files, name)
    title = plain(title, LONGEST_TITLE) or plain(Path(name).name.split(".")[0], LONGEST_TITLE) or "own data"
    notes = list(found.notes)
    plan, kept, centre, scale = None, None, (), ()
    if found.pictures is not None:
        kind = "images"
        examples, kept, plan, said = pictures_of(found, name, shape, inverted)
        notes += said
    else:
        kind = "points"
        assert found.points is not None
        examples, centre, scale = scaled(found.points, name)
        places = ", ".join(f"{c:.4g} ± {s:.4g}" for c, s in zip(centre, scale, strict=True))
        notes.append(Message(N_("Each coordinate was scaled to lie between -1 and 1 (from {places})."), places=places))
    count = len(examples)
    chosen = np.ones(count, bool) if kept is None else kept
    if kind == "points" and found.labels is not None:
        notes.append(Message(N_("Points are learned without their labels.")))
        labels, classes = np.zeros(count, np.uint8), ()
    else:
        labels, classes = coded(found.labels, chosen, notes)
    if count < LEAST:
        least = Message(N_("{least} at least"), least=LEAST)
        raise refused(name, Message(N_("{count} examples"), count=count), least)
    given = None if found.held_out is None else found.held_out[chosen]
    if given is None or min(int(given.sum()), int((~given).sum())) < LEAST_OF_A_PART:
        given = split(labels)
    held_out = given
    text = N_("{train} to learn from, {test} held out.")
    notes.insert(0, Message(text, train=f"{int((~held_out).sum()):,}", test=f"{int(held_out.sum()):,}"))
    return Brought(title, kind, examples, labels, classes, held_out, tuple(notes), centre, scale, plan)


def found_among(files: Sequence[File], name: str) -> Found:
    """What the files are, by how they begin: arrays, a table, or pictures, among which others are left out."""
    arrays: dict[str, bytes] = {}
    tables: dict[str, bytes] = {}
    pictures: list[File] = []
    others = 0
    for file in files:
        path, blob = unpacked(file.name, file.read())
        if blob.startswith(ZIP):
            raise refused(path, Message(N_("a zip within another")), Message(ALLOWED))
        if is_picture(blob):
            pictures.append(file)
        elif is_array(blob) and (blob.startswith(NPY) or path.lower().endswith(("ubyte", ".idx")) or len(files) == 1):
            arrays[path] = blob
        elif path.lower().endswith(TABLES):
            tables[path] = blob
        else:
            others += 1
    if pictures:
        found = of_pictures(pictures, name)
        if others := others + len(arrays) + len(tables):
            found.notes.append(Message(N_("{count} files that are no pictures were left out."), count=others))
        return found
    if arrays:
        return of_arrays({path: read_array(path, blob) for path, blob in arrays.items()}, name)
    if tables:
        return of_tables(tables, name)
    got = Message(N_("no file that can be read here")) if files else Message(N_("nothing in it"))
    raise refused(name, got, Message(ALLOWED))


def of_tables(tables: dict[str, bytes], name: str) -> Found:
    """One table, or one to learn from and one to test on."""
    parts = [(is_test(path), read_table(path, blob)) for path, blob in tables.items()] if len(tables) <= 2 else []
    if len(parts) == 1:
        return parts[0][1]
    if {test for test, _ in parts} != {False, True}:
        allowed = Message(N_("one, or one to learn from and one named test"))
        raise refused(name, Message(N_("{count} tables"), count=len(tables)), allowed)
    (_, one), (_, other) = sorted(parts, key=lambda part: part[0])
    labels = None if one.labels is None or other.labels is None else [*one.labels, *other.labels]
    if one.pictures is not None and other.pictures is not None:
        pictures = [*one.pictures, *other.pictures]
        return Found(pictures, None, labels, np.arange(len(pictures)) >= len(one.pictures))
    if one.points is None or other.points is None or one.points.shape[1] != other.points.shape[1]:
        raise refused(name, Message(N_("tables of several kinds")), Message(N_("as many columns in both")))
    return Found(None, np.concatenate([one.points, other.points]), labels)


def pictures_of(
    found: Found, name: str, shape: Shape | None, inverted: bool | None
) -> tuple[ByteArray, NDArray[np.bool_], Plan, list[Message]]:
    """All pictures in one form, which of them were taken, how, and what is to be said of it."""
    pictures = found.pictures or ()
    if len(pictures) > MOST_PICTURES:
        most = Message(N_("{most} at most"), most=f"{MOST_PICTURES:,}")
        raise refused(name, Message(N_("{count} pictures"), count=f"{len(pictures):,}"), most)
    plan = plan_for(pictures, shape, inverted)
    made = np.zeros((len(pictures), SIDE, SIDE), np.uint8)
    kept = np.zeros(len(pictures), bool)
    coloured = resized = 0
    for place, read in enumerate(pictures):
        try:
            sheet = read()
            made[place] = shaped(sheet.grey, plan)
        except Unreadable:
            continue
        kept[place] = True
        coloured += sheet.coloured
        resized += sheet.grey.shape != (SIDE, SIDE)
    if not kept.any():
        raise refused(name, Message(N_("no picture in which something can be seen")), Message(ALLOWED))
    if made[kept].min() == made[kept].max():
        raise refused(name, Message(N_("pictures of one tone")), Message(N_("pictures in which something can be seen")))
    notes = []
    if lost := int((~kept).sum()):
        notes.append(
            Message(N_("{count} pictures were left out: nothing stands out in them, or they are damaged."), count=lost)
        )
    if coloured:
        notes.append(Message(N_("{count} pictures had colours: they are grey now."), count=f"{coloured:,}"))
    if plan.shape == "centred":
        notes.append(Message(N_("What is drawn was cropped and centred as in MNIST, 28 × 28.")))
    elif resized:
        notes.append(
            Message(N_("{count} pictures had another size: each was fitted whole into 28 × 28."), count=f"{resized:,}")
        )
    if plan.inverted:
        notes.append(Message(N_("Dark on light was turned round: ink is light here, as in MNIST.")))
    return made[kept], kept, plan, notes


def scaled(points: NDArray[np.float64], name: str) -> tuple[NDArray[np.float32], tuple[float, ...], tuple[float, ...]]:
    """Each coordinate scaled to [-1, 1], where pages draw it and models expect it; and its centre and scale."""
    if len(points) > MOST_POINTS:
        most = Message(N_("{most} at most"), most=f"{MOST_POINTS:,}")
        raise refused(name, Message(N_("{count} points"), count=f"{len(points):,}"), most)
    low, high = points.min(axis=0), points.max(axis=0)
    centre, scale = low / 2 + high / 2, high / 2 - low / 2
    if not np.isfinite(scale).all() or not (scale > 0).any():
        raise refused(
            name, Message(N_("the same point throughout, or numbers too large")), Message(N_("points that differ"))
        )
    scale = np.where(scale > 0, scale, 1.0)
    made = ((points - centre) / scale).clip(-1, 1).astype(np.float32)
    return made, tuple(map(float, centre)), tuple(map(float, scale))


def coded(
    labels: Sequence[Any] | None, kept: NDArray[np.bool_], notes: list[Message]
) -> tuple[ByteArray, tuple[str, ...]]:
    """Labels as bytes, and the classes' names in order: numbers by size, texts by the alphabet."""
    count = int(kept.sum())
    none = np.zeros(count, np.uint8), ()
    if labels is None:
        notes.append(Message(N_("There are no labels: nothing is coloured or chosen by class.")))
        return none
    texts = np.array([worded(label) for label, there in zip(labels, kept, strict=True) if there], dtype=object)
    names = sorted(set(texts), key=in_order)
    if len(names) > MOST_CLASSES:
        text = N_("{count} different labels are too many to show ({most} at most): they were left out.")
        notes.append(Message(text, count=f"{len(names):,}", most=MOST_CLASSES))
        return none
    places = {text: place for place, text in enumerate(names)}
    notes.append(Message(N_("Classes: {count}."), count=len(names)))
    return np.array([places[text] for text in texts], np.uint8), tuple(names)


def in_order(text: str) -> tuple[bool, int, str]:
    """Numbers by size, then texts by the alphabet."""
    whole = text.isascii() and text.isdecimal()
    return not whole, int(text) if whole else 0, text


def worded(label: Any) -> str:
    """A label as a class is called."""
    if isinstance(label, bytes):
        label = label.decode("utf-8", "replace")
    if isinstance(label, float) and label.is_integer():
        label = int(label)
    return plain(str(label), LONGEST_CLASS) or "–"


def split(labels: ByteArray) -> NDArray[np.bool_]:
    """Which examples are held out: of each class one in six, drawn by lot that is always the same."""
    order = np.random.default_rng(SEED).permutation(len(labels))
    held_out = np.zeros(len(labels), bool)
    share = min(1 / HELD_OUT, MOST_HELD_OUT / len(labels))
    for value in np.unique(labels):
        members = order[labels[order] == value]
        held_out[members[: round(share * len(members))]] = True
    if held_out.sum() < LEAST_OF_A_PART:
        held_out[order[:LEAST_OF_A_PART]] = True
    return held_out
