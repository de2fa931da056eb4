"""How much one person may keep: with more, no run of theirs is begun, and a sentence says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import insert

import genlab
from genlab.runs import Store
from genlab.runs.bundle.carry import import_bundle
from genlab.runs.limits import megabytes_per_owner
from genlab.runs.setup import check
from genlab.runs.store.record import SHIPPED, Run, RunError
from genlab.runs.store.tables import FRAMES
from genlab.runs.trouble import WrongSetup

REFUSED = r"^Your runs take 1 MB of the 1 MB that one person may keep here\. Delete some on the page Runs\.$"


@pytest.fixture(autouse=True)
def little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENLAB_MEGABYTES_PER_OWNER", "1")


def filled(store: Store, owner: str) -> Run:
    """A run that takes more than a megabyte."""
    run = store.create(owner, "ae", "ring8", state="paused")
    with store.engine.begin() as connection:
        connection.execute(insert(FRAMES).values(run_id=run.id, step=1, blob=b"x" * 1_100_000))
    return run


@pytest.mark.every_database
def test_who_keeps_as_much_as_one_may_begins_no_other_run(store: Store) -> None:
    run = filled(store, "ada")
    with pytest.raises(RunError, match=REFUSED):
        store.create("ada", "ae", "ring8")
    with pytest.raises(RunError, match=REFUSED):
        store.fork(run.id, 0, "ada")
    assert [one.id for one in store.list("ada")] == [run.id]
    store.create("ben", "ae", "ring8")  # another's room is another's
    store.set_state(run.id, "running")  # and what is there trains on
    store.delete(run.id)
    store.create("ada", "ae", "ring8")


@pytest.mark.every_database
def test_a_bundle_is_refused_too_and_nothing_of_it_is_taken(store: Store) -> None:
    bundle = Path(genlab.__file__).parents[1] / "pretrained" / "vae-ring8"
    filled(store, "ben")
    with pytest.raises(RunError, match=REFUSED):
        import_bundle(store, bundle, "ben")
    assert len(store.list("ben")) == 1
    filled(store, SHIPPED)
    assert import_bundle(store, bundle, SHIPPED).owner == SHIPPED  # what ships is nobody's


def test_the_setting_is_checked_when_the_app_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    assert megabytes_per_owner() == 1
    monkeypatch.delenv("GENLAB_MEGABYTES_PER_OWNER")
    assert megabytes_per_owner() == 5000
    for wrong in ("0", "-1", "much", "1.5"):
        monkeypatch.setenv("GENLAB_MEGABYTES_PER_OWNER", wrong)
        with pytest.raises(WrongSetup, match=r"GENLAB_MEGABYTES_PER_OWNER: got '.*', allowed: whole numbers from 1"):
            check()
