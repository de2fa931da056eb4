"""The store's rows as a transaction reads and writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, insert, select, update

from genlab.locale import Message
from genlab.runs.store.record import Run, UnknownRun, clean_name, new_id
from genlab.runs.store.tables import EVENTS, NETS, RUNS

# Databases allow so many values in one statement; the strictest, an older SQLite, 999.
ROWS_AT_ONCE = 500


def now() -> datetime:
    """This moment in UTC."""
    return datetime.now(UTC)


def as_run(row: Row[Any]) -> Run:
    """A row of the table as a record."""
    values: dict[str, Any] = dict(row._mapping)
    values["pinned"] = bool(values["pinned"])
    if parts := values.pop("error_parts"):
        values["error"] = Message.unpacked(parts)
    return Run(**values)


def get_run(connection: Connection, run_id: str) -> Run:
    """The run's record as a transaction sees it; raises UnknownRun."""
    row = connection.execute(select(RUNS).where(RUNS.c.id == run_id)).first()
    if row is None:
        raise UnknownRun(run_id)
    return as_run(row)


def take_run(connection: Connection, run_id: str) -> Run:
    """As `get_run`, but no other transaction changes the run until this one ends.

    The update that changes nothing takes the row in every database, and in SQLite the right to write, before the
    record is read: what is then decided from it still holds when it is written.
    """
    connection.execute(update(RUNS).where(RUNS.c.id == run_id).values(step=RUNS.c.step))
    return get_run(connection, run_id)


def blank_row(owner: str, family: str, data: str, config: Mapping[str, Any], seed: int, name: str) -> dict[str, Any]:
    """The row of a run that has not begun."""
    made = now()
    return {
        "id": new_id(),
        "owner": owner,
        "name": clean_name(name),
        "family": family,
        "data": data,
        "preset": None,
        "config": dict(config),
        "seed": seed,
        "state": "paused",
        "step": 0,
        "seconds": 0.0,
        "error": None,
        "error_parts": None,
        "parent_id": None,
        "parent_step": None,
        "created": made,
        "updated": made,
        "saved_step": None,
        "version": 0,
        "applied": 0,
        "pinned": False,
    }


def add_event(
    connection: Connection,
    run_id: str,
    step: int,
    kind: str,
    details: Mapping[str, Any],
    version: int | None = None,
) -> None:
    """Notes what a person did; version: the change of knobs it belongs to."""
    row = {"run_id": run_id, "step": step, "kind": kind, "details": dict(details), "version": version}
    connection.execute(insert(EVENTS).values(row))


def replace(connection: Connection, table: Table, run_id: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts rows, each with its step, in place of what the run has at these steps."""
    for begin in range(0, len(rows), ROWS_AT_ONCE):
        some = rows[begin : begin + ROWS_AT_ONCE]
        steps = [row["step"] for row in some]
        connection.execute(delete(table).where(table.c.run_id == run_id, table.c.step.in_(steps)))
        connection.execute(insert(table), [{"run_id": run_id, **row} for row in some])


def write_nets(connection: Connection, run_id: str, step: int, nets: Mapping[str, bytes]) -> None:
    """Puts nets in place of the older ones of the same names."""
    if nets:
        connection.execute(delete(NETS).where(NETS.c.run_id == run_id, NETS.c.name.in_(list(nets))))
        rows = [{"run_id": run_id, "name": name, "step": step, "blob": blob} for name, blob in nets.items()]
        connection.execute(insert(NETS), rows)
