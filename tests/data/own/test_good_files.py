"""Kinds of files that people have, each of which can be trained on as it is."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from data.own import own_files as make

from genlab.data.own.bring import Brought, bring

TEN = "x;y;name"


class Good(NamedTuple):
    """A file's or folder's name and contents, and what is to come of it."""

    name: str
    content: bytes | dict[str, bytes]
    kind: str = "images"
    count: int = 12
    classes: int = 0


def decimal_commas() -> bytes:
    return make.table(make.points().round(3), "x;y", ";", ",")


def with_words() -> bytes:
    rows = [[*row, "ab"[place % 2]] for place, row in enumerate(make.points().round(3).tolist())]
    return make.table(rows, "x,y,species")


GOOD = {
    "zip of png": Good("digits.zip", make.zipped(make.pictures())),
    "zip of folders": Good("digits.zip", make.zipped(make.in_folders()), count=18, classes=3),
    "zip of a folder of folders": Good("d.zip", make.zipped(make.in_folders(top="all/")), count=18, classes=3),
    "zip with test and train": Good(
        "d.zip",
        make.zipped(make.in_folders(top="train/", count=4) | make.in_folders(top="test/", count=2)),
        count=18,
        classes=3,
    ),
    "zip by a mac": Good("d.zip", make.zipped(make.pictures() | {"__MACOSX/._0.png": b"x", ".DS_Store": b"y"})),
    "zip by windows": Good("d.zip", make.zipped({n.replace("/", "\\"): c for n, c in make.in_folders().items()}),
                           count=18, classes=3),
    "zip with notes among them": Good("d.zip", make.zipped(make.pictures() | {"README.txt": b"12 digits"})),
    "zip with a broken picture": Good("d.zip", make.zipped(make.pictures() | {"bad.png": b"\x89PNG\r\n\x1a\nbroken"})),
    "stored zip": Good("d.zip", make.zipped(make.pictures(), compression=0)),
    "folder": Good("digits", make.pictures()),
    "folder of folders": Good("digits", make.in_folders(), count=18, classes=3),
    "jpeg": Good("d.zip", make.zipped(make.pictures(kind="JPEG", side=64))),
    "gif": Good("d.zip", make.zipped(make.pictures(kind="GIF"))),
    "bmp": Good("d.zip", make.zipped(make.pictures(kind="BMP"))),
    "webp": Good("d.zip", make.zipped(make.pictures(kind="WEBP", side=40))),
    "tiff": Good("d.zip", make.zipped(make.pictures(kind="TIFF"))),
    "rgb": Good("d.zip", make.zipped(make.pictures(mode="RGB"))),
    "rgba": Good("d.zip", make.zipped(make.pictures(mode="RGBA"))),
    "palette": Good("d.zip", make.zipped(make.pictures(mode="P"))),
    "black and white": Good("d.zip", make.zipped(make.pictures(mode="1"))),
    "dark on light": Good("d.zip", make.zipped(make.pictures(side=200, ground=250, ink=20))),
    "oblong": Good("d.zip", make.zipped({f"{i}.png": make.encoded(make.digit(i).resize((50, 20))) for i in range(12)})),
    "npy bytes": Good("x.npy", make.npy(make.pixels())),
    "npy floats": Good("x.npy", make.npy(make.pixels() / 255)),
    "npy from -1 to 1": Good("x.npy", make.npy((make.pixels() / 127.5 - 1).astype(np.float32))),
    "npy booleans": Good("x.npy", make.npy(make.pixels() > 127)),
    "npy sixteen bits": Good("x.npy", make.npy(make.pixels().astype(np.uint16) * 257)),
    "npy big endian": Good("x.npy", make.npy(make.pixels().astype(">i4"))),
    "npy fortran": Good("x.npy", make.npy(np.asfortranarray(make.pixels()))),
    "npy rows": Good("x.npy", make.npy(make.pixels().reshape(12, -1))),
    "npy channel first": Good("x.npy", make.npy(make.pixels()[:, None])),
    "npy colours": Good("x.npy", make.npy(make.pixels(side=32)[..., None].repeat(3, -1))),
    "npy 8 x 8": Good("x.npy", make.npy(make.pixels(side=8))),
    "npy 2-D points": Good("x.npy", make.npy(make.points()), "points", 30),
    "npy 1-D points": Good("x.npy", make.npy(make.points()[:, 0]), "points", 30),
    "npz with labels": Good("x.npz", make.npz(images=make.pixels(), labels=make.labels()), classes=3),
    "npz as keras": Good("mnist.npz", make.npz(x_train=make.pixels(), y_train=make.labels(), x_test=make.pixels(6),
                                               y_test=make.labels(6)), count=18, classes=3),
    "npz as medmnist": Good("m.npz", make.npz(train_images=make.pixels(), train_labels=make.labels()[:, None],
                                              val_images=make.pixels(6), val_labels=make.labels(6)[:, None]),
                            count=18, classes=3),
    "npz with words": Good("x.npz", make.npz(data=make.pixels(), target=np.array(list("abcabcabcabc"))), classes=3),
    "idx": Good("train-images-idx3-ubyte", make.idx(make.pixels())),
    "idx packed": Good("train-images.idx3-ubyte.gz", gzip.compress(make.idx(make.pixels()))),
    "idx folder": Good("raw", make.mnist_folder(), count=18, classes=3),
    "idx zip": Good("raw.zip", make.zipped(make.mnist_folder()), count=18, classes=3),
    "csv pixels": Good("x.csv", make.table(make.pixels().reshape(12, -1))),
    "csv label first": Good("x.csv", make.table(make.rows_of_pixels()), classes=3),
    "csv label last": Good("x.csv", make.table(make.rows_of_pixels(last=True)), classes=3),
    "csv as kaggle": Good("train.csv", make.table(make.rows_of_pixels(), ",".join(
        ["label", *(f"pixel{i}" for i in range(784))])), classes=3),
    "csv counted columns": Good("x.csv", make.table(make.rows_of_pixels(last=True), ",".join(
        [*map(str, range(784)), "class"])), classes=3),
    "csv zipped": Good("archive.zip", make.zipped({"mnist_train.csv": make.table(make.rows_of_pixels()),
                                                   "mnist_test.csv": make.table(make.rows_of_pixels(6))}),
                       count=18, classes=3),
    "csv points": Good("p.csv", make.table(make.points()), "points", 30),
    "csv header": Good("p.csv", make.table(make.points(), "height,weight"), "points", 30),
    "csv x and y": Good("p.csv", make.table(make.points(), "x,y"), "points", 30),
    "csv index": Good("p.csv", make.table([[i, *row] for i, row in enumerate(make.points().tolist())], ",a,b"),
                      "points", 30),
    "csv words as labels": Good("p.csv", with_words(), "points", 30),
    "csv 1-D": Good("p.csv", make.table(make.points()[:, :1]), "points", 30),
    "csv 1-D with labels": Good("p.csv", make.table([[*row, i % 4] for i, row in enumerate(make.points()[:, :1])],
                                                    "height,label"), "points", 30),
    "csv bom": Good("p.csv", b"\xef\xbb\xbf" + make.table(make.points(), "x,y"), "points", 30),
    "csv semicolons": Good("p.csv", decimal_commas(), "points", 30),
    "csv windows": Good("p.csv", make.table(make.points(), "x,y", end="\r\n"), "points", 30),
    "csv utf-16": Good("p.csv", make.table(make.points(), "x,y").decode().encode("utf-16"), "points", 30),
    "csv latin": Good("p.csv", make.table(make.points(), "größe,höhe").decode().encode("latin-1"), "points", 30),
    "tsv": Good("p.tsv", make.table(make.points(), "x\ty", "\t"), "points", 30),
    "spaces": Good("p.txt", make.table(make.points(), between="  "), "points", 30),
    "blank lines": Good("p.csv", make.table(make.points()) + b"\n\n,\n".replace(b",", b""), "points", 30),
    "csv exponents": Good("p.csv", make.table([[f"{x:e}", f"{y:e}"] for x, y in make.points()]), "points", 30),
    "csv packed": Good("p.csv.gz", gzip.compress(make.table(make.points())), "points", 30),
}  # fmt: skip


def brought(good: Good, folder: Path, **options: Any) -> Brought:
    """What comes of a file on the disk."""
    path = folder / good.name
    if isinstance(good.content, dict):
        make.put(path, good.content)
    else:
        path.write_bytes(good.content)
    return bring(path, good.name, **options)


@pytest.mark.parametrize("what", GOOD)
def test_a_good_file_is_taken(what: str, tmp_path: Path) -> None:
    good = GOOD[what]
    found = brought(good, tmp_path)
    assert (found.kind, len(found.examples), len(found.classes)) == (good.kind, good.count, good.classes)
    assert found.labels.shape == found.held_out.shape == (good.count,)
    assert 0 < found.held_out.sum() < good.count
    assert found.labels.max() < max(1, good.classes)
    if good.kind == "images":
        assert found.examples.dtype == np.uint8
        assert found.examples.shape[1:] == (28, 28)
        # Ink is light on every one of them, and the corner is ground.
        assert found.examples.reshape(good.count, -1).max(axis=1).min() > 150
        assert np.median(found.examples) < 50
    else:
        assert found.examples.dtype == np.float32
        assert np.allclose(np.abs(found.examples).max(axis=0), 1)
    assert all(found.notes)


@pytest.mark.parametrize("what", ["zip of png", "npy bytes", "csv label first", "idx", "npy floats", "csv as kaggle"])
def test_pictures_of_the_right_size_stay_as_they_are(what: str, tmp_path: Path) -> None:
    good = GOOD[what]
    assert np.array_equal(brought(good, tmp_path).examples, make.pixels())


def test_what_was_done_is_said(tmp_path: Path) -> None:
    light = brought(GOOD["dark on light"], tmp_path)
    assert any("turned round" in note for note in light.notes)
    assert any("cropped and centred" in note for note in light.notes)
    among = brought(GOOD["zip with notes among them"], tmp_path)
    assert any(note.startswith("1 files that are no pictures") for note in among.notes)
    broken = brought(GOOD["zip with a broken picture"], tmp_path)
    assert any(note.startswith("1 pictures were left out") for note in broken.notes)
    assert any("no labels" in note for note in broken.notes)
    points = brought(GOOD["csv points"], tmp_path)
    assert any("between -1 and 1" in note for note in points.notes)


def test_colours_become_grey_with_a_word(tmp_path: Path) -> None:
    reddish = [x // (1 + (channel > 0)) for channel in range(3) for x in range(256)]
    red = {f"{i}.png": make.encoded(make.digit(i, mode="RGB").point(reddish)) for i in range(5)}
    found = brought(Good("d.zip", make.zipped(red)), tmp_path)
    assert any(note.startswith("5 pictures had colours") for note in found.notes)


def test_what_a_person_chooses_is_taken(tmp_path: Path) -> None:
    good = GOOD["dark on light"]
    whole = brought(good, tmp_path, shape="fitted", inverted=False)
    assert np.median(whole.examples) > 200
    assert brought(good, tmp_path, shape="fitted").examples.max() > 200
    centred = brought(GOOD["zip of png"], tmp_path, shape="centred").examples
    mass = centred.sum(axis=2) @ np.arange(28) / centred.sum(axis=(1, 2))
    assert (np.abs(mass - 14) <= 1).all()


def test_parts_that_the_files_name_are_kept_apart(tmp_path: Path) -> None:
    for what in ("npz as keras", "idx folder", "csv zipped", "zip with test and train"):
        assert brought(GOOD[what], tmp_path).held_out.sum() == 6, what


def test_labels_keep_to_their_examples(tmp_path: Path) -> None:
    for what in ("csv label first", "csv label last", "npz with labels", "csv as kaggle"):
        found = brought(GOOD[what], tmp_path)
        assert np.array_equal(found.labels, make.labels()), what
        assert found.classes == ("0", "1", "2")
    folders = brought(GOOD["zip of folders"], tmp_path)
    assert folders.classes == ("class 0", "class 1", "class 2")
    assert folders.labels.tolist() == [0] * 6 + [1] * 6 + [2] * 6


def test_points_keep_their_shape_within_the_window(tmp_path: Path) -> None:
    found = brought(GOOD["csv points"], tmp_path)
    assert np.allclose(found.examples * found.scale + found.centre, make.points(), atol=1e-6)


def test_a_hundred_classes_are_as_good_as_three_and_too_many_are_left_out_with_a_word(tmp_path: Path) -> None:
    many = make.npz(x=make.pixels(300), y=np.arange(300) % 100)
    assert len(brought(Good("x.npz", many), tmp_path).classes) == 100
    too_many = brought(Good("x.npz", make.npz(x=make.pixels(300), y=np.arange(300))), tmp_path)
    assert too_many.classes == ()
    assert any("too many" in note for note in too_many.notes)


def test_labels_of_points_are_left_aside_with_a_word(tmp_path: Path) -> None:
    found = brought(GOOD["csv words as labels"], tmp_path)
    assert any("without their labels" in note for note in found.notes)
    assert not found.labels.any()


def test_every_class_is_held_out_from(tmp_path: Path) -> None:
    found = brought(Good("x.npz", make.npz(x=make.pixels(120), y=np.sort(np.arange(120) % 10))), tmp_path)
    assert set(found.labels[found.held_out].tolist()) == set(range(10))
