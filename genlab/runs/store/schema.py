"""The store's tables come to be: made new, brought up to date, or refused."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, insert, inspect, select

from genlab.runs.store.tables import METADATA, VERSIONS
from genlab.runs.store.versions import NEWEST, OUR_COLUMNS, VERSION_TABLE, newer
from genlab.runs.trouble import StoreTrouble, WrongSetup

MIGRATIONS = Path(__file__).parent / "migrations"
# How a transaction keeps others from making or changing the tables beside it, until it ends. MySQL has no such
# word, and ends a transaction at every change of a table anyway.
ALONE = {"sqlite": "BEGIN IMMEDIATE", "postgresql": "SELECT pg_advisory_xact_lock(726510462)"}


def settle(engine: Engine, where: str, make: bool) -> None:
    """Sees to it that the tables are those this program knows; one look where they are.

    where: what the store is called in a sentence. make: whether to make them where there are none, and to migrate
    those of an older version. Raises WrongSetup where a newer genlab has changed them, StoreTrouble.
    """
    with engine.begin() as connection:
        if _is_newest(connection, where):
            return
        if not make:
            raise WrongSetup(f"{where}: of an older genlab; start the server again, which brings it up to date")
        if statement := ALONE.get(engine.dialect.name):
            connection.exec_driver_sql(statement)
        if _is_newest(connection, where):  # by now: another process was quicker
            return
        present = set(inspect(connection).get_table_names())
        if present.isdisjoint(METADATA.tables):
            METADATA.create_all(connection, checkfirst=False)
            connection.execute(insert(VERSIONS).values(version_num=NEWEST))
            return
        if VERSION_TABLE not in present and not _of_genlab(connection, present):
            raise StoreTrouble("foreign")
        migrate(connection)


def _is_newest(connection: Connection, where: str) -> bool:
    if not inspect(connection).has_table(VERSION_TABLE):
        return False
    version = connection.scalar(select(VERSIONS.c.version_num)) or ""
    if version > NEWEST:
        raise WrongSetup(f"{where}: {newer(version)}")
    return version == NEWEST


def _of_genlab(connection: Connection, present: set[str]) -> bool:
    """Whether a store without a version is of 0.3.0 or 0.4.0: other programs have a table of runs too."""
    return "runs" in present and {column["name"] for column in inspect(connection).get_columns("runs")} >= OUR_COLUMNS


def migrate(connection: Connection, to: str = "head") -> None:
    """Runs the migrations up to a revision, in the connection's transaction."""
    # Only here: reading its modules takes longer than everything else about opening a store.
    from alembic.command import upgrade
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    upgrade(config, to)
