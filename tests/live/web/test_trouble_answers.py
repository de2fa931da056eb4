"""Every route while the store is locked or gone: a sentence, soon; and what the browser is told of a standstill."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Barrier, Event, Thread
from types import SimpleNamespace

import pytest
from live.asked import ask, get, post

from genlab.live import lab as lab_module
from genlab.live.api import ROUTES
from genlab.live.lab import lab, make_lab, shipped_ids, shipped_runs
from genlab.runs.trouble import SENTENCES, StoreTrouble
from genlab.runs.work.scheduler import Scheduler

pytestmark = pytest.mark.usefixtures("impatient")

BODIES = {"/lab/nearest": bytes(784), "/lab/runs/{id}/decode": bytes(4)}


@pytest.fixture
def locked(own_lab: None) -> Iterator[str]:
    """A run of a store that another program has locked whole."""
    run_id = lab().store.create("ada", "vae", "mnist5k", preset="classroom").id
    lab().store.close()
    other = sqlite3.connect(str(lab().store.engine.url.database), isolation_level=None)
    other.execute("PRAGMA locking_mode=EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    other.execute("UPDATE runs SET seed = seed")
    yield run_id
    other.execute("ROLLBACK")
    other.close()


def asking_the_store() -> list[tuple[str, str]]:
    """(method, path) of every route that is about a run."""
    return [
        (method, route.path)
        for route in ROUTES
        if ("/runs/" in route.path or route.path in BODIES)
        for method in sorted((route.methods or set()) - {"HEAD"})
    ]


@pytest.mark.parametrize(("method", "path"), asking_the_store())
def test_a_locked_store_is_said_by_every_route(method: str, path: str, locked: str, waits: Callable[[], int]) -> None:
    address = path.replace("{id}", locked).replace("{step}", "0").replace("{name}", "decoder") + f"?run={locked}"
    answer = ask(method, address, BODIES.get(path, b""))
    assert waits() == 1
    assert answer.status == 503
    assert answer.json() == {"error": SENTENCES["busy"], "trouble": "busy"}
    assert answer.headers["cache-control"] == "no-store"


def test_what_needs_no_store_is_answered_all_the_same(locked: str) -> None:
    assert get("/lab/static/run/index.js").status == 200
    assert post("/lab/picture", b"none").status == 422


def test_a_removed_home_is_said(own_lab: None, tmp_path: Path) -> None:
    run_id = lab().store.create("ada", "vae", "mnist5k", preset="classroom").id
    home = tmp_path.rename(tmp_path.with_name("elsewhere"))
    assert get(f"/lab/runs/{run_id}").json() == {"error": SENTENCES["gone"], "trouble": "gone"}
    home.rename(tmp_path)
    assert get(f"/lab/runs/{run_id}").status == 200


def test_a_run_that_should_train_and_does_not_says_why(own_lab: None) -> None:
    store, scheduler = lab().store, lab().scheduler
    runs = {
        state: store.create("ada", "vae", "ring8", preset="classroom", state=state) for state in ("running", "paused")
    }
    scheduler.wanted = store.runnable()
    assert get(f"/lab/runs/{runs['running'].id}").json()["standstill"] is None
    for lane in scheduler.lanes:
        lane.start_failed(OSError(12, "Cannot allocate memory"))
    assert get(f"/lab/runs/{runs['running'].id}").json()["standstill"] == "no_worker"
    assert get(f"/lab/runs/{runs['paused'].id}").json()["standstill"] is None


def test_a_class_that_opens_a_locked_store_waits_together(locked: str, waits: Callable[[], int]) -> None:
    make_lab.cache_clear()
    visitors, said, barrier = 8, [], Barrier(8)

    def visit() -> None:
        barrier.wait()
        try:
            lab()
        except StoreTrouble as trouble:
            said.append(trouble.kind)

    threads = [Thread(target=visit) for _ in range(visitors)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == ["busy"] * visitors
    assert waits() == 1


def test_shipped_runs_that_cannot_be_unpacked_now_keep_no_page_waiting(
    own_lab: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, now = [], [1000.0]

    def full(*_: object, **__: object) -> None:
        asked.append(1)
        if now[0] == 1000:
            raise StoreTrouble("full")

    monkeypatch.setattr("genlab.runs.bundle.import_bundle", full)
    monkeypatch.setattr("genlab.runs.work.pauses.time", SimpleNamespace(monotonic=lambda: now[0]))
    assert shipped_ids()
    assert (shipped_runs(), shipped_runs()) == ([], [])
    assert len(asked) == 1, "not tried anew by every page"
    now[0] += 60
    shipped_runs()
    assert len(asked) == 1 + len(shipped_ids())


def test_a_server_that_starts_on_a_locked_store_trains_as_soon_as_it_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GENLAB_HOME", str(tmp_path))
    monkeypatch.delenv("GENLAB_STORE", raising=False)
    monkeypatch.setattr(lab_module, "PRETRAINED", tmp_path / "nothing")
    monkeypatch.setattr("genlab.runs.work.pauses.FIRST_SECONDS", 0.02)
    begun = Event()
    monkeypatch.setattr(Scheduler, "start", lambda _: begun.set())
    monkeypatch.setattr(Scheduler, "warm", lambda _: None)
    monkeypatch.setattr("gc.freeze", lambda: None)  # it is for a server; here it would last for all later tests
    make_lab.cache_clear()
    other = sqlite3.connect(tmp_path / "genlab.sqlite", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    other.execute("CREATE TABLE others (id INTEGER)")
    with pytest.raises(StoreTrouble):
        lab()
    opening = Thread(target=lab_module.open_lab, args=[Event()])
    opening.start()
    assert not begun.wait(0.1)
    other.execute("ROLLBACK")
    other.close()
    assert begun.wait(30)
    opening.join()
    lab().store.close()
    make_lab.cache_clear()
