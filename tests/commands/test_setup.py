"""Wrong set-up: every verb, and the server, end with one sentence and status 2 before anything begins."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import genlab as package
from genlab.runs import Store
from genlab.runs.store.versions import VERSION_TABLE

VERBS = (
    ("train", "ae", "--out", "never"),
    ("evaluate", "never"),
    ("sample", "never", "--out", "never.npy"),
    ("data", "list"),
    ("runs", "list"),
    ("runs", "export", "none", "never.zip"),
)


def other_program(path: Path) -> None:
    """A database with a table of runs that are none of ours."""
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE runs (run_uuid TEXT, name TEXT)")
    connection.close()


def newer(path: Path) -> None:
    """A store as a later version of this program leaves it."""
    Store(f"sqlite:///{path}").close()
    with sqlite3.connect(path) as connection:
        connection.execute(f"UPDATE {VERSION_TABLE} SET version_num = '0999'")
    connection.close()


def wrong(name: str, folder: Path) -> tuple[dict[str, str], str]:
    """A set-up by its name: environment, and a part of what is said."""
    (folder / "file").write_text("no folder, and no database " * 100)
    (folder / "home").mkdir()
    home, store = {"GENLAB_HOME": str(folder / "home")}, folder / "home" / "genlab.sqlite"
    match name:
        case "home is a file":
            return {"GENLAB_HOME": str(folder / "file")}, "set GENLAB_HOME to a folder that can be written"
        case "home below a file":
            return {"GENLAB_HOME": str(folder / "file" / "x")}, "set GENLAB_HOME"
        case "the file is no database":
            store.write_bytes((folder / "file").read_bytes())
            return home, "is no store of genlab"
        case "the file is another program's":
            other_program(store)
            return home, "is no store of genlab"
        case "the file is a folder":
            store.mkdir()
            return home, "is no store of genlab"
        case "the file is a newer genlab's":
            newer(store)
            return home, "a newer genlab"
        case "a URL of a newer genlab's":
            newer(folder / "newer")
            return home | {"GENLAB_STORE": f"sqlite:///{folder / 'newer'}"}, "a newer genlab"
        case "no URL":
            return home | {"GENLAB_STORE": "foo"}, "GENLAB_STORE: got 'foo', allowed: "
        case "a URL of no database":
            return home | {"GENLAB_STORE": f"sqlite:///{folder / 'file'}"}, "is no store of genlab"
        case "a URL of another program's":
            other_program(folder / "other")
            return home | {"GENLAB_STORE": f"sqlite:///{folder / 'other'}"}, "is no store of genlab"
        case "a URL of a folder":
            return home | {"GENLAB_STORE": f"sqlite:///{folder}"}, "it is a folder"
        case "a URL that cannot be made":
            return home | {"GENLAB_STORE": f"sqlite:///{folder / 'file' / 'x.sqlite'}"}, "cannot be made"
        case "no driver":
            return home | {"GENLAB_STORE": "mysql+pymysql://u:secret@h/d"}, "needs the package pymysql"
        case _:
            return home | {"GENLAB_CLUSTER": "tcp://127.0.0.1:1"}, "GENLAB_CLUSTER"


WRONG = (
    "home is a file", "home below a file", "the file is no database", "the file is another program's",
    "the file is a folder", "no URL", "a URL of no database", "a URL of another program's", "a URL of a folder",
    "the file is a newer genlab's", "a URL of a newer genlab's", "a URL that cannot be made", "no driver",
    "a cluster without its package",
)  # fmt: skip


@pytest.fixture
def set_up(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The environment of the test's set-up; what is said of it."""
    environment, part = wrong(request.param, tmp_path)
    monkeypatch.delenv("GENLAB_STORE", raising=False)
    monkeypatch.setitem(sys.modules, "distributed", None)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return part


@pytest.mark.parametrize("set_up", WRONG, indirect=True)
def test_every_verb_says_it_in_one_line(set_up: str, genlab: Callable[..., Any]) -> None:
    for verb in VERBS:
        outcome = genlab(*verb)
        assert (outcome.status, outcome.out) == (2, ""), verb
        assert outcome.err.startswith("genlab: ")
        assert outcome.err.count("\n") == 1
        assert set_up in outcome.err
        assert "secret" not in outcome.err
    assert not Path("never").exists()


def test_a_foreign_database_is_left_as_it_is(genlab: Callable[..., Any], tmp_path: Path, monkeypatch: Any) -> None:
    other_program(tmp_path / "other")
    monkeypatch.setenv("GENLAB_STORE", f"sqlite:///{tmp_path / 'other'}")
    assert genlab("runs", "list").status == 2
    with sqlite3.connect(tmp_path / "other") as connection:
        assert connection.execute("SELECT name FROM sqlite_schema").fetchall() == [("runs",)]
    connection.close()


@pytest.mark.parametrize(
    "name", ["home is a file", "the file is no database", "the file is a newer genlab's", "no URL"]
)
def test_the_server_ends_before_it_serves(name: str, tmp_path: Path) -> None:
    environment, part = wrong(name, tmp_path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    done = subprocess.run(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
        cwd=Path(package.__file__).parents[1],
        env=os.environ | {"GENLAB_STORE": ""} | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("genlab: ")
    assert done.stderr.count("\n") == 1
    assert part in done.stderr


def test_a_locked_or_full_store_is_no_wrong_set_up(
    genlab: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GENLAB_HOME", str(tmp_path))
    monkeypatch.delenv("GENLAB_STORE", raising=False)
    Store(f"sqlite:///{tmp_path / 'genlab.sqlite'}").close()
    other = sqlite3.connect(tmp_path / "genlab.sqlite", isolation_level=None)
    other.execute("PRAGMA locking_mode=EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    other.execute("UPDATE runs SET seed = seed")
    assert genlab("data", "list").status == 0
    outcome = genlab("runs", "list")
    assert (outcome.status, outcome.err) == (
        1,
        "genlab: The store is locked by another program just now; try again in a moment.\n",
    )
    other.close()
