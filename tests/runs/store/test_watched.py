"""Another store's file in the place of one whose log still lies there: what is read is the file's own."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from pathlib import Path

import pytest
from runs.harm import file_of

from genlab.runs import Store
from genlab.runs.store.watched import ASIDE, is_anothers, log_of


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """The file of another store, with one run."""
    store = Store(f"sqlite:///{tmp_path / 'other.sqlite'}")
    store.create("bob", "ae", "ring8", name="other's")
    store.close()
    return tmp_path / "other.sqlite"


def names(store: Store) -> list[str]:
    """Of all its runs."""
    return [run.name for run in store.list()]


def fill(store: Store) -> None:
    """Enough that much of it is in the log alone."""
    for _ in range(10):
        store.create("ada", "ae", "ring8", name="first's")


def test_a_store_that_is_open_reads_the_other_file(store: Store, other: Path) -> None:
    fill(store)
    other.replace(file_of(store))
    assert names(store) == ["other's"]
    store.create("bob", "ae", "ring8", name="more")
    assert sorted(names(Store(store.url, make=False))) == ["more", "other's"]
    aside = log_of(file_of(store))
    assert aside.with_name(aside.name + ASIDE).exists()


@pytest.mark.parametrize("copied", [False, True])
def test_a_server_that_comes_after_a_kill_does_too(store: Store, other: Path, tmp_path: Path, copied: bool) -> None:
    fill(store)
    file, left = file_of(store), tmp_path / "left"
    shutil.copy(log_of(file), left)  # as a kill leaves it
    if copied:
        shutil.copy(file, tmp_path / "own")
    store.close()
    other.replace(file)
    shutil.copy(left, log_of(file))
    assert is_anothers(file)
    assert names(Store(store.url, make=False)) == ["other's"]
    if copied:  # its own log is still taken for its own
        (tmp_path / "own").replace(file)
        shutil.copy(left, log_of(file))
        assert not is_anothers(file)
        assert len(names(Store(store.url, make=False))) == 10


def test_a_file_gets_one_number_however_many_open_it_first(tmp_path: Path) -> None:
    url, problems = f"sqlite:///{tmp_path / 'new.sqlite'}", list[BaseException]()

    def open_it() -> None:
        try:
            Store(url).close()
        except BaseException as error:
            problems.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert not is_anothers(tmp_path / "new.sqlite")
    with sqlite3.connect(tmp_path / "new.sqlite") as connection:
        assert connection.execute("PRAGMA user_version").fetchone() != (0,)
