"""Whose a run is: only they change it, and whoever has the store itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from genlab.runs import Store
from genlab.runs.store.record import NotYours

pytestmark = pytest.mark.every_database

CHANGES: dict[str, Callable[[Store, str, Any], object]] = {
    "rename": lambda store, run_id, owner: store.rename(run_id, "mine now", owner=owner),
    "pause": lambda store, run_id, owner: store.set_state(run_id, "paused", owner=owner),
    "stop": lambda store, run_id, owner: store.set_state(run_id, "finished", owner=owner),
    "change": lambda store, run_id, owner: store.change(run_id, {"beta": 5}, owner=owner),
    "step": lambda store, run_id, owner: store.request_step(run_id, owner=owner),
    "pin": lambda store, run_id, owner: store.pin(run_id, owner=owner),
    "delete": lambda store, run_id, owner: store.delete(run_id, owner=owner),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("other", ["bob", "", "Ada", "ada ", "command line"])
def test_nobody_changes_the_run_of_another(store: Store, change: str, other: str) -> None:
    run = store.create("ada", "vae", "ring8", preset="classroom", state="paused" if change == "step" else "running")
    with pytest.raises(NotYours, match="somebody else's"):
        CHANGES[change](store, run.id, other)
    assert store.get(run.id) == run
    assert store.asked(run.id) is None


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("who", ["ada", None])
def test_the_owner_and_the_server_do(store: Store, change: str, who: str | None) -> None:
    run = store.create("ada", "vae", "ring8", preset="classroom", state="paused" if change == "step" else "running")
    CHANGES[change](store, run.id, who)
    assert store.list() != [run] or store.asked(run.id)
