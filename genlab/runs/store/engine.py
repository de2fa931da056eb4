"""How the store's database is opened, and what its errors mean: the one place that knows SQL's words for trouble."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError, IntegrityError, InvalidRequestError

from genlab.home import CannotWrite, make_folder
from genlab.runs.store.schema import settle
from genlab.runs.trouble import Kind, StoreTrouble, WrongSetup, of_disk

# A click that finds the store locked says so after this time. Workers ask again, for as long as it takes.
PATIENCE_SECONDS = 1.5
EXAMPLES = "sqlite:////folder/runs.sqlite, postgresql+psycopg://user:password@host/name"
# How a server is told not to let one wait longer for another's lock; drivers that take a time to connect in.
WAITS = {
    "postgresql": f"SET lock_timeout = {round(1000 * PATIENCE_SECONDS)}",
    "mysql": "SET innodb_lock_wait_timeout = 1",
    "mariadb": "SET innodb_lock_wait_timeout = 1",
}
CONNECTS_IN_TIME = {"psycopg", "psycopg2", "pymysql", "mysqldb"}
CONNECT_SECONDS = 2
LOG_BYTES = 4 * 2**20
# Kept open, of an SQLite file: a connection that is opened anew for each look of a class costs more than the look.
CONNECTIONS = 20
ROOM = 2**16  # a disk with less than that is full
# Results of SQLite, by the lowest eight bits of its codes: https://www.sqlite.org/rescode.html
SQLITE: dict[int, Kind] = {
    3: "read_only",
    5: "busy",
    6: "busy",
    8: "read_only",
    11: "foreign",
    13: "full",
    26: "foreign",
}
SQLITE_ERROR, SQLITE_IOERR, SQLITE_CANTOPEN = 1, 10, 14
SQLITE_MOVED = 8 | 4 << 8
# SQLSTATE, as PostgreSQL and others give it; MySQL's numbers.
STATES: dict[str, Kind] = {
    "25006": "read_only", "40001": "busy", "40P01": "busy", "42P01": "gone", "53100": "full", "55P03": "busy"
}  # fmt: skip
MYSQL: dict[int, Kind] = {1021: "full", 1114: "full", 1146: "gone", 1205: "busy", 1213: "busy", 1290: "read_only"}

log = logging.getLogger(__name__)


def open_engine(url: str, make: bool = True) -> Engine:
    """An engine for `url` whose errors are StoreTrouble (but IntegrityError, which its callers know).

    make: its tables are made where they are absent, and brought up to date; without it a file that is not there is
    trouble. Raises WrongSetup for a URL that names no database this installation can speak to, or the store of a
    newer genlab, StoreTrouble where it cannot be opened.
    """
    parsed = parse(url)
    path = file_of(parsed)
    if path is not None and make:
        try:
            make_folder(path.parent)
        except CannotWrite as error:
            raise StoreTrouble(of_disk(error.errno)) from error
    backend = parsed.get_backend_name()
    sqlite = backend == "sqlite"
    # Nobody waits for a connection: threads are few, and each wait is told by the database itself.
    more: dict[str, Any] = {"max_overflow": -1} if path is not None or not sqlite else {}
    if path is not None:
        more["pool_size"] = CONNECTIONS
    if sqlite:
        # From the first statement on: what prepares a connection meets a lock too, and SQLite's own patience is 5 s.
        more["connect_args"] = {"timeout": PATIENCE_SECONDS}
    try:
        if parsed.get_dialect().driver in CONNECTS_IN_TIME:
            more["connect_args"] = {"connect_timeout": CONNECT_SECONDS}
        # Values have people's keys and nicknames: no log is to show them.
        engine = create_engine(parsed, pool_pre_ping=not sqlite, hide_parameters=True, **more)
    except (ArgumentError, InvalidRequestError, ImportError, TypeError) as error:
        raise WrongSetup(f"GENLAB_STORE: {unusable(parsed, error)}") from error
    event.listen(engine, "handle_error", translator(path))
    if sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
    if backend in WAITS:
        event.listen(engine, "connect", lambda connection, _: _prepare_server(connection, WAITS[backend]))
    if path is not None:
        _watch(engine, path, make)
    try:
        settle(engine, called(parsed), make)
    except BaseException:
        engine.dispose()
        raise
    return engine


def parse(url: str) -> URL:
    """The parts of a database's URL; raises WrongSetup where it is none, or a database that dies with its process."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        got = "something with an @" if "@" in url else repr(url[:80])  # no password into a log
        raise WrongSetup(f"GENLAB_STORE: got {got}, allowed: a database's URL ({EXAMPLES})") from error
    if parsed.get_backend_name() == "sqlite" and (parsed.database or ":memory:") == ":memory:":
        raise WrongSetup(f"GENLAB_STORE: got {url!r}, which workers could not see, allowed: a file ({EXAMPLES})")
    return parsed


def file_of(parsed: URL) -> Path | None:
    """The file of an SQLite database; None for a server's, and for SQLite's own kind of URL."""
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database.startswith("file:"):
        return None
    return Path(parsed.database)


def called(parsed: URL) -> str:
    """What to call a database in a sentence: its file, or its URL without the password."""
    path = file_of(parsed)
    return str(path) if path else parsed.render_as_string(hide_password=True)


def unusable(parsed: URL, error: Exception) -> str:
    """Why no engine can be made for a URL, in words."""
    shown = parsed.render_as_string(hide_password=True)
    if isinstance(error, ImportError):
        package = error.name or parsed.drivername
        return f"{shown} needs the package {package}, which is not installed; install it or choose another store"
    return f"got {shown}, allowed: a database's URL ({EXAMPLES})"


def translator(path: Path | None) -> Callable[[ExceptionContext], StoreTrouble | None]:
    """What gives the database's errors their meaning; path: the database's file, where it is one."""

    def translate(context: ExceptionContext) -> StoreTrouble | None:
        if context.sqlalchemy_exception is None or isinstance(context.sqlalchemy_exception, IntegrityError):
            return None
        if context.is_pre_ping and context.is_disconnect:
            return None  # the pool opens another connection, which says for itself whether the server is there
        kind = meaning(context.original_exception, context.is_disconnect, path)
        # What may pass is told by those who wait for it.
        log.log(logging.ERROR if kind == "fault" else logging.INFO, "%s: %s", kind, context.sqlalchemy_exception)
        return StoreTrouble(kind)

    return translate


def meaning(error: BaseException, disconnected: bool, path: Path | None) -> Kind:
    """The kind of trouble that a driver's error tells of."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    if code is not None:
        return _of_sqlite(code, str(error), path)
    state = str(getattr(error, "sqlstate", None) or getattr(error, "pgcode", None) or "")
    number = error.args[0] if error.args and isinstance(error.args[0], int) else None
    if number in MYSQL:
        return MYSQL[number]
    if state in STATES:
        return STATES[state]
    # Classes of SQLSTATE: 08 and 57 no connection, 53 no resources, 28 and 3D no such account or database
    return "away" if disconnected or not state or state[:2] in ("08", "28", "3D", "53", "57") else "fault"


def _of_sqlite(code: int, message: str, path: Path | None) -> Kind:
    if code == SQLITE_MOVED or (path is not None and not path.exists()):
        return "gone"
    primary = code & 0xFF
    if primary in SQLITE:
        return SQLITE[primary]
    if primary in (SQLITE_IOERR, SQLITE_CANTOPEN):
        return "full" if path is not None and is_full(path.parent) else "away"
    if primary == SQLITE_ERROR and message.startswith(("no such table", "no such column")):
        return "foreign"
    return "fault"


def is_full(folder: Path) -> bool:
    """Whether the disk has no room for another page."""
    try:
        return shutil.disk_usage(folder).free < ROOM
    except OSError:
        return False


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # WAL: readers never wait for the workers' writes. NORMAL: a power cut may lose the last slices, which
    # training makes again, but never harms the file.
    # What the log has grown to beyond a few megabytes is given back to the disk.
    if connection.execute("PRAGMA page_count").fetchone() == (0,):
        # So is what is deleted: see space.py. Only a new file takes it.
        connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
    for pragma in (
        "journal_mode=WAL",
        f"journal_size_limit={LOG_BYTES}",
        "synchronous=NORMAL",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_server(connection: Any, statement: str) -> None:
    cursor = connection.cursor()
    cursor.execute(statement)
    cursor.close()
    connection.commit()


def _watch(engine: Engine, path: Path, make: bool) -> None:
    """Notices that the file is not the one that was opened. SQLite itself would go on with the removed one, which dies
    with the process, or begin an empty one in its place."""
    opened = not make

    def connecting(*_: Any) -> None:
        if opened and not path.exists():
            raise StoreTrouble("gone")

    def connected(_connection: Any, record: Any) -> None:
        nonlocal opened
        record.info["file"], opened = _identity(path), True

    def take(_connection: Any, record: Any, _proxy: Any) -> None:
        present = _identity(path)
        if present is None:
            raise StoreTrouble("gone")
        if present != record.info["file"]:
            raise DisconnectionError  # the pool opens the file that is there now

    event.listen(engine, "do_connect", connecting)
    event.listen(engine, "connect", connected)
    event.listen(engine, "checkout", take)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116  # at each use of the store: a Path takes three times as long
    except OSError:
        return None
    return found.st_dev, found.st_ino
