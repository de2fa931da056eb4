"""The tables of 0.3.0 and 0.4.0, whose stores have no version: what of them is there already stays as it is."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Seven tables, and indexes on what they are looked up by."""
    make(
        "runs",
        sa.Column("id", sa.String(32), primary_key=True),
        text("owner", 200),
        text("name", 200),
        text("family", 40),
        text("data", 600),
        sa.Column("preset", sa.String(40)),
        needed("config", sa.JSON),
        needed("seed", sa.Integer),
        text("state", 10),
        needed("step", sa.Integer),
        needed("seconds", sa.Float),
        sa.Column("error", sa.Text),
        sa.Column("parent_id", sa.String(32)),
        sa.Column("parent_step", sa.Integer),
        needed("created", sa.DateTime),
        needed("updated", sa.DateTime),
        sa.Column("saved_step", sa.Integer),
        needed("version", sa.Integer),
        needed("applied", sa.Integer),
    )
    make("points", of_run(primary_key=True), step(), needed("terms", sa.JSON))
    make("frames", of_run(primary_key=True), step(), needed("blob", sa.LargeBinary))
    kept = needed("kept", sa.Boolean)
    make("checkpoints", of_run(primary_key=True), step(), kept, needed("blob", sa.LargeBinary))
    name = sa.Column("name", sa.String(40), primary_key=True)
    make("nets", of_run(primary_key=True), name, needed("step", sa.Integer), needed("blob", sa.LargeBinary))
    what = (needed("step", sa.Integer), text("kind", 10), sa.Column("version", sa.Integer), needed("details", sa.JSON))
    make("events", counted(), of_run(nullable=False), *what)
    make("asked", counted(), of_run(nullable=False), sa.Column("part", sa.String(20)))
    for table, column in (("runs", "owner"), ("runs", "state"), ("events", "run_id"), ("asked", "run_id")):
        op.create_index(f"ix_{table}_{column}", table, [column], if_not_exists=True)


def make(name: str, *columns: sa.Column[Any]) -> None:
    """A table, where it is not there yet."""
    op.create_table(name, *columns, if_not_exists=True)


def needed(name: str, kind: Any) -> sa.Column[Any]:
    """A column without gaps."""
    return sa.Column(name, kind, nullable=False)


def text(name: str, length: int) -> sa.Column[Any]:
    """A column of short texts."""
    return needed(name, sa.String(length))


def of_run(**options: Any) -> sa.Column[Any]:
    """The run that a row belongs to, and goes with."""
    return sa.Column("run_id", sa.String(32), sa.ForeignKey("runs.id", ondelete="CASCADE"), **options)


def step() -> sa.Column[Any]:
    """A run has one row a step."""
    return sa.Column("step", sa.Integer, primary_key=True, autoincrement=False)


def counted() -> sa.Column[Any]:
    """Rows in the order in which they came."""
    return sa.Column("id", sa.Integer, primary_key=True)
