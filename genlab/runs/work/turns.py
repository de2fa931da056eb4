"""Which lane each run is in, whose turn it is there, and for how long."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence

from genlab.runs.work.lanes import Lane

REBALANCE_SECONDS = 10.0
# A slice alone on a lane; the shortest, of which what a turn costs beside training is still a small part.
LONGEST_SLICE, SHORTEST_SLICE = 0.5, 0.15
# All runs of a lane have had a turn after so long, as long as slices can be made shorter for it.
ROUND_SECONDS = 2.25


def slice_seconds(runs: int) -> float:
    """How long one of so many runs of a lane is trained in a turn: half a second of up to four, less of more."""
    return min(LONGEST_SLICE, max(SHORTEST_SLICE, ROUND_SECONDS / max(1, runs)))


class Turns:
    """The runs of all lanes. On each lane owners take turns, and the runs of an owner take its turns in turn: whoever
    starts many shares a lane's time with the others as one who starts one."""

    def __init__(self, lanes: Sequence[Lane]) -> None:
        self.lanes = lanes
        self.owners: Mapping[str, str] = {}
        # Seconds of a worker that each run has had.
        self.served: dict[str, float] = {}
        self.slices, self.seconds = 0, 0.0
        # Turns are numbered. The last of each run, and of each owner on a lane.
        self.turn = 0
        self.last: dict[str, int] = {}
        self.last_of_owner: dict[tuple[int, str], int] = {}
        self.moving: dict[str, Lane] = {}
        self.rebalanced = time.monotonic()

    def next(self, lane: Lane) -> str:
        """The run of a lane that goes next: the owner's who has waited longest there, of these the one that has."""
        place = self.lanes.index(lane)
        return min(
            sorted(lane.runs),
            key=lambda run_id: (self.last_of_owner.get((place, self.owner(run_id)), 0), self.last.get(run_id, 0)),
        )

    def begins(self, lane: Lane, run_id: str) -> None:
        """Counts a turn that begins."""
        self.turn += 1
        self.last[run_id] = self.last_of_owner[self.lanes.index(lane), self.owner(run_id)] = self.turn

    def took(self, run_id: str, seconds: float) -> None:
        """Counts what a run has had."""
        self.slices, self.seconds = self.slices + 1, self.seconds + seconds
        self.served[run_id] = self.served.get(run_id, 0.0) + seconds

    def owner(self, run_id: str) -> str:
        """Whose turns a run takes; its own where nobody is known."""
        return self.owners.get(run_id, run_id)

    def moved(self, lane: Lane, run_id: str) -> None:
        """Puts a run that was to move, and is saved by now, into its new lane."""
        target = self.moving.pop(run_id, None)
        if target is not None and run_id in lane.runs:
            lane.runs.remove(run_id)
            target.runs.add(run_id)

    def assign(self, wanted: Sequence[str], owners: Mapping[str, str]) -> None:
        """Gives new runs to the shortest lanes, and forgets those that need nothing or whose lane has no worker."""
        self.owners = owners
        usable, all_wanted = [lane for lane in self.lanes if lane.usable], set(wanted)
        for lane in self.lanes:
            lane.runs &= all_wanted if lane.usable else set()
        self.moving = {run_id: to for run_id, to in self.moving.items() if run_id in all_wanted and to.usable}
        placed = {run_id for lane in usable for run_id in lane.runs}
        for run_id in wanted if usable else ():
            if run_id not in placed:
                home_lane = next((lane for lane in usable if lane.slice and lane.run_id == run_id), None)
                (home_lane or min(usable, key=lambda lane: self.weight(lane.runs | {run_id}))).runs.add(run_id)

    def weight(self, runs: Collection[str]) -> tuple[int, int]:
        """How long a lane with these runs is: owners first, for they share its time."""
        return len({self.owner(run_id) for run_id in runs}), len(runs)

    def rebalance(self) -> None:
        """Now and then moves a run from the longest lane to the shortest; at once where a lane has none at all.

        It is the run that has had most: one that had less than its share stays, on the lane that grows shorter.
        """
        usable = [lane for lane in self.lanes if lane.usable]
        if self.moving or not usable:
            return
        shortest = min(usable, key=lambda lane: self.weight(lane.runs))
        longest = max(usable, key=lambda lane: self.weight(lane.runs))
        if len(longest.runs) < 2 or self.weight(longest.runs) == self.weight(shortest.runs):
            return
        if time.monotonic() - self.rebalanced >= REBALANCE_SECONDS or not shortest.runs:
            self.rebalanced = time.monotonic()
            # One whose owner has no other there makes the lane shorter for all others.
            owners = [self.owner(run_id) for run_id in longest.runs]
            alone = [run_id for run_id in longest.runs if owners.count(self.owner(run_id)) == 1]
            self.moving[max(alone or longest.runs, key=lambda run_id: self.served.get(run_id, 0.0))] = shortest
