import warnings

import numpy as np
import pytest
import torch

from genlab.data import DataDamaged, load
from genlab.data.idxfiles import IDX_FILES
from genlab.data.images import map_idx, map_images_and_labels
from genlab.data.torchvision_import import import_datasets


def write_data_set(folder, idx_bytes, train=20, test=10):
    """Random images and labels in torchvision's layout; returns the four arrays."""
    random = np.random.default_rng(0)
    folder.mkdir(parents=True)
    arrays = []
    for n in (train, test):
        arrays.append(random.integers(0, 256, (n, 28, 28), dtype=np.uint8))
        arrays.append(random.integers(0, 10, n, dtype=np.uint8))
    for file, array in zip(IDX_FILES, arrays, strict=True):
        (folder / file).write_bytes(idx_bytes(array))
    return arrays


def test_idx_files_read_as_torchvision_reads_them(genlab_home, idx_bytes):
    write_data_set(genlab_home / "data" / "MNIST" / "raw", idx_bytes)
    data = load("mnist")
    for train, images, labels in (
        (True, data.train_images, data.train_labels),
        (False, data.test_images, data.test_labels),
    ):
        theirs = import_datasets().MNIST(genlab_home / "data", train=train)
        assert np.array_equal(images, theirs.data.numpy())
        assert np.array_equal(labels, theirs.targets.numpy())
        assert images.dtype == labels.dtype == np.uint8
    assert (data.kind, data.shape) == ("images", (1, 28, 28))


def test_genlab_data_comes_first(genlab_home, tmp_path, idx_bytes, monkeypatch):
    write_data_set(genlab_home / "data" / "KMNIST" / "raw", idx_bytes, train=20)
    write_data_set(tmp_path / "shared" / "KMNIST" / "raw", idx_bytes, train=30)
    assert len(load("kmnist").train_images) == 20
    monkeypatch.setenv("GENLAB_DATA", str(tmp_path / "shared"))
    assert len(load("kmnist").train_images) == 30


def test_torch_takes_a_map_without_a_copy_and_the_file_stays(tmp_path, idx_bytes):
    path = tmp_path / "labels"
    path.write_bytes(idx_bytes(np.zeros(5, np.uint8)))
    path.chmod(0o444)
    mapped = map_idx(path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tensor = torch.from_numpy(mapped)
    assert tensor.data_ptr() == mapped.ctypes.data
    tensor.fill_(7)
    assert map_idx(path).tolist() == [0] * 5


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        (lambda whole: whole[:-1], r"has 7855 bytes, allowed: 7856 bytes"),
        (lambda whole: whole + b"\0", r"has 7857 bytes"),
        (lambda whole: b"\x1f\x8b" + whole[2:], r"starts with 1f 8b 08 03"),
        (lambda whole: whole[:2] + b"\x0d" + whole[3:], r"starts with 00 00 0d"),
        (lambda whole: whole[:3] + b"\x00", r"has shape \[\]|has 4 bytes"),
        (lambda whole: whole[:10], r"has 10 bytes, allowed: a header of 16 bytes"),
        (lambda whole: b"", r"starts with nothing"),
        (lambda whole: whole[:4] + b"\0\0\0\0" + whole[8:16], r"has shape \[0, 28, 28\]"),
        (lambda whole: whole[:4] + b"\xff\xff\xff\xff" * 3 + whole[16:], r"has 7856 bytes"),
    ],
)
def test_a_damaged_file_is_refused_by_name(genlab_home, idx_bytes, damage, what):
    folder = genlab_home / "data" / "MNIST" / "raw"
    write_data_set(folder, idx_bytes)
    path = folder / "t10k-images-idx3-ubyte"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DataDamaged, match=rf"t10k-images-idx3-ubyte is damaged: it ({what})"):
        load("mnist")


@pytest.mark.parametrize(
    ("images", "labels", "what"),
    [
        ((3, 28, 27), [0, 1, 2], r"images is damaged: it has shape \[3, 28, 27\], allowed: \[N, 28, 28\]"),
        ((3, 28, 28), [0, 1], r"labels is damaged: it has shape \[2\], allowed: \[3\]"),
        ((3, 28, 28), [0, 1, 10], r"labels is damaged: it has the label 10, allowed: labels 0 to 9"),
    ],
)
def test_files_that_do_not_fit_are_refused(tmp_path, idx_bytes, images, labels, what):
    (tmp_path / "images").write_bytes(idx_bytes(np.zeros(images, np.uint8)))
    (tmp_path / "labels").write_bytes(idx_bytes(np.array(labels, np.uint8)))
    with pytest.raises(DataDamaged, match=what):
        map_images_and_labels(tmp_path / "images", tmp_path / "labels")


@pytest.mark.mnist
def test_the_real_mnist():
    data = load("mnist")
    assert (data.train_images.shape, data.test_images.shape) == ((60000, 28, 28), (10000, 28, 28))
    assert data.train_labels[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    # The mean and standard deviation that everybody normalises MNIST with.
    assert float(data.train_images.mean()) / 255 == pytest.approx(0.1307, abs=1e-4)
    assert float(data.train_images.std()) / 255 == pytest.approx(0.3081, abs=1e-4)


@pytest.mark.mnist
def test_the_embedded_digits_are_from_mnists_training_set_only():
    train = {image.tobytes() for image in load("mnist").train_images}
    test = {image.tobytes() for image in load("mnist").test_images}
    small = load("mnist5k")
    digits = {image.tobytes() for image in (*small.train_images, *small.test_images)}
    assert digits <= train
    assert digits.isdisjoint(test)
