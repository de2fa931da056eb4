"""What is no bundle is refused in a sentence, and nothing of it is kept."""

from __future__ import annotations

import io
import os
import stat
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from runs.bundle.bundle_cases import Files, refused

from genlab.runs.bundle import BundleError, read_bundle
from genlab.runs.bundle.archive import write_zip


@pytest.mark.parametrize("name", ["run.json", "history.csv", "weights.safetensors", "frames.npz"])
def test_a_missing_file_is_named(files: Files, name: str) -> None:
    del files[name]
    assert refused(files) == f"{name}: is missing"


@pytest.mark.parametrize(
    "name", ["run.json", "history.csv", "weights.safetensors", "checkpoint.safetensors", "frames.npz"]
)
def test_a_file_cut_short_is_named(files: Files, name: str) -> None:
    for keep in (0, 3, *([len(files[name]) // 2, len(files[name]) - 3] if name != "history.csv" else [])):
        assert refused(files | {name: files[name][:keep]}).startswith(name)


def test_a_zip_cut_short_is_refused(files: Files) -> None:
    whole = write_zip(files)
    for keep in (0, 10, len(whole) // 2, len(whole) - 1):
        assert "the zip: is cut short or damaged" in refused(whole[:keep])


@pytest.mark.parametrize(
    "name",
    [
        "../run.json",
        "/etc/passwd",
        "nets/../../x",
        "..\\x",
        "C:/x",
        "notes.txt",
        "nets/deep/x.safetensors",
        "x/",
        "RUN.JSON",
    ],
)
def test_a_name_that_does_not_belong_is_refused(files: Files, name: str) -> None:
    sentence = refused(files | {name: b""})
    assert sentence.startswith(name.split("/")[0].encode("ascii", "backslashreplace").decode()[:2])


def test_a_name_given_twice_is_refused(files: Files) -> None:
    buffer = io.BytesIO(write_zip(files))
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("run.json", files["run.json"])
    assert refused(buffer.getvalue()) == "run.json: is there twice"


def test_links_are_refused(files: Files, folder: Path, tmp_path: Path) -> None:
    buffer = io.BytesIO(write_zip({name: blob for name, blob in files.items() if name != "run.json"}))
    with zipfile.ZipFile(buffer, "a") as archive:
        link = zipfile.ZipInfo("run.json")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert refused(buffer.getvalue()) == "run.json: is a link, allowed: plain files"
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    (tmp_path / "history.csv").unlink()
    (tmp_path / "history.csv").symlink_to(folder / "history.csv")
    with pytest.raises(BundleError, match=r"history\.csv: is a link"):
        read_bundle(tmp_path)


def test_a_folder_that_is_no_bundle_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"run\.json: is missing"):
        read_bundle(tmp_path)
    (tmp_path / "notes.txt").touch()
    with pytest.raises(BundleError, match=r"notes\.txt: is no file of a bundle"):
        read_bundle(tmp_path)
    with pytest.raises(BundleError, match="cannot be read"):
        read_bundle(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "run.json")
    (tmp_path / "notes.txt").unlink()
    with pytest.raises(BundleError, match=r"run\.json: is a link or no plain file"):
        read_bundle(tmp_path)


def test_a_bomb_is_refused_before_it_is_unpacked(files: Files) -> None:
    bomb = write_zip(files | {"nets/decoder.safetensors": bytes(100 * 2**20)})
    inner = write_zip(files | {"frames.npz": write_zip({"0/samples.npy": bytes(100 * 2**20)})})
    tracemalloc.start()
    assert refused(bomb) == "nets/decoder.safetensors: makes the bundle larger than 64 MiB, which is the most allowed"
    assert refused(inner) == "0/samples.npy: makes the bundle larger than 64 MiB, which is the most allowed"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 * 2**20


def test_a_size_that_is_a_lie_is_refused(files: Files) -> None:
    whole = bytearray(write_zip(files | {"nets/decoder.safetensors": bytes(2**20)}))
    # The size in the central directory, which is the one that readers go by: 1 MiB, said to be 1 KiB.
    entry = whole.rindex(b"nets/decoder.safetensors") - 46
    assert whole[entry : entry + 4] == b"PK\x01\x02"
    whole[entry + 24 : entry + 28] = (1024).to_bytes(4, "little")
    assert "damaged" in refused(bytes(whole))
