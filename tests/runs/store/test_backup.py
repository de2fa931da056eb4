"""A store as one file, and back: from each kind of database into each, while it is written; a damaged file changes
nothing."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from genlab.home import CannotWrite
from genlab.runs import Run, Store
from genlab.runs.store.backup import HASHES, copy, hashes
from genlab.runs.store.record import SHIPPED
from genlab.runs.store.slices import Slice
from genlab.runs.store.tables import CLASS_ANSWERS, CLASSES, MEMBERS, METADATA, RUNS, VERSIONS

every_database = pytest.mark.every_database


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Store]:
    """Another, empty store."""
    store = Store(f"sqlite:///{tmp_path / 'elsewhere.sqlite'}")
    yield store
    store.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kept.backup"


def filled(store: Store) -> Run:
    """A store that has something in each of its tables; its run."""
    run = store.create("ada", "vae", "ring8", preset="classroom", name="隐空间")
    made = Slice(0, 3, 1.5, 0, nets={"decoder": b"net"})
    made.points = [(step, {"mse": step / 7}) for step in range(40)]
    made.frames, made.checkpoints = [(0, b"\0frame"), (3, b"")], [(0, True, b"\xff" * 3_000), (3, False, b"new")]
    store.write_slice(run.id, made)
    store.change(run.id, {"beta": 2.0})
    store.set_state(run.id, "paused")
    store.request_step(run.id, count=2)
    member = {"owner": "bob", "code": "ABCDEF", "nickname": "Bob", "joined": 1.0, "seen": 2.0}
    led = {"code": "ABCDEF", "name": "课", "password": "hashed", "owner": "ada", "opened": 0.1}
    led |= {"tries": 0, "tried": 0.0}
    guess = {"owner": "bob", "chapter": "gaps", "question": 1, "guess": [1, None]}
    with store.engine.begin() as connection:
        for table, row in ((CLASSES, led), (MEMBERS, member), (CLASS_ANSWERS, guess)):
            connection.execute(insert(table).values(row))
    store.keep_answer("ada", "gaps", 1, guess=2, runs=[run.id])
    return run


def rows(store: Store) -> dict[str, list[Any]]:
    """All that a store keeps, in no order."""
    with store.engine.connect() as connection:
        return {
            name: sorted(map(repr, connection.execute(select(table)).mappings()))
            for name, table in METADATA.tables.items()
        }


@every_database
def test_what_is_written_is_read_back_into_an_empty_store(store: Store, elsewhere: Store, file: Path) -> None:
    filled(store)
    kept = rows(store)
    assert store.backup(file).runs == 1
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert elsewhere.restore(file).runs == 1
    assert rows(elsewhere) == kept


@every_database
def test_a_store_takes_what_another_kind_has_written_and_goes_on(store: Store, elsewhere: Store, file: Path) -> None:
    run = filled(elsewhere)
    kept = rows(elsewhere)
    elsewhere.backup(file)
    store.restore(file)
    assert rows(store) == kept
    store.change(run.id, {"beta": 3.0})  # an event with a number of its own
    store.request_step(run.id)
    assert store.asked(run.id)


@every_database
def test_it_is_of_one_moment_and_holds_up_nobody(store: Store, elsewhere: Store, file: Path) -> None:
    run = filled(store)
    kept = rows(store)

    def after_others_have_written(source: Connection, target: Connection) -> None:
        source.execute(select(RUNS)).all()
        assert store.write_slice(run.id, Slice(3, 5, 2.0, 0, points=[(5, {"mse": 0.0})]))
        copy(source, target)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("genlab.runs.store.backup.copy", after_others_have_written)
        store.backup(file)
    assert store.get(run.id).step == 5
    elsewhere.restore(file)
    assert rows(elsewhere) == kept


@every_database
def test_a_store_that_has_something_is_not_written_over_unless_told(store: Store, elsewhere: Store, file: Path) -> None:
    filled(store)
    store.backup(file)
    elsewhere.create(SHIPPED, "ae", "ring8")  # what ships comes again
    elsewhere.restore(file)
    other = elsewhere.create("bob", "ae", "ring8")
    with pytest.raises(ValueError, match=r"^store: got one that has 2 runs, 1 classes, 1 answers, allowed: an emp"):
        elsewhere.restore(file)
    assert other.id in {run.id for run in elsewhere.list()}
    elsewhere.restore(file, replace=True)
    assert rows(elsewhere) == rows(store)


@every_database
@pytest.mark.parametrize("harm", ["a byte", "the end", "a row", "no backup", "nothing", "away", "newer"])
def test_a_file_that_is_not_whole_changes_nothing(store: Store, elsewhere: Store, file: Path, harm: str) -> None:
    filled(store)
    store.backup(file)
    content = file.read_bytes()
    if harm == "a byte":
        at = content.index(b"\xff" * 1000) + 500
        file.write_bytes(content[:at] + b"\xfe" + content[at + 1 :])
    elif harm == "the end":
        file.write_bytes(content[: len(content) // 2])
    elif harm in ("a row", "newer"):
        with sqlite3.connect(file) as connection:
            connection.execute(
                f"UPDATE {VERSIONS} SET version_num = '9999'" if harm == "newer" else "DELETE FROM points"
            )
            if harm == "newer":
                connection.executemany(f"REPLACE INTO {HASHES} VALUES (?, ?)", hashes(connection).items())
        connection.close()
    elif harm == "away":
        file.unlink()
    else:
        file.write_bytes(b"" if harm == "nothing" else b"something else, and longer than a header of a database" * 90)
    before = filled(elsewhere)
    kept = rows(elsewhere)
    with pytest.raises(ValueError, match=r"^FILE: .*(allowed: a file that|newer genlab)"):
        elsewhere.restore(file, replace=True)
    assert rows(elsewhere) == kept
    assert elsewhere.get(before.id).name == before.name


@every_database
def test_what_fails_half_way_leaves_no_file_and_an_old_one_stays(
    store: Store, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(store)
    store.backup(file)
    before = file.read_bytes()
    with pytest.raises(ValueError, match=r"got 'kept.backup', which is there already, allowed: a new file"):
        store.backup(file)
    with pytest.raises(CannotWrite):
        store.backup(tmp_path / "no folder" / "kept.backup")
    monkeypatch.delattr("genlab.runs.store.backup.hashes")
    with pytest.raises(NameError):
        store.backup(tmp_path / "second.backup")
    assert {path.name for path in tmp_path.iterdir() if "backup" in path.name} == {"kept.backup"}
    assert file.read_bytes() == before
