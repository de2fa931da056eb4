"""A data set's files as people keep them: what can be taken is, and what is missing is named."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
from data.test_images import write_data_set

from genlab.data import DataDamaged, DataUnavailable, available, load, missing_files
from genlab.data.idxfiles import IDX_FILES


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that GENLAB_DATA names."""
    folder = tmp_path / "shared"
    folder.mkdir()
    monkeypatch.setenv("GENLAB_DATA", str(folder))
    return folder


@pytest.mark.parametrize(
    "place", ["MNIST/raw", "MNIST", "mnist/raw", "mnist", "raw", "."], ids=lambda place: place.replace("/", "-")
)
def test_torchvisions_folders_or_flat(shared, idx_bytes, place) -> None:
    write_data_set(shared / "new", idx_bytes, train=30)
    (shared / place).mkdir(parents=True, exist_ok=True)
    for file in IDX_FILES:
        (shared / "new" / file).rename(shared / place / file)
    assert len(load("mnist").train_images) == 30
    assert not available("fashion")


@pytest.mark.parametrize("named", ["FashionMNIST", "FashionMNIST/raw", "fashion"])
def test_the_data_sets_own_folder_may_be_named(tmp_path, idx_bytes, monkeypatch, named) -> None:
    write_data_set(tmp_path / named, idx_bytes)
    monkeypatch.setenv("GENLAB_DATA", str(tmp_path / named))
    assert len(load("fashion").test_images) == 10
    assert not available("kmnist")


@pytest.mark.parametrize("rename", [str.upper, lambda file: file.replace("-idx", ".idx")])
def test_the_other_usual_names(shared, idx_bytes, rename) -> None:
    write_data_set(shared / "MNIST", idx_bytes)
    for file in IDX_FILES:
        (shared / "MNIST" / file).rename(shared / "MNIST" / rename(file))
    assert len(load("mnist").train_images) == 20


@pytest.mark.parametrize("packed", [IDX_FILES, IDX_FILES[:1], IDX_FILES[3:]])
def test_packed_files_are_taken_and_their_folder_stays_as_it_is(shared, idx_bytes, packed) -> None:
    folder = shared / "MNIST" / "raw"
    arrays = write_data_set(folder, idx_bytes)
    for file in packed:
        (folder / f"{file}.gz").write_bytes(gzip.compress((folder / file).read_bytes()))
        (folder / file).unlink()
    before = sorted(path.name for path in folder.iterdir())
    for _ in range(2):
        data = load("mnist")
        for read, written in zip(
            (data.train_images, data.train_labels, data.test_images, data.test_labels), arrays, strict=True
        ):
            assert np.array_equal(read, written)
    assert sorted(path.name for path in folder.iterdir()) == before


def test_a_packed_file_that_is_broken_is_named(shared, idx_bytes) -> None:
    folder = shared / "MNIST"
    write_data_set(folder, idx_bytes)
    packed = gzip.compress((folder / IDX_FILES[0]).read_bytes())
    (folder / IDX_FILES[0]).unlink()
    (folder / f"{IDX_FILES[0]}.gz").write_bytes(packed[: len(packed) // 2])
    with pytest.raises(DataDamaged, match=r"train-images-idx3-ubyte.gz of data set mnist cannot be unpacked"):
        load("mnist")


@pytest.mark.parametrize("absent", [IDX_FILES[:1], IDX_FILES[2:]])
def test_what_is_missing_is_named_without_a_path(shared, idx_bytes, absent) -> None:
    write_data_set(shared / "MNIST" / "raw", idx_bytes)
    for file in absent:
        (shared / "MNIST" / "raw" / file).unlink()
    assert missing_files("mnist") == list(absent)
    assert not available("mnist")
    with pytest.raises(DataUnavailable, match=rf"incomplete on this machine: {', '.join(absent)} ") as caught:
        load("mnist")
    assert str(shared) not in str(caught.value)
    assert missing_files("fashion") == missing_files("kmnist") == []


def test_a_damaged_file_is_named_without_the_servers_folders(shared, idx_bytes) -> None:
    write_data_set(shared / "MNIST" / "raw", idx_bytes)
    (shared / "MNIST" / "raw" / IDX_FILES[0]).write_bytes(b"")
    with pytest.raises(DataDamaged, match=r"^MNIST/raw/train-images-idx3-ubyte is damaged") as caught:
        load("mnist")
    assert str(shared) not in str(caught.value)
