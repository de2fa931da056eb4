"""The whole store as one file, and back. The file is an SQLite database of the same tables, whatever the store's own
is, with a hash of each: so SQLite's own tools read it, and one that was damaged is known."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, delete, event, func, insert, select

from genlab.home import cannot_write
from genlab.runs.store.engine import open_engine, translator
from genlab.runs.store.record import SHIPPED
from genlab.runs.store.space import give_back
from genlab.runs.store.tables import ANSWERS, CLASSES, METADATA, RUNS
from genlab.runs.store.versions import NEWEST, VERSION_TABLE, newer

HASHES = "genlab_backup"
# Rows have weights of megabytes.
ROWS_AT_ONCE = 16
ALLOWED = "allowed: a file that `store backup` has written"


class Copied(NamedTuple):
    """How many runs a backup holds, and its size."""

    runs: int
    megabytes: float


def write_backup(engine: Engine, file: Path) -> Copied:
    """Writes the store as it is at this moment; others go on reading and writing it meanwhile. The file is its owner's
    alone: it has everybody's keys.

    Raises ValueError where the file is there already, CannotWrite, StoreTrouble; then there is no file.
    """
    if file.exists():
        raise ValueError(f"FILE: got {file.name!r}, which is there already, allowed: a new file")
    part = file.with_name(f"{file.name}.part")
    try:
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as error:
        raise cannot_write(file, error) from error
    try:
        with opened(URL.create("sqlite", database=str(part)), part) as into:
            runs = write(engine, into)
        with closing(sqlite3.connect(part)) as written, written:
            written.execute(f"CREATE TABLE {HASHES} (name TEXT PRIMARY KEY, hash TEXT NOT NULL)")
            written.executemany(f"INSERT INTO {HASHES} VALUES (?, ?)", hashes(written).items())
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return Copied(runs, file.stat().st_size / 1e6)


def write(engine: Engine, into: Engine) -> int:
    """Copies a store into a database without tables; how many runs there are."""
    with moment(engine) as source, into.begin() as target:
        METADATA.create_all(target)
        copy(source, target)
        return target.scalar(select(func.count()).select_from(RUNS)) or 0


def restore_backup(engine: Engine, file: Path, replace: bool = False) -> Copied:
    """Puts what a backup holds into the store, in one transaction: all of it or, where anything is wrong, nothing.

    replace: what is in the store goes. Raises ValueError for a file that is no backup, a damaged one, or one of a newer
    genlab, and for a store that has something in it, unless that is to go; StoreTrouble.
    """
    version = checked(file)
    with tempfile.TemporaryDirectory() as folder:
        if version < NEWEST:
            older = file
            file = Path(shutil.copy(older, folder))
            open_engine(f"sqlite:///{file}").dispose()  # which brings the copy up to date
        reading = URL.create(
            "sqlite", database=f"file:{quote(str(file.absolute()))}", query={"mode": "ro", "uri": "true"}
        )
        with opened(reading, file) as backup, backup.connect() as source, engine.begin() as target:
            if not replace and (present := contents(target)):
                raise ValueError(f"store: got one that has {present}, allowed: an empty one; --replace deletes it")
            for table in reversed(METADATA.sorted_tables):
                target.execute(delete(table))
            copy(source, target)
            runs = target.scalar(select(func.count()).select_from(RUNS)) or 0
        size = file.stat().st_size
    give_back(engine)
    return Copied(runs, size / 1e6)


@contextmanager
def opened(url: URL, file: Path) -> Iterator[Engine]:
    """A backup's engine: a file that is written or read by one alone needs none of a store's settings."""
    engine = create_engine(url, hide_parameters=True)
    event.listen(engine, "handle_error", translator(file))
    yield engine
    engine.dispose()


@contextmanager
def moment(engine: Engine) -> Iterator[Connection]:
    """A connection that sees the store as it was when it first looked, however long it reads."""
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        if sqlite:
            connection.exec_driver_sql("BEGIN")
        else:
            connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


def copy(source: Connection, target: Connection) -> None:
    """All rows of all tables. Numbers that a database gives by itself are given anew, in their order: what comes later
    must not meet them."""
    for table in METADATA.sorted_tables:
        columns = [column for column in table.c if column is not table.autoincrement_column]
        query = select(*columns).order_by(*table.primary_key.columns).execution_options(yield_per=ROWS_AT_ONCE)
        for rows in source.execute(query).mappings().partitions():
            target.execute(insert(table), [dict(row) for row in rows])


def contents(connection: Connection) -> str:
    """What people have in a store, in words; nothing where it has only what ships."""
    counts = {
        "runs": connection.scalar(select(func.count()).select_from(RUNS).where(RUNS.c.owner != SHIPPED)),
        "classes": connection.scalar(select(func.count()).select_from(CLASSES)),
        "answers": connection.scalar(select(func.count()).select_from(ANSWERS)),
    }
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count)


def checked(file: Path) -> str:
    """The version of a backup's tables, all of which are as they were written; raises ValueError."""
    if not file.is_file():
        raise ValueError(f"FILE: got {str(file)!r}, which is not there, {ALLOWED}")
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            kept = dict(connection.execute(f"SELECT name, hash FROM {HASHES}"))
            whole = hashes(connection) == kept
            (version,) = connection.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone() or ("",)
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        raise ValueError(f"FILE: got {file.name!r}, which is none or is damaged, {ALLOWED}") from error
    if not whole or not version:
        raise ValueError(f"FILE: got {file.name!r}, which is damaged, {ALLOWED}")
    if version > NEWEST:
        raise ValueError(f"FILE: {file.name!r}: {newer(version)}")
    return version


def hashes(connection: sqlite3.Connection) -> dict[str, str]:
    """A hash of each table: of how it was made and of all its values, as they are kept."""
    found = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name != ?", (HASHES,))
    made: dict[str, str] = {}
    for name, sql in found.fetchall():
        digest = sha256(sql.encode())
        for row in connection.execute(f'SELECT * FROM "{name}" ORDER BY rowid'):
            for value in row:
                shown = value if isinstance(value, bytes) else repr(value).encode()
                digest.update(f"{type(value).__name__} {len(shown)} ".encode() + shown)
        made[name] = digest.hexdigest()
    return made
