"""Two servers on one PostgreSQL, each with its own home: one trains, the other takes over at once when it is gone."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from runs.postgres import Server
from sqlalchemy import text

from genlab.runs import Store
from genlab.runs.work.scheduler import Scheduler

pytestmark = pytest.mark.postgresql

Until = Callable[..., None]
ENDLESS: dict[str, Any] = {"likelihood": "gaussian", "latents": 2, "hidden": 8, "batch": 8, "steps": 1_000_000}
OTHER = """
import sys, time
from genlab.runs import Store
from genlab.runs.work.alone import alone
store = Store(sys.argv[1])
assert alone(store.url, store.engine).take()
print("works", flush=True)
time.sleep(600)
"""


@pytest.fixture
def store(postgresql: Server) -> Any:
    store = Store(postgresql.new())
    yield store
    store.close()


def test_the_server_of_tests_that_are_killed_ends_too(until: Until) -> None:
    program = (
        f"import sys, time; sys.path.insert(0, {str(Path(__file__).parents[2])!r}); from runs.postgres import serving"
    )
    program += "\nwith serving() as server: print(server.folder, flush=True); time.sleep(600)"
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as tests:
        assert tests.stdout is not None
        folder = Path(tests.stdout.readline().strip())
        assert (folder / "data/postmaster.pid").exists()
        tests.kill()
        tests.wait()
    until(lambda: not folder.exists())


def test_one_that_is_killed_leaves_its_runs_to_the_other(store: Store, until: Until, tmp_path: Path) -> None:
    """The other machine shares nothing but the database."""
    environment = os.environ | {"GENLAB_HOME": str(tmp_path)}
    command = [sys.executable, "-c", OTHER, store.url]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "works\n"
        scheduler = Scheduler(store, workers=1)
        scheduler.start()
        try:
            assert not scheduler.working.wait(1.0)
            other.kill()
            other.wait()
            until(scheduler.working.is_set, 10)
        finally:
            scheduler.stop()
            other.kill()


def test_one_whose_connection_is_cut_lets_the_other_train(store: Store, until: Until) -> None:
    both = [Scheduler(store, workers=1) for _ in range(2)]

    def held() -> list[int]:
        with store.engine.connect() as connection:
            query = text("SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted")
            return list(connection.execute(query).scalars())

    def working() -> list[Scheduler]:
        return [scheduler for scheduler in both if scheduler.working.is_set()]

    try:
        for scheduler in both:
            scheduler.start()
        until(lambda: len(working()) == 1)
        (first,) = working()
        before = held()
        with store.engine.begin() as connection:
            cut = text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted")
            assert connection.execute(cut).scalars().all() == [True]
        until(lambda: held() not in (before, []))
        until(lambda: len(working()) == 1)
        run = store.create("ada", "vae", "ring8", ENDLESS)
        until(lambda: store.get(run.id).step > 0, 120)
        first.stop()
        until(lambda: working() == [scheduler for scheduler in both if scheduler is not first])
    finally:
        for scheduler in both:
            scheduler.stop()
