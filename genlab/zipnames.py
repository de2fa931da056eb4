"""The names in a zip as other programs leave them: Windows, macOS and `zip -r` zip a folder each in their own way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

# What file managers add by themselves: macOS' resource forks and views, Windows' thumbnails and marks of a download.
SYSTEM_FOLDERS = frozenset({"__macosx", ".spotlight-v100", ".trashes", ".fseventsd", "@eadir"})
SYSTEM_FILES = re.compile(
    r"\.ds_store|\._.*|\.localized|icon\r|(eh)?thumbs\.db|desktop\.ini|\.directory|.*:zone\.identifier"
)
DRIVE = re.compile(r"[A-Za-z]:")


def leads_out(name: str) -> bool:
    """Whether a name in a zip points out of the folder that it would be unpacked into."""
    path = name.replace("\\", "/")
    return path.startswith("/") or ".." in PurePosixPath(path).parts or DRIVE.match(path) is not None


def of_the_system(name: str) -> bool:
    """Whether a file manager put this file there, beside what a person wanted to zip."""
    parts = [part.lower() for part in PurePosixPath(name.replace("\\", "/")).parts]
    return bool(parts) and (not SYSTEM_FOLDERS.isdisjoint(parts) or SYSTEM_FILES.fullmatch(parts[-1]) is not None)


def plain_names(names: Iterable[str], inner_folder: str) -> Mapping[str, str]:
    """What each name of a zip stands for: "/" between its parts, without a folder that holds everything.

    Files of the system are left out. The entry of the folder that holds everything is "". inner_folder: the folder
    that belongs into a zip, and so is none that was zipped around it.
    """
    plain = {name: name.replace("\\", "/").removeprefix("./") for name in names if not of_the_system(name)}
    tops = {path.partition("/")[0] for path in plain.values()}
    held = len(tops) == 1 and tops != {inner_folder} and all("/" in path for path in plain.values())
    return {name: path.partition("/")[2] if held else path for name, path in plain.items()}
