"""What may happen to a store while it is used."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event

from genlab.runs import Store
from genlab.runs.store.tables import METADATA


def file_of(store: Store) -> Path:
    """The file of an SQLite store."""
    return Path(str(store.engine.url.database))


@contextmanager
def locked(store: Store, how: str = "IMMEDIATE") -> Iterator[None]:
    """Another program in the middle of writing; "whole": readers have to wait too."""
    if store.engine.dialect.name == "postgresql":
        with locked_on_a_server(store, "ACCESS EXCLUSIVE" if how == "whole" else "EXCLUSIVE"):
            yield
        return
    other = sqlite3.connect(file_of(store), isolation_level=None, check_same_thread=False)
    if how == "whole":  # readers have to wait too
        store.close()
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        how = "EXCLUSIVE"
    other.execute(f"BEGIN {how}")
    other.execute("UPDATE runs SET seed = seed")
    yield
    other.execute("ROLLBACK")
    other.close()


@contextmanager
def locked_on_a_server(store: Store, mode: str) -> Iterator[None]:
    """All of the store's tables, taken by another connection."""
    other = create_engine(store.url)
    with other.connect() as connection:
        connection.exec_driver_sql(f"LOCK TABLE {', '.join(METADATA.tables)} IN {mode} MODE")
        yield
    other.dispose()


@contextmanager
def full(store: Store) -> Iterator[None]:
    """A database that may not grow, as on a disk without room."""

    def limit(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA max_page_count=1")  # SQLite takes the present size for it

    event.listen(store.engine, "connect", limit)
    store.close()
    yield
    event.remove(store.engine, "connect", limit)
    store.close()
