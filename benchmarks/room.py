"""What a finished run takes in the store, and what keeping it costs: every family's preset, trained to its end.

    python -m benchmarks.room [--families vae ae] [--preset classroom] [--data mnist5k]

One process trains, as a worker does. Prints a JSON object for each family: megabytes (10^6 bytes) of its checkpoints,
nets and pictures as they lie in the database; the steps from which it can be forked, and of which of these the
optimisers' memory is kept; processor's seconds of its whole training, and those in the store's transactions.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from typing import Any

from sqlalchemy import func, select

from genlab.data import load
from genlab.models import FAMILIES
from genlab.runs import Store
from genlab.runs.store.record import State
from genlab.runs.store.slices import Slice
from genlab.runs.store.space import MEGABYTE
from genlab.runs.store.tables import CHECKPOINTS, FRAMES, NETS
from genlab.runs.work.hot import HotRuns

SLICE_SECONDS = 0.5


class Timed(Store):
    """A store that counts the processor's seconds of its slices' transactions."""

    seconds = 0.0

    def write_slice(self, run_id: str, made: Slice) -> State | None:
        began = time.process_time()
        try:
            return super().write_slice(run_id, made)
        finally:
            self.seconds += time.process_time() - began


def finished(family: str, preset: str, data: str) -> dict[str, Any]:
    """A run of a store of its own, trained to its end, and what it takes."""
    with tempfile.TemporaryDirectory() as folder:
        store = Timed(f"sqlite:///{folder}/genlab.sqlite")
        run, hot = store.create("student", family, data, preset=preset), HotRuns(store)
        began = time.process_time()
        while store.get(run.id).state == "running":
            hot.advance(run.id, SLICE_SECONDS, save=False)
        took = time.process_time() - began
        done = store.get(run.id)
        assert (done.state, done.error) == ("finished", None)
        with store.engine.connect() as connection:
            sizes = {
                table.name: (connection.scalar(select(func.sum(func.length(table.c.blob)))) or 0) / MEGABYTE
                for table in (CHECKPOINTS, NETS, FRAMES)
            }
        kept = store.checkpoint_steps(run.id)
        store.close()
    said = {"family": family, "preset": preset, "data": data, "steps": done.step}
    said |= {"megabytes": round(sum(sizes.values()), 2)} | {name: round(size, 2) for name, size in sizes.items()}
    return said | {"forks": kept, "cpu_s": round(took, 1), "store_cpu_s": round(store.seconds, 2)}


def main() -> None:
    """Trains, looks, and prints a line for each family."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--families", nargs="+", choices=sorted(FAMILIES), default=list(FAMILIES))
    parser.add_argument("--preset", default="classroom")
    parser.add_argument("--data", default="mnist5k")
    chosen = parser.parse_args()
    kind = load(chosen.data).kind
    for family in chosen.families:
        if (chosen.preset, kind) in FAMILIES[family].presets:
            print(json.dumps(finished(family, chosen.preset, chosen.data)), flush=True)


if __name__ == "__main__":
    main()
