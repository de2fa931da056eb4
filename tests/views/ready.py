"""The runs that ship, put into store after store: their bundles are read and squeezed once, their rows copied."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Table
from sqlalchemy.exc import IntegrityError

from genlab.runs import Run, RunError, Store
from genlab.runs.store.record import SHIPPED
from genlab.runs.store.tables import CHECKPOINTS, FRAMES, NETS, POINTS, RUNS

Import = Callable[..., Run]


class Ready:
    """import_bundle, quicker where the same bundle that ships was asked for before; `folder` has what it keeps."""

    def __init__(self, folder: Path, real: Import) -> None:
        self.real = real
        self.store = Store(f"sqlite:///{folder / 'ready.sqlite'}")
        self.rows: dict[Path, list[tuple[str, list[tuple[Any, ...]]]]] = {}

    def __call__(self, store: Store, source: Path, owner: str, run_id: str | None = None) -> Run:
        if owner != SHIPPED or run_id is None:
            return self.real(store, source, owner, run_id)
        if source not in self.rows:
            self.real(self.store, source, owner, run_id)
            self.rows[source] = [
                rows_of(self.store, table, run_id) for table in (RUNS, POINTS, FRAMES, CHECKPOINTS, NETS)
            ]
            self.store.delete(run_id, owner)
        try:
            with store.engine.begin() as connection:
                for statement, rows in self.rows[source]:
                    if rows:
                        connection.exec_driver_sql(statement, rows)
        except IntegrityError:
            raise RunError(f"import: there is a run {run_id!r} already") from None
        return store.get(run_id)


def rows_of(store: Store, table: Table, run_id: str) -> tuple[str, list[tuple[Any, ...]]]:
    """A run's rows in one table as the file has them, and the statement that puts them into another."""
    names = ", ".join(column.name for column in table.columns)
    key = "id" if table is RUNS else "run_id"
    with store.engine.connect() as connection:
        rows = connection.exec_driver_sql(f"SELECT {names} FROM {table.name} WHERE {key} = ?", (run_id,)).fetchall()
    marks = ", ".join("?" * len(table.columns))
    return f"INSERT INTO {table.name} ({names}) VALUES ({marks})", [tuple(row) for row in rows]
