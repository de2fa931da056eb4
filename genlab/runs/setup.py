"""Whether the program can work as it is set up: looked at once, before anything begins, and said in one line."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from genlab import logs
from genlab.devices import of_environment
from genlab.home import CannotWrite, home, make_folder
from genlab.runs.limits import megabytes_per_owner, runs_per_owner
from genlab.runs.store.versions import NEWEST, OUR_COLUMNS, VERSION_TABLE, newer
from genlab.runs.trouble import FULL, Kind, StoreTrouble, WrongSetup

EXIT = 2
# Passes by itself: no reason not to begin.
PASSING: set[Kind] = {"busy", "full"}
REASONS: dict[Kind, str] = {
    "away": "nobody answers there, or lets genlab in",
    "gone": "there is nothing, and it cannot be made",
    "read_only": "it can be read but not written",
    "foreign": "is no store of genlab: no database, a damaged one, or another program's",
    "fault": "cannot be used; start again with PYTHONWARNINGS=default to see more",
}


def exit_where_wrong(checks: Callable[[], object]) -> None:
    """Ends the program with one line and status 2 where it cannot work as it is set up: where `checks` raises
    WrongSetup or ValueError."""
    try:
        checks()
    except (WrongSetup, ValueError) as error:
        print(f"genlab: {error}", file=sys.stderr, flush=True)
        sys.exit(EXIT)


def check() -> None:
    """Raises WrongSetup, of the device ValueError, with a sentence that says what to change: for the folder, the store,
    the cluster, the device, the runs that one may train and keep, and the logs."""
    check_home()
    if url := os.environ.get("GENLAB_STORE"):
        check_store(url)
    else:
        check_file(home() / "genlab.sqlite")
    if address := os.environ.get("GENLAB_CLUSTER"):
        check_cluster(address)
    of_environment()
    runs_per_owner()
    megabytes_per_owner()
    logs.of_environment()


def check_home() -> None:
    """Whether GENLAB_HOME can be made and written. What passes is written there too where nothing else can be: a
    service may have all else read-only, and PyTorch and loky do not start without a folder for it."""
    folder = home()
    try:
        make_folder(folder)
        try:
            tempfile.gettempdir()
        except FileNotFoundError:
            os.environ["TMPDIR"] = tempfile.tempdir = str(folder / "tmp")  # for workers too
            make_folder(folder / "tmp")
        with tempfile.TemporaryFile(dir=folder):
            pass
    except CannotWrite as error:
        raise WrongSetup(str(error)) from error
    except OSError as error:
        if error.errno not in FULL:
            raise WrongSetup(
                f"cannot write {folder}: {error.strerror}; set GENLAB_HOME to a folder that can be written"
            ) from error


def check_file(path: Path) -> None:
    """Whether the usual store's file, where there is one, is an SQLite database that can be written.

    By Python's own driver: the store's library would delay the first page by a quarter of a second.
    """
    if not path.exists():
        return
    import sqlite3  # not with the first start: its page need not wait for it

    said = f"{path}: %s; move it away, or set GENLAB_HOME to another folder"
    if not os.access(path, os.W_OK):
        raise WrongSetup(said % REASONS["read_only"])
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=0)
        try:
            columns = {row[1] for row in connection.execute("PRAGMA table_info(runs)")}
            versioned = connection.execute(f"PRAGMA table_info({VERSION_TABLE})").fetchone()
            row = versioned and connection.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone()
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL):
            raise WrongSetup(said % REASONS["foreign"]) from error
    else:
        if columns and not columns >= OUR_COLUMNS:
            raise WrongSetup(said % REASONS["foreign"])
        if row and row[0] > NEWEST:
            raise WrongSetup(f"{path}: {newer(row[0])}, or set GENLAB_HOME to another folder")


def check_store(url: str) -> None:
    """Whether the store that GENLAB_STORE names can be opened."""
    from genlab.runs.store.engine import called, file_of, open_engine, parse

    try:
        open_engine(url).dispose()
    except StoreTrouble as trouble:
        if trouble.kind in PASSING:
            return
        parsed = parse(url)
        path = file_of(parsed)
        reason = "it is a folder" if path and path.is_dir() else REASONS[trouble.kind]
        raise WrongSetup(f"GENLAB_STORE: {called(parsed)}: {reason}") from trouble


def check_cluster(address: str) -> None:
    """Whether the Dask cluster at GENLAB_CLUSTER answers and has workers."""
    from genlab.runs.work.cluster import connected

    connected(address).close()
