"""Image data sets, mapped from files so that all processes of a machine share one copy in memory."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from genlab.data.idxfiles import IDX_FILES, find_idx_files, missing_files, unpacked
from genlab.home import DataDamaged, DataUnavailable
from genlab.locale import N_, Message

ByteArray = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class ImageData:
    """Grey images of 28 x 28 pixels with their labels, as bytes (0 to 255), split into train and test.

    Images are [N, 28, 28], labels [N] places among the data set's classes, zeros where it has none. The arrays are
    copy-on-write maps of files: torch.from_numpy takes them as they are, without a copy; what one process writes into
    them never reaches the file or another process.
    """

    name: str
    train_images: ByteArray
    train_labels: ByteArray
    test_images: ByteArray
    test_labels: ByteArray
    kind: Literal["images"] = field(default="images", init=False)
    shape: tuple[int, int, int] = field(default=(1, 28, 28), init=False)


def tiled(images: ByteArray, columns: int) -> ByteArray:
    """Images [n, 28, 28] side by side, so many in a row; where the last row is not full it ends black."""
    rows = -(-len(images) // columns)
    field = np.zeros((rows * columns, 28, 28), np.uint8)
    field[: len(images)] = images
    return field.reshape(rows, columns, 28, 28).swapaxes(1, 2).reshape(rows * 28, columns * 28)


def map_idx(path: Path) -> ByteArray:
    """The array of unsigned bytes in an idx file, mapped copy-on-write.

    The format (Yann LeCun's MNIST page): two zero bytes, the type (8: unsigned byte), the number of
    dimensions, each dimension as a big-endian 32-bit integer, then the values. Raises DataDamaged, naming
    the file, where the header is another or the file's size is not what the header says; FileNotFoundError
    where there is none.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        magic = file.read(4)
        if len(magic) < 4 or magic[:3] != b"\x00\x00\x08":
            raise _damaged(path, f"starts with {magic.hex(' ') or 'nothing'}", "00 00 08 for idx unsigned bytes")
        dimensions = file.read(4 * magic[3])
    if len(dimensions) < 4 * magic[3]:
        raise _damaged(path, f"has {size} bytes", f"a header of {4 + 4 * magic[3]} bytes")
    shape = tuple(int(n) for n in np.frombuffer(dimensions, ">u4"))
    offset = 4 + len(dimensions)
    expected = offset + int(np.prod(shape, dtype=object))
    if size != expected:
        raise _damaged(path, f"has {size} bytes", f"{expected} bytes as its header says")
    if not shape or 0 in shape:
        raise _damaged(path, f"has shape {list(shape)}", "at least one value")
    return np.memmap(path, dtype=np.uint8, mode="c", offset=offset, shape=shape)


def map_images_and_labels(images_path: Path, labels_path: Path) -> tuple[ByteArray, ByteArray]:
    """Images [N, 28, 28] and labels [N] from two idx files; raises DataDamaged where they do not fit."""
    images, labels = map_idx(images_path), map_idx(labels_path)
    if images.shape[1:] != (28, 28):
        raise _damaged(images_path, f"has shape {list(images.shape)}", "[N, 28, 28]")
    if labels.shape != images.shape[:1]:
        raise _damaged(labels_path, f"has shape {list(labels.shape)}", f"[{len(images)}], a label for each image")
    if labels.max() > 9:
        raise _damaged(labels_path, f"has the label {labels.max()}", "labels 0 to 9")
    return images, labels


def load_idx(name: str) -> ImageData:
    """The downloaded data set `name`, from GENLAB_DATA or GENLAB_HOME; see idxfiles for where its files may lie.

    Raises DataUnavailable where files are absent, DataDamaged where one of them is not right.
    """
    files = find_idx_files(name)
    if files is None:
        fetch = f"python -m genlab data get {name}"
        if missing := missing_files(name):
            one = N_("is not beside its other files, and not packed as .gz")
            many = N_("are not beside its other files, and not packed as .gz")
            text = N_(
                "data set {name} is incomplete on this machine: {missing} ({where}); put what is missing there, or "
                "fetch all with: {command}"
            )
            where, files = Message(one if len(missing) == 1 else many), ", ".join(missing)
            raise DataUnavailable(Message(text, name=name, missing=files, where=where, command=fetch))
        text = N_(
            "data set {name} is not on this machine; name a folder that has it in GENLAB_DATA, or fetch it with: "
            "{command}"
        )
        raise DataUnavailable(Message(text, name=name, command=fetch))
    train_images, train_labels, test_images, test_labels = (unpacked(name, file, files[file]) for file in IDX_FILES)
    return ImageData(
        name,
        *map_images_and_labels(train_images, train_labels),
        *map_images_and_labels(test_images, test_labels),
    )


def _damaged(path: Path, got: str, allowed: str) -> DataDamaged:
    # The folders above are the server's own business: this sentence may be read on a page.
    text = N_("{file} is damaged: it {got}, allowed: {allowed}; delete it and get the data set again")
    return DataDamaged(Message(text, file="/".join(path.parts[-3:]), got=got, allowed=allowed))
