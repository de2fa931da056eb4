"""Files that cannot be taken: each is refused in one sentence that names it, and none harms."""

from __future__ import annotations

import gzip
import io
import os
import pickle
import stat
import struct
import tracemalloc
import zipfile
import zlib
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from data.own import own_files as make

from genlab.data.own import files
from genlab.data.own.bring import bring
from genlab.data.own.refused import Refused
from genlab.locale import Message, said, told, translate

SECRET = "GENLAB_TEST_OPENED"


class Opens:
    """What runs when it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return exec, (f"import os; os.environ[{SECRET!r}] = 'yes'",)


def link_in_a_zip() -> bytes:
    info = zipfile.ZipInfo("link.png")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(info, "/etc/passwd")
        for name, content in make.pictures().items():
            archive.writestr(name, content)
    return out.getvalue()


def encrypted() -> bytes:
    blob = bytearray(make.zipped(make.pictures()))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := blob.find(mark, at + 1)) >= 0:
            blob[at + place] |= 1
    return bytes(blob)


def zip_bomb(count: int = 9) -> bytes:
    """So many files of 50 MB of zeros each."""
    return make.zipped({f"{i}.csv": b"0" * 50_000_000 for i in range(count)})


def lying_zip() -> bytes:
    """A file that says that it is shorter than it is."""
    blob = bytearray(make.zipped({"x.csv": make.table(make.points())}))
    at = blob.find(b"PK\x01\x02")
    blob[at + 24 : at + 28] = struct.pack("<I", 10)
    return bytes(blob)


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_bomb(side: int = 50_000) -> bytes:
    """A PNG that says that it has 2.5 billion pixels."""
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    body = zlib.compress(b"\0" * 1_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def npy_header(text: str, body: bytes = b"", version: tuple[int, int] = (1, 0)) -> bytes:
    width = "<H" if version[0] == 1 else "<I"
    return b"\x93NUMPY" + bytes(version) + struct.pack(width, len(text)) + text.encode("latin-1") + body


def structured() -> bytes:
    return make.npy(np.zeros(5, dtype=[("a", "f4"), ("b", "i4")]))


def with_nan() -> bytes:
    array = make.points()
    array[3, 1] = np.nan
    return make.npy(array)


def ragged() -> bytes:
    return make.table([*make.points(5).tolist(), [1.0], *make.points(5).tolist()])


BAD: dict[str, tuple[str, Any]] = {
    "nothing": ("x.zip", b""),
    "empty zip": ("x.zip", partial(make.zipped, {})),
    "zip of empty folders": ("x.zip", partial(make.zipped, {"a/": b"", "b/": b""})),
    "path traversal": ("x.zip", lambda: make.zipped(make.pictures() | {"../../evil.png": b"x"})),
    "absolute path": ("x.zip", lambda: make.zipped(make.pictures() | {"/etc/evil.png": b"x"})),
    "drive": ("x.zip", lambda: make.zipped(make.pictures() | {"C:\\evil.png": b"x"})),
    "link in a zip": ("x.zip", link_in_a_zip),
    "encrypted": ("x.zip", encrypted),
    "nested zip": ("x.zip", lambda: make.zipped({"inner.zip": make.zipped(make.pictures())})),
    "cut zip": ("x.zip", lambda: make.zipped(make.pictures())[:-40]),
    "zip with a hole": ("x.zip", lambda: make.zipped({"p.csv": make.table(make.points())}).replace(b",", b"\0")),
    "lying zip": ("x.zip", lying_zip),
    "zip bomb": ("x.zip", zip_bomb),
    "gzip bomb": ("x.csv.gz", lambda: gzip.compress(b"0" * 450_000_000, 1)),
    "cut gzip": ("x.csv.gz", lambda: gzip.compress(make.table(make.points()))[:-30]),
    "no gzip": ("x.csv.gz", b"\x1f\x8b\x08 nonsense"),
    "a text": ("x.zip", b"I am no zip"),
    "pdf": ("x.pdf", b"%PDF-1.7 ..."),
    "a program": ("x.exe", b"MZ\x90\0" + bytes(200)),
    "tar": ("x.tar", b"0.png" + bytes(95) + b"0000644" + bytes(300) + b"ustar" + bytes(100)),
    "html as csv": ("x.csv", b"<!doctype html><html><body>Not found</body></html>"),
    "svg": ("x.zip", lambda: make.zipped({"x.svg": b"<svg/>"})),
    "one picture": ("x.png", lambda: make.encoded(make.digit(0))),
    "three pictures": ("x.zip", lambda: make.zipped(make.pictures(3))),
    "pictures of one tone": ("x.zip", lambda: make.zipped(make.pictures(ink=0))),
    "broken pictures": ("x.zip", lambda: make.zipped({f"{i}.png": b"\x89PNG\r\n\x1a\n" for i in range(9)})),
    "png bombs": ("x.zip", lambda: make.zipped({f"{i}.png": png_bomb() for i in range(5)})),
    "many large pictures": ("x.zip", lambda: make.zipped({f"{i}.png": png_bomb(6000) for i in range(40)})),
    "pickle": ("x.npy", lambda: pickle.dumps(Opens())),
    "object array": ("x.npy", lambda: make.npy(np.array([Opens()] * 5, dtype=object), pickled=True)),
    "object array in npz": ("x.npz", lambda: make.zipped({"x.npy": make.npy(np.array([Opens()] * 5), pickled=True)})),
    "structured array": ("x.npy", structured),
    "complex numbers": ("x.npy", lambda: make.npy(make.points() * 1j)),
    "dates": ("x.npy", lambda: make.npy(np.arange(10).astype("datetime64[s]"))),
    "texts": ("x.npy", lambda: make.npy(np.array(["a", "b", "c", "d", "e"]))),
    "cut npy": ("x.npy", lambda: make.npy(make.pixels())[:-100]),
    "npy of petabytes": ("x.npy", lambda: npy_header("{'descr':'<f8','fortran_order':False,'shape':(10**15,),}\n")),
    "npy that says too much": (
        "x.npy", lambda: npy_header("{'descr':'<f8','fortran_order':False,'shape':(99999999999,2),}\n"),
    ),
    "negative shape": ("x.npy", lambda: npy_header("{'descr':'<f8','fortran_order':False,'shape':(-4,2),}\n")),
    "negative shapes": (
        "x.npy", lambda: npy_header("{'descr':'|u1','fortran_order':False,'shape':(-4,-2),}\n", b"12345678"),
    ),
    "huge header": ("x.npy", lambda: npy_header("[" * 60_000)),
    "huge header of version 2": ("x.npy", lambda: npy_header("(" * 900_000, version=(2, 0))),
    "header with code": ("x.npy", lambda: npy_header("__import__('os').system('true')\n")),
    "future version": ("x.npy", lambda: npy_header("{}", version=(9, 0))),
    "empty array": ("x.npy", lambda: make.npy(np.zeros((0, 28, 28), np.uint8))),
    "no dimensions": ("x.npy", lambda: make.npy(np.float32(3))),
    "five dimensions": ("x.npy", lambda: make.npy(np.zeros((2, 2, 2, 2, 2)))),
    "three coordinates": ("x.npy", lambda: make.npy(make.points(dimensions=3))),
    "narrow pictures": ("x.npy", lambda: make.npy(np.zeros((9, 2, 2), np.uint8))),
    "NaN in npy": ("x.npy", with_nan),
    "infinity in npy": ("x.npy", lambda: make.npy(np.full((9, 2), np.inf))),
    "pixels of thousands": ("x.npy", lambda: make.npy(make.pixels() * 1e9)),
    "negative pixels": ("x.npy", lambda: make.npy(make.pixels() * -3.0)),
    "one point again and again": ("x.npy", lambda: make.npy(np.ones((50, 2)))),
    "labels of another length": ("x.npz", lambda: make.npz(x=make.pixels(), y=make.labels(7))),
    "labels that are no classes": ("x.npz", lambda: make.npz(x=make.pixels(), y=np.linspace(0, 1, 12))),
    "only labels": ("x.npz", lambda: make.npz(y_train=make.labels())),
    "arrays of several kinds": ("x.npz", lambda: make.npz(x_train=make.pixels(), x_test=make.points())),
    "idx cut": ("train-images-idx3-ubyte", lambda: make.idx(make.pixels())[:-5]),
    "idx of floats": ("train-images-idx3-ubyte", lambda: make.idx(make.pixels(), kind=13)),
    "idx that says too much": (
        "train-images-idx3-ubyte", lambda: bytes([0, 0, 8, 3]) + b"\xff" * 12 + bytes(100),
    ),
    "no rows": ("x.csv", b"x,y\n"),
    "only blank lines": ("x.csv", b"\n\n\n"),
    "ragged": ("x.csv", ragged),
    "NaN": ("x.csv", b"x,y\n1,2\n3,nan\n5,6\n7,8\n"),
    "infinity": ("x.csv", b"1,2\n3,inf\n5,6\n7,8\n"),
    "empty cell": ("x.csv", b"x,y\n1,2\n3,\n5,6\n7,8\n"),
    "formula": ("x.csv", b"x,y\n1,2\n3,=SUM(A1:A2)\n5,6\n7,8\n"),
    "formula as a label": ("x.csv", b'x,y,label\n1,2,a\n3,4,"=HYPERLINK(""http://x"")"\n5,6,b\n7,8,b\n'),
    "command as a label": ("x.csv", b"x,y,label\n1,2,a\n3,4,@cmd\n5,6,b\n7,8,b\n"),
    "words": ("x.csv", b"x,y\n1,2\nthree,4\n5,6\n7,8\n"),
    "only words": ("x.csv", b"a,b\nc,d\ne,f\n"),
    "two columns of words": ("x.csv", b"1,a,b\n2,c,d\n3,e,f\n4,g,h\n"),
    "thousands with dots": ("x.csv", b"x;y\n1.234,5;2\n3.456,7;4\n5;6\n7;8\n"),
    "underscores": ("x.csv", b"1_000,2\n3_000,4\n5,6\n7,8\n"),
    "783 pixels": ("x.csv", lambda: make.table(make.pixels().reshape(12, -1)[:, :783])),
    "three coordinates in a table": ("x.csv", lambda: make.table(make.points(dimensions=3))),
    "too many columns": ("x.csv", lambda: make.table(np.zeros((5, 2000), int))),
    "one line of a million cells": ("x.csv", lambda: b"0," * 1_000_000),
    "a very long cell": ("x.csv", lambda: b"1," + b"2" * 400_000 + b"\n"),
    "bytes in a table": ("x.csv", b"1,2\n\0\0\0,4\n"),
    "half of utf-16": ("x.csv", b"\xff\xfe1\0,\x002\xd8"),
    "open quote": ("x.csv", b'1,2\n3,"4\n' + b"5,6\n" * 100_000),
    "too many rows": ("x.csv", lambda: b"1\n2\n" * 500_001),
    "several tables": ("x.zip", lambda: make.zipped({f"{n}.csv": make.table(make.points()) for n in "abc"})),
    "tables of several kinds": (
        "x.zip", lambda: make.zipped({"train.csv": b"1\n2\n3\n4\n", "test.csv": b"1,2\n3,4\n5,6\n7,8\n"}),
    ),
}  # fmt: skip


def refusal(name: str, content: Any, folder: Path) -> Refused:
    blob = content() if callable(content) else content
    (folder / name).write_bytes(blob)
    with pytest.raises(Refused) as caught:
        bring(folder / name, name)
    with pytest.raises(Refused, match=": got "):  # as a page has it
        bring(blob, name)
    return caught.value


@pytest.mark.parametrize("what", BAD)
def test_a_bad_file_is_refused_in_a_sentence(what: str, tmp_path: Path) -> None:
    error = refusal(*BAD[what], tmp_path)
    assert ": got " in str(error)
    assert "; allowed: " in str(error)
    assert "\n" not in str(error)
    assert "Error" not in str(error)
    assert str(tmp_path) not in str(error)
    assert len(str(error)) < 300
    assert isinstance(said(error), Message)
    assert "得到" in told(said(error), partial(translate, language="zh"))
    assert SECRET not in os.environ
    assert sorted(path.name for path in tmp_path.iterdir()) in ([BAD[what][0]], sorted([BAD[what][0], "home"]))


def test_a_link_in_a_folder_is_refused(tmp_path: Path) -> None:
    folder = make.put(tmp_path / "digits", make.pictures())
    (folder / "link.png").symlink_to("/etc/passwd")
    with pytest.raises(Refused, match=r"^link.png: got a link"):
        bring(folder, "digits")


def test_a_folder_that_leads_round_is_refused(tmp_path: Path) -> None:
    folder = make.put(tmp_path / "digits", make.pictures())
    (folder / "again").symlink_to(folder, target_is_directory=True)
    with pytest.raises(Refused, match="got a link"):
        bring(folder, "digits")


def test_what_is_not_there_is_said_without_the_folders_above(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"^nowhere.zip: got no such file"):
        bring(tmp_path / "nowhere.zip", "nowhere.zip")


def test_a_file_of_more_than_a_hundred_megabytes_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.npy"
    with path.open("wb") as file:
        file.truncate(files.MOST_BYTES + 1)
    tracemalloc.start()
    with pytest.raises(Refused, match="got 100 MB; allowed: 100 MB at most"):
        bring(path, path.name)
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


def test_a_zip_that_lists_too_many_files_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_FILES", 5)
    monkeypatch.setattr(files.zipfile, "ZipFile", lambda *_: pytest.fail("it was parsed"))
    with pytest.raises(Refused, match="got 1,006 files"):
        files.files_of("x.zip", b"PK\x03\x04" + files.ENTRY * 1006)


@pytest.mark.parametrize(
    "what",
    ["zip bomb", "png bombs", "many large pictures", "npy of petabytes", "huge header", "one line of a million cells"],
)
def test_memory_is_bounded(what: str, tmp_path: Path) -> None:
    name, content = BAD[what]
    blob = content()
    tracemalloc.start()
    with pytest.raises(Refused):
        bring(blob, name)
    assert tracemalloc.get_traced_memory()[1] < 60_000_000
    tracemalloc.stop()


def test_a_name_is_no_way_to_write_on_a_page() -> None:
    with pytest.raises(Refused) as caught:
        bring(b"\0", "<script>alert(1)</script>[x](http://y)`\n" + "a" * 500)
    assert not set("<>[]`\n") & set(str(caught.value))
    assert len(str(caught.value)) < 300
