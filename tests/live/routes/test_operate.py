"""What those who run a server ask it: whether it is ready, and numbers for Prometheus."""

from __future__ import annotations

from pathlib import Path

import pytest
from live.asked import get
from prometheus_client.parser import text_string_to_metric_families

from genlab.live.lab import lab

pytestmark = pytest.mark.usefixtures("own_lab")


def test_a_server_that_serves_is_ready() -> None:
    answer = get("/healthz")
    assert (answer.status, answer.json()) == (200, {"ready": True})


def test_one_without_its_store_is_not(tmp_path: Path) -> None:
    lab().store.list()
    home = tmp_path.rename(tmp_path.with_name("elsewhere"))
    answer = get("/healthz")
    assert (answer.status, answer.json()) == (503, {"ready": False, "trouble": "gone"})
    home.rename(tmp_path)
    assert get("/healthz").status == 200


def test_one_whose_workers_do_not_start_is_not() -> None:
    store, scheduler = lab().store, lab().scheduler
    store.create("ada", "vae", "ring8", preset="classroom")
    scheduler.wanted = store.runnable()
    for lane in scheduler.lanes:
        lane.start_failed(OSError(12, "Cannot allocate memory"))
    assert get("/healthz").json() == {"ready": False, "trouble": "no_worker"}


def test_prometheus_reads_the_numbers() -> None:
    store, scheduler = lab().store, lab().scheduler
    store.create("ada", "vae", "ring8", preset="classroom")
    store.create("ada", "vae", "ring8", preset="classroom", state="paused")
    scheduler.places = {"a": 1, "b": 2}
    scheduler.turns.took("a", 0.5)
    scheduler.turns.took("b", 0.25)
    answer = get("/metrics")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/plain")
    values = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.body.decode())
        for sample in family.samples
    }
    assert values == {
        ("genlab_runs", "running"): 1,
        ("genlab_runs", "paused"): 1,
        ("genlab_runs", "finished"): 0,
        ("genlab_runs", "failed"): 0,
        ("genlab_runs_waiting",): 2,
        ("genlab_slice_seconds_count",): 2,
        ("genlab_slice_seconds_sum",): 0.75,
    }
