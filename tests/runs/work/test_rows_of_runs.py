"""Rows made by a worker: of a run in a store, and of what needs no training."""

from __future__ import annotations

from pathlib import Path

import pytest

from genlab.models import FAMILIES
from genlab.runs import Store
from genlab.runs.store.record import RunError
from genlab.runs.work.hot import HotRuns
from genlab.runs.work.rows import rows_of_run, rows_without_training


def test_rows_of_a_run(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'runs.sqlite'}")
    config = FAMILIES["ae"].preset("classroom", "points", {"hidden": 8, "steps": 10}).model_dump()
    run, untrained = (store.create("ada", "ae", "two_gaussians_1d", config) for _ in range(2))
    HotRuns(store).advance(run.id, 5.0, save=True)
    rows = rows_of_run(store.url, run.id, seed=0)
    assert [(row.model, row.rule, row.steps) for row in rows] == [("ae", "normal", 10), ("ae", "mixture", 10)]
    assert all(row.sheet.startswith(b"\x89PNG") and "js" in row.metrics for row in rows)
    assert rows == rows_of_run(store.url, run.id, seed=0)
    for name in (untrained.id, "nothing"):
        with pytest.raises(RunError):
            rows_of_run(store.url, name, seed=0)
    store.close()


def test_what_needs_no_training() -> None:
    real, pca = rows_without_training("two_gaussians_1d", 0)
    assert (real.model, pca.model, pca.rule) == ("real", "pca", "normal")
    assert real.metrics["js"] < pca.metrics["js"]
