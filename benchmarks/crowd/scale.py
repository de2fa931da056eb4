"""What saturates first when a school, or a university, learns at once: a simulation with costs measured here.

    python -m benchmarks.crowd.scale [--students 30 1000 100000] [--move-seconds 2.5] [--update-ms 3] [--session-mb 4]

Every student has one run that trains and a page that watches it. Measured: what one look of the real scheduler takes
with so many runs in the store and so many lanes that have ended a slice; what a slice costs beside its training, and
how long its transaction holds the store; the bytes that it leaves. Given, from benchmarks/crowd/classroom.py: what an
answered update costs the server (--update-ms of a core), and what a session holds of its memory (--session-mb).
Simulated: lanes that train slices, one thread that hands them out, and a store that takes one transaction at a time
(--store-cores N: so many). Prints one JSON object a line: for each number of students as many lanes as let each run
move in time, were all else free, and what then keeps them from it. What takes most of its own time saturates first.
"""

from __future__ import annotations

import argparse
import heapq
import json
import math
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert

from benchmarks.crowd.classroom import at
from genlab.runs import Store
from genlab.runs.store.rows import blank_row
from genlab.runs.store.space import run_bytes
from genlab.runs.store.tables import RUNS
from genlab.runs.work.hot import HotRuns
from genlab.runs.work.pauses import Seldom
from genlab.runs.work.scheduler import Scheduler
from genlab.runs.work.turns import SHORTEST_SLICE, slice_seconds
from genlab.runs.work.worker import HOT_RUNS

SMALL = {"likelihood": "gaussian", "latents": 2, "hidden": 32, "steps": 1_000_000}
UPDATES_A_SECOND = 2.0
SIMULATED_SECONDS = 20.0
SLICES_MEASURED, LOOKS_MEASURED = 60, 10
ROWS_AT_ONCE = 1000
# With more rows, what a look costs is reckoned from what it costs with so many: it grows with them.
RUNS_MEASURED = (100, 3000)


@dataclass(frozen=True)
class Costs:
    """Seconds: of a look, its own, for each run of the store and for each slice that it takes and hands out; of a slice
    beside its training; of its transaction. bytes: of a run, when it has trained for a minute."""

    look: float
    look_run: float
    look_slice: float
    beside: float
    transaction: float
    bytes: int


class Pretended:
    """An executor whose slices end when they are told to."""

    def __init__(self) -> None:
        self.given: list[Future[int]] = []

    def submit(self, *_: Any) -> Future[int]:
        """Something that is not done yet."""
        self.given.append(Future())
        return self.given[-1]


def look_seconds(runs: int, lanes: int) -> tuple[float, float]:
    """One look of the scheduler with so many runs: where nothing has ended, and where a slice of each lane has."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/genlab.sqlite")
        rows = [
            blank_row(f"student {number}", "vae", "ring8", SMALL, 0, "") | {"state": "running"}
            for number in range(runs)
        ]
        for first in range(0, runs, ROWS_AT_ONCE):
            with store.engine.begin() as connection:
                connection.execute(insert(RUNS), rows[first : first + ROWS_AT_ONCE])
        scheduler = Scheduler(store, workers=lanes)
        executors = [Pretended() for _ in scheduler.lanes]
        for lane, executor in zip(scheduler.lanes, executors, strict=True):
            lane.executor, lane.pid = executor, 1  # type: ignore[assignment]
        scheduler.reads.rest = 0.0
        look = scheduler._look_once
        look()
        idle, all_ended = [], []
        for _ in range(LOOKS_MEASURED):
            idle.append(timed(look, time.thread_time))
            for executor in executors:
                executor.given.pop().set_result(1)
            all_ended.append(timed(look, time.thread_time))
        store.close()
        return min(idle), min(all_ended)


def timed(act: Any, clock: Callable[[], float] = time.perf_counter) -> float:
    """The seconds that it takes."""
    began = clock()
    act()
    return clock() - began


def slice_costs(url: str) -> tuple[float, float, int]:
    """Of a slice of a small run in a store: seconds beside training, seconds of its transaction, bytes of the run."""
    store = Store(url)
    run = store.create("student", "vae", "ring8", SMALL)
    hot, written, beside = HotRuns(store), [], []
    write = store.write_slice
    store.write_slice = lambda run_id, made: written.append(timed(lambda: write(run_id, made))) or True  # type: ignore
    try:
        for _ in range(SLICES_MEASURED):
            hot.advance(run.id, SHORTEST_SLICE, save=False)
            before = store.get(run.id).seconds
            took = timed(lambda: hot.advance(run.id, SHORTEST_SLICE, save=False))
            beside.append(max(0.0, took - (store.get(run.id).seconds - before)))
        # As on a machine that has nothing else to do: this one may have.
        return at(sorted(beside), 0.2), at(sorted(written), 0.2), run_bytes(store.engine)[run.id]
    finally:
        store.delete(run.id)
        store.close()


def measured(url: str) -> Costs:
    """All of it."""
    few, many = RUNS_MEASURED
    (idle_few, _), (idle_many, ended_many) = look_seconds(few, 2), look_seconds(many, 64)
    each = (idle_many - idle_few) / (many - few)
    beside, transaction, size = slice_costs(url)
    return Costs(
        max(0.0, idle_few - few * each), each, max(0.0, ended_many - idle_many) / 64, beside, transaction, size
    )


@dataclass
class Outcome:
    """What so many lanes make of so many runs: gaps between two movements of a run, and the shares of time in which
    the scheduler's thread and the store were busy."""

    gaps: list[float]
    scheduler: float
    store: float


def simulated(runs: int, lanes: int, costs: Costs, store_cores: int) -> Outcome:
    """Runs go in turn on their lanes. A lane that has trained waits for the store, then for the scheduler's next look,
    which takes all that have ended by then."""
    seconds = slice_seconds(math.ceil(runs / lanes))
    queues = [list(range(lane, runs, lanes)) for lane in range(lanes)]
    place, last = [0] * lanes, [-1.0] * runs
    free = [0.0] * store_cores
    ends = [(seconds * lane / lanes, lane) for lane in range(lanes)]
    heapq.heapify(ends)
    written: list[tuple[float, int]] = []
    now = busy = stored = read_again = 0.0
    gaps: list[float] = []
    while now < SIMULATED_SECONDS:
        # What the lanes have trained until now goes to the store in its order.
        while ends and (not written or ends[0][0] <= now):
            end, lane = heapq.heappop(ends)
            begins = max(end, heapq.heappop(free))
            heapq.heappush(free, begins + costs.transaction)
            stored += costs.transaction
            heapq.heappush(written, (begins + costs.transaction, lane))
        now = max(now, written[0][0])
        taken = []
        while written and written[0][0] <= now:
            moment, lane = heapq.heappop(written)
            run = queues[lane][place[lane] % len(queues[lane])]
            if last[run] >= 0:
                gaps.append(moment - last[run])
            last[run] = moment
            place[lane] += 1
            taken.append(lane)
        look = len(taken) * costs.look_slice
        if now >= read_again:
            reading = costs.look + runs * costs.look_run
            look, read_again = look + reading, now + look + reading + Seldom.rest * reading
        now, busy = now + look, busy + look
        for lane in taken:
            heapq.heappush(ends, (now + seconds + costs.beside - costs.transaction, lane))
    # Who has not moved yet has waited as long as this.
    gaps += [now - max(moment, 0.0) for moment in last if now - moment > SIMULATED_SECONDS / 2]
    return Outcome(sorted(gaps), busy / now, stored / now / store_cores)


def lanes_for(runs: int, move_seconds: float, costs: Costs) -> int:
    """How many lanes let each run move in time, were all else free."""
    each = int(move_seconds / (SHORTEST_SLICE + costs.beside))
    return math.ceil(runs / min(each, HOT_RUNS))


def main() -> None:
    """Measures, simulates, and prints a line for each number of students."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, nargs="+", default=[30, 300, 1000, 100_000])
    parser.add_argument("--move-seconds", type=float, default=2.5)
    parser.add_argument("--update-ms", type=float, default=3.0)
    parser.add_argument("--session-mb", type=float, default=4.0)
    parser.add_argument("--store", help="a database's URL, by default a new SQLite file")
    parser.add_argument("--store-cores", type=int, default=1, help="how many transactions it takes at a time")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        costs = measured(chosen.store or f"sqlite:///{folder}/genlab.sqlite")
    print(json.dumps({"measured": {name: float(f"{value:.3g}") for name, value in vars(costs).items()}}))
    for students in chosen.students:
        lanes = lanes_for(students, chosen.move_seconds, costs)
        outcome = simulated(students, lanes, costs, chosen.store_cores)
        updates = students * UPDATES_A_SECOND
        said = {
            "students": students,
            "lanes": lanes,
            "gap_median_s": round(at(outcome.gaps, 0.5), 2),
            "gap_p99_s": round(at(outcome.gaps, 0.99), 2),
            "scheduler_busy": round(outcome.scheduler, 3),
            "store_busy": round(outcome.store, 3),
            "server_cores": round(updates * chosen.update_ms / 1000, 1),
            "server_gb": round(students * chosen.session_mb / 1000, 1),
            "store_gb": round(students * costs.bytes / 1e9, 1),
        }
        print(json.dumps(said))


if __name__ == "__main__":
    main()
