"""Data sets by name: images (embedded or fetched), points with an exact density, people's own. Cheap to import."""

from typing import TYPE_CHECKING, Union

from genlab.data.catalog import DATASETS, DEFAULT, DRAWN, UNKNOWN, Description, describe, parts, whole
from genlab.data.drawn import drawn_name
from genlab.data.idxfiles import find_idx_files, missing_files
from genlab.data.images import ImageData, load_idx
from genlab.data.mnist5k import load_mnist5k
from genlab.data.own.names import PREFIX as OWN
from genlab.data.own.shelf import kept, load_images
from genlab.home import CannotWrite, DataDamaged, DataUnavailable, data_folders, data_home, home

if TYPE_CHECKING:
    from genlab.data.points import PointData

__all__ = [
    "DATASETS",
    "DEFAULT",
    "DRAWN",
    "OWN",
    "UNKNOWN",
    "CannotWrite",
    "DataDamaged",
    "DataUnavailable",
    "Description",
    "ImageData",
    "at_hand",
    "available",
    "classes_of",
    "data_folders",
    "data_home",
    "describe",
    "drawn_name",
    "get",
    "home",
    "load",
    "missing_files",
    "parts",
    "whole",
]


def load(name: str) -> Union[ImageData, "PointData"]:
    """The data set `name`, never from the network; `.kind` says whether it is "images" or "points".

    Raises ValueError for an unknown name, DataUnavailable (with the command that fetches it) where its
    files are absent, DataDamaged where one of them is not right.
    """
    if describe(name).kind == "points":
        # Points need torch, which takes a second to import: only here.
        from genlab.data.points import make_points

        return make_points(name)
    if name.startswith(OWN):
        return load_images(name)
    return load_mnist5k() if name == DEFAULT else load_idx(name)


def classes_of(name: str) -> int:
    """How many classes the examples of the data set `name` have: of points its modes, 0 where there are none."""
    about = describe(name)
    if about.kind == "images":
        return len(about.classes)
    from genlab.data.points import make_points

    modes = make_points(name).modes
    return 0 if modes is None else len(modes)


def get(name: str) -> None:
    """Make `load(name)` work: fetch the data set if it is not on this machine, with a progress bar on stderr.

    Raises ValueError for an unknown name, DataUnavailable where it cannot be fetched.
    """
    if describe(name).embedded:
        load(name)
        return
    from genlab.data.download import fetch

    fetch(name)


def available(name: str) -> bool:
    """Whether the data set `name` is on this machine; raises ValueError for an unknown name."""
    about = describe(name)
    if name.startswith(OWN):
        return kept(name) is not None
    return about.embedded or find_idx_files(name) is not None


def at_hand(name: str) -> str | None:
    """The data set itself where it is on this machine, else a part of it that is and can stand in for it, else None.

    Raises ValueError for an unknown name.
    """
    return next((one for one in (name, *parts(name)) if available(one)), None)
