"""Runs that are advanced in this process, as a worker does."""

from __future__ import annotations

from collections.abc import Callable

from genlab.runs import Store
from genlab.runs.work.hot import HotRuns

Weights = Callable[[Store, str], dict[str, bytes]]


def advance_to(store: Store, hot: HotRuns, run_id: str, step: int) -> None:
    """Slices of one step each until the stored step is `step`."""
    while store.get(run_id).step != step:
        hot.advance(run_id, 0.0, save=False)


def finish(store: Store, hot: HotRuns, run_id: str) -> None:
    """Slices until the run is done, short enough that they are several."""
    store.set_state(run_id, "running")
    while store.get(run_id).state == "running":
        hot.advance(run_id, 0.05, save=False)
    assert store.get(run_id).error is None
