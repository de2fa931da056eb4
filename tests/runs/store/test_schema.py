"""The store's tables: made new, brought up to date, or refused."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event

from genlab.runs import Store
from genlab.runs.setup import check
from genlab.runs.store.schema import MIGRATIONS, migrate
from genlab.runs.store.tables import METADATA, VERSIONS
from genlab.runs.store.versions import NEWEST, VERSION_TABLE
from genlab.runs.trouble import WrongSetup

pytestmark = pytest.mark.every_database


def emptied(store: Store) -> Store:
    """The store without any table."""
    with store.engine.begin() as connection:
        METADATA.drop_all(connection)
    return store


def turned_to(store: Store, version: str) -> None:
    """Says that the store is of another version."""
    with store.engine.begin() as connection:
        connection.execute(VERSIONS.update().values(version_num=version))


def test_migrations_lead_to_the_tables_that_the_code_speaks_of(store: Store) -> None:
    with emptied(store).engine.begin() as connection:
        migrate(connection)
        options = {"version_table": VERSION_TABLE, "compare_type": True, "compare_server_default": True}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), METADATA) == []


def test_the_newest_migration_is_the_version_of_the_code() -> None:
    scripts = ScriptDirectory(str(MIGRATIONS))
    assert scripts.get_current_head() == NEWEST
    revisions = [script.revision for script in scripts.walk_revisions()]
    assert revisions == sorted(revisions, reverse=True)
    assert all(len(revision) == 4 and revision.isdigit() for revision in revisions)


def test_a_store_of_this_version_is_opened_by_one_look(store: Store) -> None:
    statements: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *arguments: statements.append(arguments[2]))
    from genlab.runs.store.schema import settle

    settle(store.engine, "it", make=True)
    assert len(statements) <= 2, statements


def test_opening_a_new_store_or_one_of_this_version_needs_no_alembic(store: Store, tmp_path: Path) -> None:
    program = (
        f"import sys; from genlab.runs import Store; Store({store.url!r}); Store('sqlite:///{tmp_path / 'new'}'); "
        "sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_what_broke_off_while_the_first_tables_were_made_is_made_whole(store: Store) -> None:
    with emptied(store).engine.begin() as connection:
        migrate(connection, "0001")
        for name in (VERSION_TABLE, "asked", "nets"):
            METADATA.tables[name].drop(connection)
    again = Store(store.url)
    run = again.create("ada", "ae", "ring8", state="paused")
    again.request_step(run.id)
    assert again.net_steps(run.id) == {}
    again.close()


def test_a_migration_that_fails_leaves_the_store_as_it_was(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with emptied(store).engine.begin() as connection:
        migrate(connection, "0001")

    def broken(connection: Any) -> None:
        migrate(connection)
        raise RuntimeError("power cut")

    monkeypatch.setattr("genlab.runs.store.schema.migrate", broken)
    with pytest.raises(RuntimeError):
        Store(store.url)
    with store.engine.begin() as connection:
        assert connection.scalar(VERSIONS.select()) == "0001"
    monkeypatch.undo()
    again = Store(store.url)
    assert again.answers("ada") == []
    again.close()


@pytest.mark.parametrize("version", ["0001", None])
def test_processes_may_open_a_new_or_an_old_store_at_once(version: str | None, new_url: str) -> None:
    url = new_url.replace("genlab.sqlite", "deep/new.sqlite")
    if version is not None:
        store = emptied(Store(url))
        with store.engine.begin() as connection:
            migrate(connection, version)
        store.close()
    program = f"import sys; from genlab.runs import Store; sys.stdin.readline(); Store({url!r}).answers('ada')"
    many = [subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE) for _ in range(3)]
    for process in many:
        assert process.stdin is not None
        process.stdin.write(b"\n")
        process.stdin.flush()
    assert [process.wait(60) for process in many] == [0, 0, 0]
    for process in many:
        assert process.stdin is not None
        process.stdin.close()


def test_a_newer_store_is_refused_in_one_sentence_and_left_as_it_is(store: Store) -> None:
    turned_to(store, "0999")
    for make in (True, False):
        with pytest.raises(WrongSetup, match=r"newer genlab .*version 0999.*up to " + NEWEST):
            Store(store.url, make=make)
    with store.engine.begin() as connection:
        assert connection.scalar(VERSIONS.select()) == "0999"


def test_a_worker_does_not_bring_a_store_up_to_date(store: Store) -> None:
    turned_to(store, "0001")
    with pytest.raises(WrongSetup, match="older genlab; start the server again"):
        Store(store.url, make=False)


def test_a_newer_store_is_said_before_anything_begins(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    turned_to(store, "0999")
    monkeypatch.setenv("GENLAB_HOME", str(tmp_path))
    if not store.url.startswith("sqlite"):
        monkeypatch.setenv("GENLAB_STORE", store.url)
    with pytest.raises(WrongSetup, match=r": it was made or changed by a newer genlab"):
        check()
