"""How fast people's runs move beside one who starts many.

    python -m benchmarks.crowd.greedy [--others 29] [--greedy 96]

Prints one JSON line: the others' steps in so many seconds (in all, and of the slowest), and the seconds between two
movements of a run as its page would see them.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time

from genlab.runs import Store
from genlab.runs.work.scheduler import Scheduler

SMALL = {"likelihood": "gaussian", "latents": 2, "hidden": 32, "steps": 1_000_000}
LOOK_SECONDS = 0.1


def main() -> None:
    """Starts the runs, the greedy person's first, and watches the others'."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--others", type=int, default=29)
    parser.add_argument("--greedy", type=int, default=96)
    parser.add_argument("--seconds", type=float, default=25.0)
    parser.add_argument("--workers", type=int, default=2)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/genlab.sqlite")
        scheduler = Scheduler(store, workers=chosen.workers)
        scheduler.start()
        scheduler.warm()
        while not all(lane.ready for lane in scheduler.lanes):
            time.sleep(LOOK_SECONDS)
        for _ in range(chosen.greedy):
            store.create("greedy", "vae", "ring8", SMALL)
        others = [store.create(f"student {number}", "vae", "ring8", SMALL).id for number in range(chosen.others)]
        scheduler.wake()
        print(json.dumps(vars(chosen) | watched(store, others, chosen.seconds)))
        scheduler.stop()
        store.close()


def watched(store: Store, others: list[str], seconds: float) -> dict[str, float]:
    """What the others' runs did in so many seconds."""
    began = time.monotonic()
    moved, steps, gaps, first = dict.fromkeys(others, began), dict.fromkeys(others, 0), [], []
    while (now := time.monotonic()) < began + seconds:
        for run in store.several(others):
            if run.step > steps[run.id]:
                (gaps if steps[run.id] else first).append(now - moved[run.id])
                steps[run.id], moved[run.id] = run.step, now
        time.sleep(LOOK_SECONDS)
    gaps.sort()
    return {
        "steps": sum(steps.values()),
        "slowest": min(steps.values()),
        "moved": sum(step > 0 for step in steps.values()),
        "first_median": round(statistics.median(first), 2) if first else float("nan"),
        "first_max": round(max(first), 2) if first else float("nan"),
        "gap_median": round(statistics.median(gaps), 2) if gaps else float("nan"),
        "gap_p99": round(gaps[int(0.99 * len(gaps))], 2) if gaps else float("nan"),
    }


if __name__ == "__main__":
    main()
