"""Bundles that other programs zipped again, saved again, or made huge: taken, or refused at once in a sentence."""

from __future__ import annotations

import codecs
import io
import json
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from genlab.data import load
from genlab.models import family_named
from genlab.runs import Store
from genlab.runs.bundle import BundleError, import_bundle, read_bundle, write_bundle
from genlab.runs.bundle.archive import read_files, write_zip
from genlab.runs.bundle.contents import POINTS_AT_MOST, to_files
from genlab.training import Trainer

Files = dict[str, bytes]
# What programs add by themselves; none of it may be read.
LITTER: Files = {
    "__MACOSX/": b"",
    "__MACOSX/my-run/._run.json": b"\0\5\x16\7",
    "__MACOSX/._my-run": b"\0\5\x16\7",
    ".DS_Store": b"\0\0\0\1Bud1",
    "Thumbs.db": b"\xd0\xcf\x11\xe0",
    "desktop.ini": b"[.ShellClassInfo]",
    "._history.csv": b"\0\5\x16\7",
    "run.json:Zone.Identifier": b"[ZoneTransfer]",
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """A small run's files."""
    config = family_named("ae").preset("classroom", "points", {"hidden": 8, "batch": 8, "steps": 20})
    trainer = Trainer("ae", config, load("ring8"))
    progress = trainer.advance(steps=10)
    folder = tmp_path_factory.mktemp("bundle")
    write_bundle(folder, trainer, progress.points, progress.frames)
    return read_files(folder)


def zipped(files: Files) -> bytes:
    """A zip in which names stand as they are given, folders too."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def refused(blob: bytes) -> str:
    with pytest.raises(BundleError) as refusal:
        read_bundle(blob)
    sentence = str(refusal.value)
    assert "\n" not in sentence
    return sentence


def in_folder(name: str) -> Callable[[Files], Files]:
    return lambda files: {f"{name}/": b""} | {f"{name}/{file}": blob for file, blob in files.items()}


def with_backslashes(files: Files) -> Files:
    return {name.replace("/", "\\"): blob for name, blob in files.items()}


WAYS: dict[str, Callable[[Files], Files]] = {
    "one folder": in_folder("my-run"),
    "a folder in Chinese": in_folder("我的 记录 (2)"),
    "a folder with a time": in_folder("run 12:30"),
    "a folder beginning with a dot": in_folder("./my-run"),
    "the dot itself": lambda files: {"./": b""} | {f"./{name}": blob for name, blob in files.items()},
    "backslashes": with_backslashes,
    "a folder with backslashes": lambda files: with_backslashes(in_folder("my-run")(files)),
    "litter": lambda files: LITTER | files,
    "litter last": lambda files: files | LITTER,
    "a folder with litter": lambda files: in_folder("my-run")(files | {".DS_Store": b"", "Thumbs.db": b""}) | LITTER,
    "folders named": lambda files: {"my-run/": b"", "my-run/nets/": b""} | in_folder("my-run")(files),
    "capitals": lambda files: {name.upper(): blob for name, blob in files.items()},
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_a_bundle_that_was_zipped_again_is_the_same(files: Files, way: str, tmp_path: Path) -> None:
    sent = zipped(WAYS[way](files))
    assert to_files(read_bundle(sent)) == to_files(read_bundle(write_zip(files)))
    (tmp_path / "BUNDLE.ZIP").write_bytes(sent)
    assert read_bundle(tmp_path / "BUNDLE.ZIP").step == 10


def test_a_folder_that_was_looked_at_is_read(files: Files, tmp_path: Path) -> None:
    for name, blob in (files | {".DS_Store": b"", "Thumbs.db": b"", "desktop.ini": b"", "._run.json": b""}).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(blob)
    assert to_files(read_bundle(tmp_path)) == to_files(read_bundle(write_zip(files)))


ENCODINGS: dict[str, Callable[[str], bytes]] = {
    "utf-8 mark": lambda text: text.encode("utf-8-sig"),
    "utf-16 little": lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
    "utf-16 big": lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
    "crlf": lambda text: text.replace("\n", "\r\n").encode(),
    "utf-8 mark and crlf": lambda text: text.replace("\n", "\r\n").encode("utf-8-sig"),
    "cr": lambda text: text.replace("\n", "\r").encode(),
    "empty lines at the end": lambda text: (text + "\n\n").encode(),
    "no end of line": lambda text: text.rstrip("\n").encode(),
}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("name", ["run.json", "history.csv"])
def test_a_text_that_was_saved_again_is_the_same(files: Files, name: str, encoding: str) -> None:
    saved = files | {name: ENCODINGS[encoding](files[name].decode())}
    assert to_files(read_bundle(zipped(saved))) == to_files(read_bundle(write_zip(files)))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (lambda files: {f"a/b/{name}": blob for name, blob in files.items()}, "a/b/"),
        (lambda files: in_folder("a")(files) | in_folder("b")(files), "a/"),
        (lambda files: files | in_folder("copy")(files), "copy/"),
        (lambda files: in_folder("a")(files) | {"a/notes.txt": b""}, "a/notes.txt: is no file of a bundle"),
        (lambda files: in_folder("..")(files), "../: leads out of the bundle"),
        (lambda files: in_folder("a/..")(files), "a/../: leads out of the bundle"),
        (lambda files: with_backslashes(in_folder("..")(files)), "..\\: leads out of the bundle"),
        (lambda files: files | {"__MACOSX/../../x": b""}, "__MACOSX/../../x: leads out of the bundle"),
        (lambda files: files | {"\\\\server\\share\\run.json": b""}, "\\\\server\\share\\run.json: leads out"),
        (lambda files: files | {"c:run.json": b""}, "c:run.json: leads out of the bundle"),
        (lambda files: files | {"RUN.JSON": files["run.json"]}, "RUN.JSON: is there twice"),
        (lambda files: files | {"nets\\decoder.safetensors": b""}, "nets\\decoder.safetensors: is there twice"),
        (lambda files: {}, "run.json: is missing"),
        (lambda files: LITTER, "run.json: is missing"),
        (lambda files: in_folder("a")({"history.csv": b""}), "run.json: is missing"),
    ],
)
def test_what_is_no_bundle_is_refused(files: Files, changed: Callable[[Files], Files], sentence: str) -> None:
    assert refused(zipped(changed(files))).startswith(sentence)


def test_two_folders_are_told_what_may_be(files: Files) -> None:
    sentence = refused(zipped({f"outer/inner/{name}": blob for name, blob in files.items()}))
    assert "the files of one run, by themselves or in one folder" in sentence


def test_litter_is_never_unpacked(files: Files) -> None:
    bomb = {"__MACOSX/._run.json": bytes(100 * 2**20), "Thumbs.db": bytes(100 * 2**20)}
    sent = zipped(in_folder("my-run")(files) | bomb)
    tracemalloc.start()
    assert read_bundle(sent).step == 10
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 * 2**20


def test_an_encrypted_zip_is_said(files: Files) -> None:
    blob = bytearray(zipped(files))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        blob[blob.index(mark) + place] |= 1
    assert refused(bytes(blob)).endswith("is encrypted, allowed: plain files")


def long_history(rows: int, keys: int = 3) -> bytes:
    """A curve of so many points."""
    names = ",".join(f"term{key}" for key in range(keys))
    return (f"step,{names}\n" + "".join(f"{step}{',0.5' * keys}\n" for step in range(1, rows + 1))).encode()


def far(files: Files, step: int) -> Files:
    """The files of a run that claims to be at `step`, without what training on would need."""
    facts: dict[str, Any] = json.loads(files["run.json"])
    facts |= {"step": step, "config": facts["config"] | {"steps": 1_000_000}}
    return {name: blob for name, blob in files.items() if name != "checkpoint.safetensors"} | {
        "run.json": json.dumps(facts).encode()
    }


@pytest.mark.parametrize("rows", [POINTS_AT_MOST + 1, 900_000])
def test_a_history_that_no_run_has_is_refused_before_it_is_read(
    files: Files, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("genlab.runs.bundle.contents.csv.reader", lambda *_, **__: pytest.fail("it was read"))
    sent = zipped(far(files, rows) | {"history.csv": long_history(rows, keys=1)})
    assert refused(sent) == f"history.csv: has more than {POINTS_AT_MOST} points, which is the most allowed"


def test_a_history_too_large_is_refused_before_it_is_unpacked(files: Files) -> None:
    sent = zipped(files | {"history.csv": bytes(17 * 2**20)})
    tracemalloc.start()
    assert refused(sent) == "history.csv: is larger than 16 MiB, which is the most allowed"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * 2**20


def test_the_longest_history_is_imported(files: Files, store: Store) -> None:
    """In one statement it would be more values than databases take."""
    sent = zipped(far(files, POINTS_AT_MOST) | {"history.csv": long_history(POINTS_AT_MOST)})
    run = import_bundle(store, sent, "ada")
    points = store.points(run.id)
    assert (len(points), points[-1][0]) == (POINTS_AT_MOST, POINTS_AT_MOST)
