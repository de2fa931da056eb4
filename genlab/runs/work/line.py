"""Which runs may train now, and which wait in line: so many of an owner, so many in all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from genlab.runs.store.record import Wanted


def admitted(
    wanted: Sequence[Wanted], present: Collection[str], per_owner: int, at_most: int
) -> tuple[list[Wanted], dict[str, int]]:
    """The runs that workers get now, and the place in line, from 1, of each other one.

    wanted: oldest first; present: those that workers have by now, which keep their places among their owner's; at_most:
    how many train at the same time, everybody's first before anybody's second. What rests and is only to be saved or
    shown never waits. Whose owner has as many as one may waits for the owner's own runs alone, counted among them.
    """
    of_owner: dict[str, list[Wanted]] = defaultdict(list)
    for run in sorted(wanted, key=lambda run: run.id not in present):
        if run.trains:
            of_owner[run.owner].append(run)
    ranked = [(rank, run) for runs in of_owner.values() for rank, run in enumerate(runs[:per_owner])]
    in_turn = [run for _, run in sorted(ranked, key=lambda pair: (pair[0], pair[1].id not in present))]
    places = {run.id: place for place, run in enumerate(in_turn[at_most:], start=1)}
    for runs in of_owner.values():
        places |= {run.id: place for place, run in enumerate(runs[per_owner:], start=1)}
    return [run for run in wanted if run.id not in places], places
