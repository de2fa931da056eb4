"""That a store's file is the one that was opened, and that what SQLite keeps beside it is this file's own.

SQLite would go on with a removed file, which dies with the process, or begin an empty one in its place; and it takes
the log (-wal) beside a file for the file's, whichever lies there: then one store's pages are read as another's.
"""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError

from genlab.runs.trouble import StoreTrouble

# https://www.sqlite.org/fileformat2.html: where the first page has the user's version, and how a log is laid out.
USER_VERSION = slice(60, 64)
LOG_HEAD, FRAME_HEAD = 32, 24
# The index (-shm) first: without it, a log that was left behind is read from its beginning.
BESIDE = ("-shm", "-wal")
ASIDE = ".of-another-file"

Identity = tuple[int, int] | None

log = logging.getLogger(__name__)


def watch(engine: Engine, path: Path, make: bool) -> None:
    """Has an engine notice that its file is gone (StoreTrouble) or another, which is then opened. make: as for a
    store."""
    opened = not make
    seen: tuple[Identity, Identity] = (None, None)  # the file and its log, as they last were

    def connecting(*_: Any) -> None:
        if opened and not path.exists():
            raise StoreTrouble("gone")
        file, beside = seen
        left = beside is not None and identity(path) != file and identity(log_of(path)) == beside
        if left or is_anothers(path):
            set_aside(path)

    def connected(_connection: Any, record: Any) -> None:
        nonlocal opened
        record.info["file"], opened = identity(path), True

    def take(_connection: Any, record: Any, _proxy: Any) -> None:
        nonlocal seen
        present = identity(path)
        if present is None:
            raise StoreTrouble("gone")
        if present != record.info["file"]:
            raise DisconnectionError  # the pool opens the file that is there now
        seen = present, identity(log_of(path))

    event.listen(engine, "do_connect", connecting)
    event.listen(engine, "connect", connected)
    event.listen(engine, "checkout", take)


def mark(connection: Any) -> None:
    """Gives a new file a number of its own, by which a log is known to be another's: once, and before there is a log,
    whoever else opens it at the same moment."""
    connection.execute("BEGIN IMMEDIATE")
    if connection.execute("PRAGMA user_version").fetchone() == (0,):
        connection.execute(f"PRAGMA user_version={secrets.randbelow(2**31 - 1) + 1}")
    connection.commit()


def identity(path: Path) -> Identity:
    """Which file this is, whatever its name; None where there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116  # at each use of the store: a Path takes three times as long
    except OSError:
        return None
    return found.st_dev, found.st_ino


def log_of(path: Path) -> Path:
    """The log beside a store's file."""
    return path.with_name(path.name + "-wal")


def is_anothers(path: Path) -> bool:
    """Whether the log beside a file says that it is of a file with another number. Of files without a number, which
    older versions have made, nobody can say."""
    with suppress(OSError), path.open("rb") as file:
        ours = file.read(USER_VERSION.stop)[USER_VERSION]
        return len(ours) == 4 and any(theirs != ours for theirs in first_pages(log_of(path)))
    return False


def first_pages(file: Path) -> Iterator[bytes]:
    """The numbers in the copies of the first page among a log's newest frames."""
    with suppress(OSError), file.open("rb") as opened:
        head = opened.read(LOG_HEAD)
        page, salts = int.from_bytes(head[8:12], "big"), head[16:24]
        while len(frame := opened.read(FRAME_HEAD)) == FRAME_HEAD and frame[8:16] == salts and page:
            if int.from_bytes(frame[:4], "big") == 1:
                yield opened.read(USER_VERSION.stop)[USER_VERSION]
                opened.seek(page - USER_VERSION.stop, os.SEEK_CUR)
                return
            opened.seek(page, os.SEEK_CUR)


def set_aside(path: Path) -> None:
    """Takes away what lies beside a file and is another's: kept by another name, for it may be all that is left of
    what that one's last minutes held."""
    log.warning("beside %s lay the log of another file; it is kept as %s-wal%s", path.name, path.name, ASIDE)
    for ending in BESIDE:
        beside = path.with_name(path.name + ending)
        with suppress(FileNotFoundError):  # another process was quicker
            beside.replace(beside.with_name(beside.name + ASIDE))
