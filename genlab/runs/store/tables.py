"""The store's tables, in SQL that every database speaks. A change of them is also a migration, and a new NEWEST."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

from genlab.home import home
from genlab.runs.store.squeezed import Squeezed
from genlab.runs.store.versions import VERSION_TABLE


class UTCDateTime(TypeDecorator[datetime]):
    """A time in UTC: kept without its zone (SQLite knows none), given back with it."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and value.replace(tzinfo=UTC)


METADATA = MetaData()

# As Alembic writes it: one row.
VERSIONS = Table(VERSION_TABLE, METADATA, Column("version_num", String(32), primary_key=True))


def _of_run(**options: Any) -> Column[str]:
    return Column("run_id", String(32), ForeignKey("runs.id", ondelete="CASCADE"), **options)


RUNS = Table(
    "runs",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("owner", String(200), nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("family", String(40), nullable=False),
    # A drawing's name carries its points.
    Column("data", String(600), nullable=False),
    Column("preset", String(40)),
    Column("config", JSON, nullable=False),
    Column("seed", Integer, nullable=False),
    Column("state", String(10), nullable=False, index=True),
    Column("step", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("error", Text),
    Column("parent_id", String(32)),
    Column("parent_step", Integer),
    Column("created", UTCDateTime, nullable=False),
    Column("updated", UTCDateTime, nullable=False),
    Column("saved_step", Integer),
    Column("version", Integer, nullable=False),
    Column("applied", Integer, nullable=False),
    # Of what the error's sentence was made, for pages in another language.
    Column("error_parts", JSON(none_as_null=True)),
    # Its owner wants it kept. Null of the runs that were there before.
    Column("pinned", Boolean),
)

POINTS = Table(
    "points",
    METADATA,
    _of_run(primary_key=True),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("terms", JSON, nullable=False),
)

FRAMES = Table(
    "frames",
    METADATA,
    _of_run(primary_key=True),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("blob", Squeezed, nullable=False),
)

CHECKPOINTS = Table(
    "checkpoints",
    METADATA,
    _of_run(primary_key=True),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("kept", Boolean, nullable=False),
    Column("blob", Squeezed, nullable=False),
    # Or in short (short.py). Null of those that an older genlab has kept: whole.
    Column("whole", Boolean),
)

NETS = Table(
    "nets",
    METADATA,
    _of_run(primary_key=True),
    Column("name", String(40), primary_key=True),
    Column("step", Integer, nullable=False),
    Column("blob", Squeezed, nullable=False),
)

EVENTS = Table(
    "events",
    METADATA,
    Column("id", Integer, primary_key=True),
    _of_run(nullable=False, index=True),
    Column("step", Integer, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("version", Integer),
    Column("details", JSON, nullable=False),
)

# Single steps that wait to be made: a row each, so that a person who asks and a worker who makes never collide.
ASKED = Table(
    "asked",
    METADATA,
    Column("id", Integer, primary_key=True),
    _of_run(nullable=False, index=True),
    Column("part", String(20)),
)

ANSWERS = Table(
    "answers",
    METADATA,
    Column("owner", String(200), primary_key=True),
    Column("chapter", String(100), primary_key=True),
    Column("question", Integer, primary_key=True, autoincrement=False),
    Column("guess", JSON(none_as_null=True)),
    Column("result", JSON(none_as_null=True)),
    Column("run_ids", JSON, nullable=False),
    Column("updated", Float, nullable=False),
)

# A class that has ended keeps its code alone, so that who comes late is told so.
CLASSES = Table(
    "classes",
    METADATA,
    Column("code", String(6), primary_key=True),
    Column("name", String(80), nullable=False),
    Column("password", String(200), nullable=False),
    Column("owner", String(200), nullable=False, index=True),
    Column("opened", Float, nullable=False),
    Column("ended", Float),
    Column("look", String(2000)),
    Column("looked", Float),
    # Wrong passwords since the last right one, and when the last of them came.
    Column("tries", Integer, nullable=False),
    Column("tried", Float, nullable=False),
)

# A browser is in one class at a time.
MEMBERS = Table(
    "members",
    METADATA,
    Column("owner", String(200), primary_key=True),
    Column("code", String(6), ForeignKey("classes.code"), nullable=False, index=True),
    Column("nickname", String(40), nullable=False),
    Column("joined", Float, nullable=False),
    Column("seen", Float, nullable=False),
)

# Who leaves a class takes the answers along.
CLASS_ANSWERS = Table(
    "class_answers",
    METADATA,
    Column("owner", String(200), ForeignKey("members.owner", ondelete="CASCADE"), primary_key=True),
    Column("chapter", String(100), primary_key=True),
    Column("question", Integer, primary_key=True, autoincrement=False),
    Column("guess", JSON, nullable=False),
)


def default_url() -> str:
    """GENLAB_STORE, by default an SQLite file in GENLAB_HOME."""
    return os.environ.get("GENLAB_STORE") or f"sqlite:///{home() / 'genlab.sqlite'}"
