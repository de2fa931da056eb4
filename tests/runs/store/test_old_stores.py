"""Stores that older versions made (by old_store.py) open with nothing lost, and their runs train on."""

from __future__ import annotations

import json
import lzma
from pathlib import Path
from typing import Any

import pytest
from old_store import facts_of, plain
from sqlalchemy import MetaData, create_engine, insert, select

from genlab.runs import Store
from genlab.runs.bundle import export_run, import_bundle
from genlab.runs.store.schema import migrate
from genlab.runs.store.tables import VERSIONS
from genlab.runs.work.hot import HotRuns

OLD = Path(__file__).parent / "old_stores"
VERSIONS_MADE = sorted(path.name.removesuffix(".sqlite.xz") for path in OLD.glob("*.sqlite.xz"))

pytestmark = pytest.mark.every_database


@pytest.fixture(params=VERSIONS_MADE)
def facts(request: pytest.FixtureRequest, new_url: str, tmp_path: Path) -> dict[str, Any]:
    """An old store at the test's URL, and what its version said of its runs."""
    file = tmp_path / "genlab.sqlite"
    file.write_bytes(lzma.decompress((OLD / f"{request.param}.sqlite.xz").read_bytes()))
    if not new_url.startswith("sqlite"):
        copy(file, new_url)
    return json.loads((OLD / f"{request.param}.json").read_text())


def copy(file: Path, url: str) -> None:
    """Puts the rows of an SQLite store into another database, in the tables that its version made there too."""
    old, new = create_engine(f"sqlite:///{file}"), create_engine(url)
    before, after = MetaData(), MetaData()  # as they were, whatever the code's tables have by now
    with old.connect() as reading, new.begin() as writing:
        migrate(writing, "0001")
        VERSIONS.drop(writing)
        before.reflect(reading)
        after.reflect(writing)
        for table in after.sorted_tables:
            if rows := [dict(row._mapping) for row in reading.execute(select(before.tables[table.name]))]:
                writing.execute(insert(table), rows)
        for name in ("events", "asked"):  # who inserts without a number goes on after the last
            writing.exec_driver_sql(f"SELECT setval('{name}_id_seq', (SELECT coalesce(max(id), 1) FROM {name}))")
    old.dispose()
    new.dispose()


def test_nothing_is_lost(facts: dict[str, Any], new_url: str) -> None:
    for _ in range(2):  # the first opening migrates
        store = Store(new_url)
        assert plain({run.id: facts_of(store, run.id) for run in store.list()}) == facts
        store.close()


def test_a_worker_trains_its_runs_on(facts: dict[str, Any], new_url: str) -> None:
    store = Store(new_url)
    runs = HotRuns(store)
    for run in store.list():
        if run.data == "ring8" and run.state != "finished":
            store.set_state(run.id, "running")
            runs.advance(run.id, 60.0, save=True)
            trained = store.get(run.id)
            assert (trained.state, trained.step, trained.error) == ("finished", run.config["steps"], None)
            assert [step for step, _ in store.points(run.id)][-1] == trained.step
    store.close()


def test_its_runs_are_changed_forked_and_exported_like_any_other(facts: dict[str, Any], new_url: str) -> None:
    store = Store(new_url)
    for run in store.list():
        if run.state == "paused" and run.owner == "ada":  # also with knobs that it has never heard of
            assert store.change(run.id, {"steps": 70}).config["steps"] == 70
    for run in store.list("bob"):
        assert store.change(run.id, {"steps": 40}).state == "paused"
        fork = store.fork(run.id, store.checkpoint_steps(run.id)[-1], "ada", {"d_steps": 3})
        assert fork.config["d_steps"] == 3
        bundle = import_bundle(store, export_run(store, run.id), owner="eve")
        assert store.points(bundle.id) == store.points(run.id)
    store.close()
