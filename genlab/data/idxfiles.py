"""The four idx files of a data set, wherever and however people keep them: in torchvision's folders or flat, packed or
not, under torchvision's names or the other usual ones."""

from __future__ import annotations

import gzip
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock

from genlab.data.catalog import describe
from genlab.home import DataDamaged, cannot_write, data_folders, data_home, make_folder
from genlab.locale import N_, Message

# Train images and labels, then test images and labels.
IDX_FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
# The data set that four files right in the folder are: all of this kind have the same names, and this one came first.
FLAT = "mnist"


def places(name: str) -> Iterator[Path]:
    """The folders in which the files of data set `name` may lie, in the order in which they are looked through."""
    torchvision_name = describe(name).torchvision_name
    assert torchvision_name is not None, f"{name} does not lie in idx files"
    names = dict.fromkeys((torchvision_name, torchvision_name.lower(), name))
    for folder in data_folders():
        for own in names:
            yield folder / own / "raw"
            yield folder / own
        # Somebody named the data set's own folder, or what is in it.
        if name == FLAT or {folder.name, folder.parent.name} & names.keys():
            yield folder / "raw"
            yield folder


def found_in(folder: Path) -> dict[str, Path]:
    """Which of the four files the folder has, by torchvision's names; of a file and its packed copy the file."""
    try:
        here = {path.name.lower(): path for path in folder.iterdir() if path.is_file()}
    except OSError:  # absent, no folder, or not for us to read: nothing of ours is there
        return {}
    found: dict[str, Path] = {}
    for file in IDX_FILES:
        usual = (file, file.replace("-idx", ".idx"))
        for candidate in (*usual, *(f"{each}.gz" for each in usual)):
            if candidate in here:
                found[file] = here[candidate]
                break
    return found


def find_idx_files(name: str) -> dict[str, Path] | None:
    """The four files of the data set in the first place that has all of them, packed or not, or None."""
    return next((found for place in places(name) if len(found := found_in(place)) == len(IDX_FILES)), None)


def missing_files(name: str) -> list[str]:
    """The files that are absent where some of the data set's are: none where it is whole, or not there at all."""
    if find_idx_files(name) is not None:
        return []
    best = max((found_in(place) for place in places(name)), key=len)
    return [file for file in IDX_FILES if file not in best] if best else []


def unpacked(name: str, file: str, path: Path) -> Path:
    """The file as it can be mapped: itself, or, of a packed one, a copy under GENLAB_HOME, made when first asked for.

    Raises DataDamaged where it cannot be unpacked, CannotWrite where the copy cannot be written.
    """
    if path.suffix.lower() != ".gz":
        return path
    copy = data_home() / "unpacked" / name / file
    make_folder(copy.parent)
    try:
        with FileLock(copy.parent / ".lock"):
            if not copy.is_file() or copy.stat().st_mtime < path.stat().st_mtime:
                part = copy.with_suffix(".part")
                with gzip.open(path, "rb") as source, part.open("wb") as target:
                    shutil.copyfileobj(source, target)
                part.replace(copy)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        text = N_("{file} of data set {name} cannot be unpacked: {error}")
        raise DataDamaged(Message(text, file=path.name, name=name, error=error)) from error
    except OSError as error:
        raise cannot_write(copy.parent, error) from error
    return copy
