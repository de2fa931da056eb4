"""Which lane each run is in, and whose turn it is there."""

from __future__ import annotations

import time
from collections.abc import Sequence

from genlab.runs.work.lanes import Lane

REBALANCE_SECONDS = 10.0


class Turns:
    """The runs of all lanes: each moves, none has more than its share for long."""

    def __init__(self, lanes: Sequence[Lane]) -> None:
        self.lanes = lanes
        # Seconds of a worker that each run has had, on a common clock: the run that had least goes next.
        self.served: dict[str, float] = {}
        self.moving: dict[str, Lane] = {}
        self.rebalanced = time.monotonic()

    def next(self, lane: Lane) -> str:
        """The run of a lane that goes next."""
        return min(lane.runs, key=lambda run_id: self.served[run_id])

    def took(self, run_id: str, seconds: float) -> None:
        """Counts what a run has had."""
        self.served[run_id] = self.served.get(run_id, 0.0) + seconds

    def moved(self, lane: Lane, run_id: str) -> None:
        """Puts a run that was to move, and is saved by now, into its new lane."""
        target = self.moving.pop(run_id, None)
        if target is not None and run_id in lane.runs:
            lane.runs.remove(run_id)
            target.runs.add(run_id)

    def assign(self, wanted: Sequence[str]) -> None:
        """Gives new runs to the shortest lanes, and forgets those that need nothing or whose lane has no worker."""
        usable, all_wanted = [lane for lane in self.lanes if lane.usable], set(wanted)
        for lane in self.lanes:
            lane.runs &= all_wanted if lane.usable else set()
        self.moving = {run_id: to for run_id, to in self.moving.items() if run_id in all_wanted and to.usable}
        placed = {run_id for lane in usable for run_id in lane.runs}
        level = min((self.served[run_id] for run_id in placed), default=0.0)
        for run_id in wanted if usable else ():
            if run_id not in placed:
                # A newcomer starts level with the others; from 0 it would have its lane to itself for long.
                self.served[run_id] = max(self.served.get(run_id, 0.0), level)
                home_lane = next((lane for lane in usable if lane.slice and lane.run_id == run_id), None)
                (home_lane or min(usable, key=lambda lane: len(lane.runs))).runs.add(run_id)

    def rebalance(self) -> None:
        """Now and then moves a run from the longest lane to the shortest; at once where a lane has none at all.

        It is the run that has had most: one that had less than its share stays, on the lane that grows shorter.
        """
        usable = [lane for lane in self.lanes if lane.usable]
        if self.moving or not usable:
            return
        shortest, longest = min(usable, key=lambda lane: len(lane.runs)), max(usable, key=lambda lane: len(lane.runs))
        if len(longest.runs) < 2 or len(longest.runs) == len(shortest.runs):
            return
        if time.monotonic() - self.rebalanced >= REBALANCE_SECONDS or not shortest.runs:
            self.rebalanced = time.monotonic()
            self.moving[max(longest.runs, key=lambda run_id: self.served[run_id])] = shortest
