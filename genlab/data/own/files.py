"""The files that somebody brings, from a folder, a zip or one file: named, bounded, and never unpacked to disk."""

from __future__ import annotations

import gzip
import io
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from genlab.data.own.refused import ALLOWED, refused
from genlab.locale import N_, Message
from genlab.zipnames import leads_out, of_the_system

MB = 10**6
MOST_BYTES = 100 * MB
MOST_UNPACKED = 400 * MB
MOST_FILES = 100_000
LINK_MODES = 16  # where a zip keeps the mode that Unix gave a file
ENTRY = b"PK\x01\x02"
ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class File:
    """One file: its name with "/" between the folders above it, and what reads it."""

    name: str
    read: Callable[[], bytes]

    @property
    def folders(self) -> list[str]:
        """The folders that it lies in, the outermost first."""
        return self.name.split("/")[:-1]


def files_at(path: Path) -> list[File]:
    """The files of a folder, of a zip, or the one file itself. Raises Refused, and OSError where it cannot be read."""
    if path.is_dir():
        return files_of_folder(path)
    if not path.is_file():
        raise refused(path.name, Message(N_("no such file or folder")), Message(ALLOWED))
    if path.stat().st_size > MOST_BYTES:
        raise too_large(path.name, path.stat().st_size)
    return files_of(path.name, path.read_bytes())


def files_of(name: str, blob: bytes) -> list[File]:
    """The files of a zip, or the one file itself, from its bytes."""
    if len(blob) > MOST_BYTES:
        raise too_large(name, len(blob))
    if not blob:
        raise refused(name, Message(N_("an empty file")), Message(ALLOWED))
    if blob.startswith(ZIP):
        return files_of_zip(name, blob)
    return [File(name, lambda: blob)]


def too_large(name: str, size: int) -> Exception:
    """The refusal of what is larger than anything that is taken."""
    most = Message(N_("{most} MB at most"), most=MOST_BYTES // MB)
    return refused(name, f"{size / MB:.0f} MB", most)


def files_of_folder(folder: Path) -> list[File]:
    """All files below a folder, in the order of their names. A link is refused: it may lead anywhere."""
    found: list[File] = []
    left = MOST_BYTES
    for path in walked(folder):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            raise refused(name, Message(N_("a link")), Message(N_("plain files")))
        if path.is_dir() or hidden(name):
            continue
        if not path.is_file():
            raise refused(name, Message(N_("no plain file")), Message(N_("plain files")))
        left -= path.stat().st_size
        if left < 0:
            raise too_large(folder.name, MOST_BYTES - left)
        found.append(File(name, path.read_bytes))
        if len(found) > MOST_FILES:
            raise too_many(folder.name, len(found))
    return found


def walked(folder: Path) -> Iterator[Path]:
    """Everything below a folder, never through a link."""
    for path in sorted(folder.iterdir()):
        yield path
        if path.is_dir() and not path.is_symlink():
            yield from walked(path)


def hidden(name: str) -> bool:
    """Whether a file is none of those that a person meant: a file manager's, or one that begins with a dot."""
    return of_the_system(name) or any(part.startswith(".") for part in name.split("/"))


def files_of_zip(name: str, blob: bytes) -> list[File]:
    """All files in a zip, in its order. Names are looked at and never used as paths."""
    # Counted before they are parsed: a zip of 100 MB can list two million files.
    if (entries := blob.count(ENTRY)) > MOST_FILES + 1000:
        raise too_many(name, entries)
    try:
        archive = zipfile.ZipFile(io.BytesIO(blob))
        entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OverflowError, OSError, NotImplementedError, RuntimeError):
        raise refused(name, Message(N_("a damaged zip")), Message(N_("a whole one"))) from None
    found: list[File] = []
    left = MOST_UNPACKED
    for entry in entries:
        path = entry.filename.replace("\\", "/")
        if leads_out(path):
            raise refused(path, Message(N_("a name that leads out of the zip")), Message(N_("plain files")))
        if stat.S_ISLNK(entry.external_attr >> LINK_MODES):
            raise refused(path, Message(N_("a link")), Message(N_("plain files")))
        if entry.flag_bits & 1:
            raise refused(path, Message(N_("an encrypted file")), Message(N_("plain files")))
        if entry.is_dir() or path.endswith("/") or hidden(path):
            continue
        left -= entry.file_size
        if left < 0:
            most = Message(N_("{most} MB unpacked at most"), most=MOST_UNPACKED // MB)
            raise refused(name, Message(N_("more than that unpacked")), most)
        found.append(File(path, lambda entry=entry: read_entry(archive, entry)))
    if len(found) > MOST_FILES:
        raise too_many(name, len(found))
    return found


def read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """What a zip has under a name, never more than it said."""
    try:
        with archive.open(entry) as file:
            content = file.read(entry.file_size + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError):
        content = None
    if content is None or len(content) != entry.file_size:
        raise refused(entry.filename, Message(N_("a damaged file in a zip")), Message(N_("a whole one")))
    return content


def unpacked(name: str, blob: bytes) -> tuple[str, bytes]:
    """A file's name and contents without the gzip around it, where there is one."""
    if not blob.startswith(GZIP):
        return name, blob
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(blob)) as file:
            content = file.read(MOST_UNPACKED + 1)
    except (OSError, EOFError, zlib.error):
        raise refused(name, Message(N_("a damaged .gz")), Message(N_("a whole one"))) from None
    if len(content) > MOST_UNPACKED:
        most = Message(N_("{most} MB unpacked at most"), most=MOST_UNPACKED // MB)
        raise refused(name, Message(N_("more than that unpacked")), most)
    return name.removesuffix(".gz"), content


def too_many(name: str, count: int) -> Exception:
    """The refusal of more files than are looked at."""
    return refused(
        name, Message(N_("{count} files"), count=f"{count:,}"), Message(N_("{most} at most"), most=f"{MOST_FILES:,}")
    )
