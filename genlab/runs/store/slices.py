"""Writing what a slice of training has made: one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, Table, delete, select, update

from genlab.runs.store.record import NETS_ASKED, Asked, Point
from genlab.runs.store.rows import add_event, get_run, now, replace, write_nets
from genlab.runs.store.tables import ASKED, CHECKPOINTS, EVENTS, FRAMES, POINTS, RUNS

FRAMES_AT_MOST = 200
CHECKPOINTS_AT_MOST = 16


@dataclass
class Slice:
    """What a worker has made of a run.

    start: the stored step it began with; restored: the step of the checkpoint it had to go back to, or None;
    step, seconds: where it ended; frames, nets: safetensors; checkpoints: (step, kept for forks, blob);
    applied: the change of knobs it ran with; asked: the single steps that it made;
    finished: whether the plan is done.
    """

    start: int
    step: int
    seconds: float
    applied: int
    restored: int | None = None
    points: list[Point] = field(default_factory=list)
    frames: list[tuple[int, bytes]] = field(default_factory=list)
    checkpoints: list[tuple[int, bool, bytes]] = field(default_factory=list)
    nets: Mapping[str, bytes] = field(default_factory=dict)
    asked: Asked | None = None
    finished: bool = False


def write_slice(engine: Engine, run_id: str, made: Slice) -> bool:
    """Writes a slice, or discards it (False) where the run is gone or no longer at the step the slice began with.

    What lies beyond the step that a slice began with is replaced, so that a replay after a crash leaves the curve
    and the frames as if nothing had happened. A run keeps at most 200 frames and 16 checkpoints.
    """
    values: dict[str, Any] = {
        "step": made.step,
        "seconds": made.seconds,
        "applied": made.applied,
        "updated": now(),
    }
    if made.checkpoints:
        values["saved_step"] = made.checkpoints[-1][0]
    with engine.begin() as connection:
        # First the update: it takes the row, so a second writer waits, then finds another step and gives up.
        mine = update(RUNS).where(RUNS.c.id == run_id, RUNS.c.step == made.start)
        if not connection.execute(mine.values(**values)).rowcount:
            return False
        begin = made.start if made.restored is None else made.restored
        for table in (POINTS, FRAMES, CHECKPOINTS):
            connection.execute(delete(table).where(table.c.run_id == run_id, table.c.step > begin))
        replace(connection, POINTS, run_id, [{"step": step, "terms": terms} for step, terms in made.points])
        replace(connection, FRAMES, run_id, [{"step": step, "blob": blob} for step, blob in made.frames])
        if made.checkpoints:
            _replace_checkpoints(connection, run_id, made.checkpoints)
        write_nets(connection, run_id, made.step, made.nets)
        waiting = (EVENTS.c.run_id == run_id) & EVENTS.c.version.is_not(None) & (EVENTS.c.version <= made.applied)
        connection.execute(update(EVENTS).where(waiting).values(step=begin, version=None))
        if made.asked:
            alike = (ASKED.c.run_id == run_id) & (ASKED.c.part == made.asked.part)
            connection.execute(delete(ASKED).where(alike, ASKED.c.id <= made.asked.last))
            if made.asked.part != NETS_ASKED:
                details = {"part": made.asked.part, "count": made.asked.count}
                add_event(connection, run_id, made.step, "step", details)
        # Unless it was given more steps while this slice ran. Other knobs that were turned meanwhile, and a pause,
        # came too late for a run that is done.
        if made.finished and get_run(connection, run_id).config["steps"] <= made.step:
            connection.execute(update(RUNS).where(RUNS.c.id == run_id).values(state="finished"))
            connection.execute(delete(ASKED).where(ASKED.c.run_id == run_id))
        if made.frames:
            _thin(connection, FRAMES, run_id, FRAMES_AT_MOST)
        if made.checkpoints:
            _thin(connection, CHECKPOINTS, run_id, CHECKPOINTS_AT_MOST)
    return True


def _replace_checkpoints(connection: Connection, run_id: str, new: Sequence[tuple[int, bool, bytes]]) -> None:
    newest = new[-1][0]
    passing = (CHECKPOINTS.c.run_id == run_id) & CHECKPOINTS.c.kept.is_(False)
    connection.execute(delete(CHECKPOINTS).where(passing))
    query = select(CHECKPOINTS.c.step).where(CHECKPOINTS.c.run_id == run_id, CHECKPOINTS.c.kept.is_(True))
    kept_before = set(connection.scalars(query))
    rows = [
        {"step": step, "kept": kept or step in kept_before, "blob": blob}
        for step, kept, blob in new
        if kept or step == newest
    ]
    replace(connection, CHECKPOINTS, run_id, rows)


def _thin(connection: Connection, table: Table, run_id: str, most: int) -> None:
    """Where there are more than `most` rows, drops every second one but the first and the last."""
    query = select(table.c.step).where(table.c.run_id == run_id).order_by(table.c.step)
    steps = list(connection.scalars(query))
    if len(steps) > most:
        dropped = steps[1:-1:2]
        connection.execute(delete(table).where(table.c.run_id == run_id, table.c.step.in_(dropped)))
