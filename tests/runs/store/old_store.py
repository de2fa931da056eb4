"""Makes a store as the genlab that is imported leaves it, for the tests of later ones.

    PYTHONPATH=CHECKOUT python tests/runs/store/old_store.py tests/runs/store/old_stores/VERSION.sqlite

With all that a store can hold: a run in the middle of its training whose knob was turned, a finished GAN that made
single steps, one that failed, a fork, and one that waits for a worker. Also, as JSON, what that version reads in it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import lzma
import sqlite3
import sys
from pathlib import Path
from typing import Any

from genlab.runs import Store
from genlab.runs.work.hot import HotRuns

SMALL = {"hidden": 8, "batch": 16, "steps": 40}
THIN = {"hidden": 8, "depth": 1, "generator_hidden": 8, "generator_depth": 1, "latents": 2}


def main(file: Path) -> None:
    """The store and, beside it, what its version says of it."""
    store = Store(f"sqlite:///{file}")
    runs = HotRuns(store)
    vae = store.create("ada", "vae", "ring8", SMALL | {"likelihood": "gaussian", "latents": 2}, seed=3, name="隐空间")
    runs.advance(vae.id, 0.0, True)
    store.set_state(vae.id, "paused")
    store.change(vae.id, {"beta": 2.0})
    store.request_step(vae.id)
    runs.advance(vae.id, 0.0, True)
    gan = store.create("bob", "gan", "ring8", THIN, preset="classroom", state="paused")
    store.change(gan.id, {"steps": 10})
    for part in ("discriminator", "generator", None):
        store.request_step(gan.id, part)
        runs.advance(gan.id, 0.0, True)
    store.set_state(gan.id, "running")
    runs.advance(gan.id, 60.0, True)
    fork = store.fork(gan.id, store.checkpoint_steps(gan.id)[1], "ada", {"d_steps": 2})
    store.rename(fork.id, "a fork")
    store.create("ada", "ae", "mnist5k", {"latents": 2, "hidden": 8}, state="running")
    failed = store.create("ada", "ae", "ring8", SMALL)
    store.fail(failed.id, "its numbers were no longer finite")
    facts = plain({run.id: facts_of(store, run.id) for run in store.list()})
    file.with_suffix(".json").write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n")
    store.engine.dispose()
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("VACUUM")
    connection.close()
    file.with_name(f"{file.name}.xz").write_bytes(lzma.compress(file.read_bytes(), preset=9))
    file.unlink()


def facts_of(store: Store, run_id: str) -> dict[str, Any]:
    """All that the store gives of a run; of what is large, its digest."""
    asked: Any = store.asked(run_id)
    nets = {name: store.net(run_id, name) for name in ("decoder", "encoder", "critic", "probe")}
    return {
        # Without what later versions say besides.
        "run": {name: value for name, value in dataclasses.asdict(store.get(run_id)).items() if name != "pinned"},
        "points": store.points(run_id),
        "frames": {step: digest(store.frame(run_id, step)) for step in store.frame_steps(run_id)},
        "checkpoints": {step: digest(store.checkpoint(run_id, step)) for step in store.checkpoint_steps(run_id)},
        "nets": {name: (net[0], digest(net[1])) for name, net in nets.items() if net is not None},
        "events": [(event.step, event.kind, event.details) for event in store.events(run_id)],
        # Later versions say besides how many are alike.
        "asked": (asked.last, asked.part) if hasattr(asked, "last") else asked,
    }


def digest(blob: bytes) -> str:
    """A short fingerprint."""
    return hashlib.sha256(blob).hexdigest()[:16]


def plain(facts: Any) -> Any:
    """Facts as JSON has them."""
    return json.loads(json.dumps(facts, default=str))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
