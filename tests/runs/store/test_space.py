"""The room that a store takes: nets that may not be too large, old runs that go, a disk that gets its room back."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from genlab.models import FAMILIES, ConfigError
from genlab.models.base import fitting, limits
from genlab.models.size import MOST_PARAMETERS, parameters
from genlab.runs import Run, Store
from genlab.runs.store.record import SHIPPED, NotYours
from genlab.runs.store.rows import now
from genlab.runs.store.slices import Slice
from genlab.runs.store.tables import RUNS

BLOB = b"x" * 500_000


def with_weights(store: Store, days: float, owner: str = "ada", state: Any = "finished", blobs: int = 1) -> Run:
    """A run of so many half megabytes that was last used so many days ago."""
    run = store.create(owner, "ae", "ring8")
    store.write_slice(run.id, Slice(0, 1, 1.0, 0, checkpoints=[(step, True, BLOB) for step in range(blobs)]))
    with store.engine.begin() as connection:
        old = now() - timedelta(days=days)
        connection.execute(update(RUNS).where(RUNS.c.id == run.id).values(state=state, updated=old))
    return run


def left(store: Store) -> set[str]:
    """The ids of what is there."""
    return {run.id for run in store.list()}


@pytest.mark.every_database
def test_what_nobody_has_used_for_long_goes(store: Store) -> None:
    old, newer = with_weights(store, 200), with_weights(store, 100)
    assert store.clean(days=180, megabytes=100).runs == 1
    assert left(store) == {newer.id} != {old.id}
    assert [store.megabytes(owner) for owner in ("ada", "bob")] == [0.5, 0.0]


@pytest.mark.every_database
def test_the_longest_unused_go_until_there_is_room(store: Store) -> None:
    runs = [with_weights(store, days) for days in (40, 30, 20, 10)]
    cleaned = store.clean(days=1000, megabytes=1.0)
    assert (cleaned.runs, cleaned.megabytes) == (2, 1.0)
    assert left(store) == {run.id for run in runs[2:]}


@pytest.mark.every_database
def test_what_was_used_this_week_trains_or_ships_never_goes(store: Store) -> None:
    kept = {
        with_weights(store, 6).id,
        with_weights(store, 300, state="running").id,
        with_weights(store, 300, owner=SHIPPED).id,
    }
    opened, pinned, unpinned = (with_weights(store, 300) for _ in range(3))
    store.opened(opened.id)
    for run, is_pinned in ((pinned, True), (unpinned, False)):
        store.pin(run.id, owner="ada")
        store.pin(run.id, is_pinned)
        with store.engine.begin() as connection:
            connection.execute(update(RUNS).where(RUNS.c.id == run.id).values(updated=now() - timedelta(days=300)))
    with_weights(store, 300)
    assert store.clean(days=0, megabytes=0).runs == 2
    assert left(store) == kept | {opened.id, pinned.id}
    assert [store.get(run_id).pinned for run_id in (pinned.id, opened.id)] == [True, False]
    with pytest.raises(NotYours):
        store.pin(pinned.id, False, owner="bob")


# A server gives room back by itself, when it likes (autovacuum).
def test_the_disk_gets_back_what_a_deleted_run_took(store: Store) -> None:
    path = Path(str(store.engine.url.database))
    run = with_weights(store, 0, blobs=20)
    store.clean(days=1000, megabytes=1000)
    full = path.stat().st_size
    assert full > 5_000_000
    store.delete(run.id)
    store.clean(days=1000, megabytes=1000)
    assert path.stat().st_size < full / 10
    log = path.with_name(path.name + "-wal")
    assert not log.exists() or log.stat().st_size == 0


# A setting of SQLite's files.
def test_the_file_of_an_older_version_learns_to_give_back(store: Store) -> None:
    path = Path(str(store.engine.url.database))
    store.close()
    with sqlite3.connect(path) as older:
        older.execute("PRAGMA journal_mode=DELETE")
        older.execute("PRAGMA auto_vacuum=NONE")
        older.execute("VACUUM")
        assert older.execute("PRAGMA auto_vacuum").fetchone() == (0,)
    older.close()
    again = Store(store.url)
    run = with_weights(again, 0, blobs=20)
    again.delete(run.id)
    again.clean(days=1000, megabytes=1000)
    again.close()
    assert path.stat().st_size < 1_000_000


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_a_net_that_is_too_large_is_refused_in_a_sentence(store: Store, family: str) -> None:
    found = FAMILIES[family]
    kind, data = ("images", "mnist5k") if "images" in found.kinds else ("points", "ring8")
    name = next(iter(found.presets))[0]
    ends = {field: both[1] for field, info in found.config.model_fields.items() if (both := limits(info))}
    ends = {field: end for field, end in ends.items() if not fitting(found.config.model_fields[field], kind)}
    settings = dict(found.presets[name, kind]) | ends
    largest = parameters(found.build, found.config.parse(settings), (1, 28, 28) if kind == "images" else (2,))
    if largest <= MOST_PARAMETERS:
        assert store.create("ada", family, data, settings).config["hidden"] == 1024
        return
    with pytest.raises(ConfigError, match=r"^size: got [\d,]+ parameters, allowed: up to 10,000,000; take a smaller"):
        store.create("ada", family, data, settings)
    with pytest.raises(ConfigError, match=r"^size: got"):
        found.preset(name, kind, ends)
    assert store.list() == []


def test_every_preset_fits_with_room_to_spare() -> None:
    for family in FAMILIES.values():
        for name, kind in family.presets:
            shape = (1, 28, 28) if kind == "images" else (2,)
            assert parameters(family.build, family.preset(name, kind), shape) < MOST_PARAMETERS / 2
