"""A store that is locked, full, away or another one, as everybody meets it: one sentence, soon, and nothing changed."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from runs.harm import file_of, full, locked
from runs.postgres import DATABASES, Server
from sqlalchemy import event

from genlab.runs import Store
from genlab.runs.store import engine
from genlab.runs.store.engine import PATIENCE_SECONDS, meaning
from genlab.runs.trouble import SENTENCES, STANDSTILL, StoreTrouble, WrongSetup
from genlab.runs.work.hot import HotRuns

pytestmark = pytest.mark.usefixtures("impatient")
every_database = pytest.mark.every_database


def writes(store: Store, run_id: str) -> dict[str, Callable[[], object]]:
    """Everything that a person may change."""
    return {
        "create": lambda: [store.create("ada", "vae", "ring8", preset="classroom") for _ in range(200)],
        "rename": lambda: store.rename(run_id, "x" * 80),
        "state": lambda: store.set_state(run_id, "running"),
        "change": lambda: store.change(run_id, {"beta": 3}),
        "step": lambda: store.request_step(run_id),
        "fork": lambda: store.fork(run_id, 0, "ada"),
        "fail": lambda: store.fail(run_id, "because"),
        "delete": lambda: store.delete(run_id),
    }


def reads(store: Store, run_id: str) -> dict[str, Callable[[], object]]:
    """Everything that a page asks for."""
    return {
        "get": lambda: store.get(run_id),
        "list": store.list,
        "runnable": store.runnable,
        "points": lambda: store.points(run_id),
        "frames": lambda: store.frame_steps(run_id),
        "checkpoints": lambda: store.checkpoint_steps(run_id),
        "net": lambda: store.net(run_id, "decoder"),
        "events": lambda: store.events(run_id),
        "asked": lambda: store.asked(run_id),
    }


def refused(action: Callable[[], object]) -> str:
    """Which trouble an action meets, in words."""
    with pytest.raises(StoreTrouble) as caught:
        action()
    assert str(caught.value) == SENTENCES[caught.value.kind]
    return caught.value.kind


@pytest.fixture
def paused(store: Store, small: dict[str, Any]) -> str:
    """A paused run with a checkpoint at step 0."""
    run_id = store.create("ada", "vae", "ring8", small, state="running").id
    HotRuns(store).advance(run_id, 0.0, save=True)
    store.set_state(run_id, "paused")
    return run_id


@every_database
@pytest.mark.parametrize("how", ["IMMEDIATE", "EXCLUSIVE"])  # a server has one such lock
def test_a_locked_store_is_read_and_says_soon_that_it_cannot_be_written(
    store: Store, paused: str, how: str, waits: Callable[[], int]
) -> None:
    before = store.get(paused)
    with locked(store, how):
        actions = writes(store, paused).values()
        assert {refused(action) for action in actions} == {"busy"}
        assert waits() == len(actions), "each waits once"
        for action in reads(store, paused).values():
            action()
        Store(store.url).close()
    assert store.get(paused) == before


@every_database
def test_a_store_that_is_locked_whole_says_so_to_readers_too(
    store: Store, paused: str, waits: Callable[[], int]
) -> None:
    with locked(store, "whole"):
        actions = reads(store, paused).values()
        assert {refused(action) for action in actions} == {"busy"}
        assert waits() == len(actions), "each waits once"
    store.get(paused)


# On a server the wait is part of what is said to each connection (WAITS), and is read when the module is.
def test_one_wait_is_shorter_than_two_seconds(store: Store) -> None:
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 1000 * engine.PATIENCE_SECONDS
    assert PATIENCE_SECONDS < 2  # the one that a person meets


# What prepares a server's connection touches no table.
def test_opening_a_connection_waits_no_longer(store: Store, paused: str) -> None:
    """What prepares a connection meets a lock before any setting of the connection's own could be made."""
    given: list[float] = []
    event.listen(store.engine, "do_connect", lambda _dialect, _record, _args, params: given.append(params["timeout"]))
    store.close()
    store.get(paused)
    assert given == [engine.PATIENCE_SECONDS]


# A server's disk isn't ours to fill: what it says then is among what servers say, below.
def test_a_full_disk_is_called_so(store: Store, paused: str) -> None:
    with full(store):
        assert refused(writes(store, paused)["create"]) == "full"
        for action in reads(store, paused).values():
            action()
    writes(store, paused)["create"]()


# Of a file: a server has its own place.
def test_a_removed_folder_is_noticed_and_comes_back(store: Store, paused: str, tmp_path: Path) -> None:
    home = tmp_path.rename(tmp_path.with_name("elsewhere"))
    actions = [*reads(store, paused).values(), *writes(store, paused).values(), lambda: Store(store.url, make=False)]
    assert {refused(action) for action in actions} == {"gone"}
    assert not file_of(store).exists(), "an empty store in its place would hide that it is gone"
    home.rename(tmp_path)
    store.set_state(paused, "running")


# Of a file, too.
def test_another_file_in_the_stores_place_is_taken_for_what_it_is(store: Store, paused: str, tmp_path: Path) -> None:
    file, copy = file_of(store), tmp_path / "copy"
    store.close()
    shutil.copy(file, copy)
    for content in (b"a text " * 1000, b""):
        (tmp_path / "other").write_bytes(content)
        (tmp_path / "other").replace(file)
        assert {refused(action) for action in reads(store, paused).values()} == {"foreign"}
    copy.replace(file)
    assert store.get(paused).id == paused


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("foo", "got 'foo', allowed: a database's URL"),
        ("://", "got '://'"),
        ("sqlite://", "got 'sqlite://', which workers could not see"),
        ("oracle9://nowhere/db", "got oracle9://nowhere/db"),
        ("postgresql+nodriver://u:secret@h/db", "got postgresql+nodriver://u:***@h/db"),
        ("mysql+pymysql://u:secret@h/db", "u:***@h/db needs the package pymysql, which is not installed"),
    ],
)
def test_a_url_that_names_no_store_is_refused_in_a_sentence(url: str, part: str) -> None:
    with pytest.raises(WrongSetup) as caught:
        Store(url)
    assert "GENLAB_STORE" in str(caught.value)
    assert part in str(caught.value)
    assert "secret" not in str(caught.value)


class Driver(Exception):
    """An error as drivers of servers raise it."""

    def __init__(self, *arguments: Any, sqlstate: str | None = None) -> None:
        super().__init__(*arguments)
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("error", "disconnected", "kind"),
    [
        (Driver("connection refused"), False, "away"),
        (Driver("server closed the connection", sqlstate="57P01"), True, "away"),
        (Driver("could not extend file", sqlstate="53100"), False, "full"),
        (Driver("canceling statement due to lock timeout", sqlstate="55P03"), False, "busy"),
        (Driver("cannot execute INSERT in a read-only transaction", sqlstate="25006"), False, "read_only"),
        (Driver("value too long", sqlstate="22001"), False, "fault"),
        (Driver(1205, "Lock wait timeout exceeded"), False, "busy"),
        (Driver(1114, "The table is full"), False, "full"),
    ],
)
def test_what_servers_say_is_understood(error: Exception, disconnected: bool, kind: str) -> None:
    assert meaning(error, disconnected, None) == kind


@pytest.mark.parametrize("kind", SENTENCES)
def test_trouble_comes_whole_from_another_process_and_has_a_word_for_training(kind: Any) -> None:
    trouble = pickle.loads(pickle.dumps(StoreTrouble(kind)))
    assert (trouble.kind, str(trouble)) == (kind, SENTENCES[kind])
    assert STANDSTILL[kind].startswith("Training stands still, because")


@pytest.mark.postgresql
@pytest.mark.parametrize("new_url", DATABASES[1:], indirect=True)
@pytest.mark.parametrize("kind", ["away", "read_only", "gone"])
def test_a_server_that_has_trouble_is_understood_and_comes_back(
    store: Store, paused: str, postgresql: Server, kind: str
) -> None:
    name = store.engine.url.database or ""
    harm, heal = {
        "away": (f"ALTER DATABASE {name} ALLOW_CONNECTIONS false", f"ALTER DATABASE {name} ALLOW_CONNECTIONS true"),
        "read_only": (
            f"ALTER DATABASE {name} SET default_transaction_read_only = on",
            f"ALTER DATABASE {name} RESET default_transaction_read_only",
        ),
        "gone": ("ALTER SCHEMA public RENAME TO elsewhere", "ALTER SCHEMA elsewhere RENAME TO public"),
    }[kind]
    before = store.get(paused)
    of = name if kind == "gone" else "postgres"
    cut_off = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    postgresql.execute(of, harm)
    postgresql.execute("postgres", cut_off)
    actions = [*writes(store, paused).values()]
    actions += [] if kind == "read_only" else reads(store, paused).values()
    assert {refused(action) for action in actions} == {kind}
    postgresql.execute(of, heal)
    if kind != "gone":
        postgresql.execute("postgres", cut_off)
    assert store.get(paused) == before
    assert store.set_state(paused, "running").state == "running"


@every_database
def test_a_slice_that_could_not_be_written_is_written_when_the_store_is_back(
    store: Store, small: dict[str, Any], weights_of: Callable[..., Any], trained_alone: Callable[..., Any]
) -> None:
    run_id, runs = store.create("ada", "vae", "ring8", small).id, HotRuns(store)
    runs.advance(run_id, 0.02, save=False)
    with locked(store):
        for _ in range(2):
            refused(lambda: runs.advance(run_id, 0.02, save=False))
        trained = runs.runs[run_id].trainer.step
        assert store.get(run_id).step < trained
    runs.advance(run_id, 0.0, save=False)
    assert store.get(run_id).step >= trained, "no step is made twice"
    runs.advance(run_id, 60.0, save=True)
    assert (store.get(run_id).state, store.get(run_id).error) == ("finished", None)
    weights, points = trained_alone("vae", "ring8", small)
    assert weights_of(store, run_id) == weights
    assert store.points(run_id) == points
