"""The room that a store takes: how much each run has, which old runs go, and how the disk gets it back."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from sqlite3 import OperationalError
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Engine, delete, func, select, text

from genlab.locale import N_, Message
from genlab.runs.limits import megabytes_per_owner
from genlab.runs.store.record import SHIPPED, RunError
from genlab.runs.store.rows import now
from genlab.runs.store.tables import CHECKPOINTS, FRAMES, NETS, RUNS

# What was used so lately is kept, whatever is asked.
KEPT = timedelta(days=7)
MEGABYTE = 10**6
RUNS_AT_ONCE = 100


class Cleaned(NamedTuple):
    """How many runs went, and how many megabytes of pictures and weights are left."""

    runs: int
    megabytes: float


def run_bytes(engine: Engine, owner: str | None = None) -> dict[str, int]:
    """The bytes of each run's pictures and weights; of an owner's runs or (None) of all."""
    sizes: dict[str, int] = {}
    theirs = select(RUNS.c.id).where(RUNS.c.owner == owner)
    with engine.connect() as connection:
        for table in (FRAMES, CHECKPOINTS, NETS):
            query = select(table.c.run_id, func.sum(func.length(table.c.blob))).group_by(table.c.run_id)
            if owner is not None:
                query = query.where(table.c.run_id.in_(theirs))
            for run_id, size in connection.execute(query):
                sizes[run_id] = sizes.get(run_id, 0) + int(size)
    return sizes


def megabytes(engine: Engine, owner: str) -> float:
    """The room that the pictures and weights of an owner's runs take."""
    return sum(run_bytes(engine, owner).values()) / MEGABYTE


def refuse_where_full(engine: Engine, owner: str) -> None:
    """Raises RunError where an owner keeps as much as one may: no further run of theirs is begun. Those that are there
    train on, and what ships with the app is nobody's."""
    if owner == SHIPPED:
        return
    kept, most = round(megabytes(engine, owner)), megabytes_per_owner()
    if kept >= most:
        full = N_(
            "Your runs take {kept} MB of the {most} MB that one person may keep here. Delete some on the page Runs."
        )
        raise RunError(Message(full, kept=kept, most=most))


def clean(engine: Engine, days: float, megabytes: float) -> Cleaned:
    """Deletes the runs that nobody has used for so many days, then the longest unused until at most so many megabytes
    are left. Never one that trains, one used within a week, one that its owner has pinned, or one that ships with the
    app."""
    sizes, present = run_bytes(engine), now()
    total = sum(sizes.values())
    query = select(RUNS.c.id, RUNS.c.updated).where(*cleanable(present), RUNS.c.owner != SHIPPED)
    gone: list[str] = []
    with engine.connect() as connection:
        unused = connection.execute(query.order_by(RUNS.c.updated)).all()
    for run_id, updated in unused:
        if updated < present - timedelta(days=days) or total > megabytes * MEGABYTE:
            gone.append(run_id)
            total -= sizes.get(run_id, 0)
    went = 0
    for first in range(0, len(gone), RUNS_AT_ONCE):
        some = gone[first : first + RUNS_AT_ONCE]
        with engine.begin() as connection:
            # Unless one is used meanwhile.
            went += connection.execute(delete(RUNS).where(RUNS.c.id.in_(some), *cleanable(present))).rowcount
    shrink(engine)
    give_back(engine)
    left = sum(run_bytes(engine).values()) if went < len(gone) else total
    return Cleaned(went, left / MEGABYTE)


def cleanable(present: datetime) -> tuple[ColumnElement[bool], ...]:
    """What a run must be to be cleaned away."""
    return RUNS.c.state != "running", RUNS.c.updated < present - KEPT, RUNS.c.pinned.is_not(True)


def give_back(engine: Engine) -> None:
    """Gives the pages that deletions have freed back to the disk, where the database is a file that can."""
    if engine.dialect.name != "sqlite":
        return
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        # A page a row, of no columns: as a script, for `execute` would make the first alone. What was deleted is gone
        # by now, so a file that others write waits for the next time.
        with suppress(OperationalError):
            driver.executescript("PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE)")


def shrink(engine: Engine) -> None:
    """Makes a file of an older version one that can give back, once."""
    if engine.dialect.name != "sqlite":
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.scalar(text("PRAGMA auto_vacuum")):
            connection.exec_driver_sql("PRAGMA auto_vacuum=INCREMENTAL")
            connection.exec_driver_sql("VACUUM")
