"""Writing what a slice of training has made: one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, Table, delete, select, update

from genlab.runs.store.record import NETS_ASKED, Asked, Point, State
from genlab.runs.store.rows import add_event, get_run, now, replace, write_nets
from genlab.runs.store.short import in_short, is_large
from genlab.runs.store.tables import ASKED, CHECKPOINTS, EVENTS, FRAMES, POINTS, RUNS

FRAMES_AT_MOST = 200
CHECKPOINTS_AT_MOST = 16


@dataclass
class Slice:
    """What a worker has made of a run.

    start: the stored step it began with; restored: the step of the checkpoint it had to go back to, or None;
    step, seconds: where it ended; frames, nets: safetensors; checkpoints: (step, kept for forks, blob);
    applied: the change of knobs it ran with; asked: the single steps that it made;
    finished: whether the plan is done; most: how many checkpoints the run keeps.
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
    most: int = CHECKPOINTS_AT_MOST


def write_slice(engine: Engine, run_id: str, made: Slice) -> State | None:
    """Writes a slice, or discards it (None) where the run is gone or no longer at the step the slice began with; the
    run's state then.

    What lies beyond the step that a slice began with is replaced, so that a replay after a crash leaves the curve
    and the frames as if nothing had happened. A run keeps at most 200 frames and 16 checkpoints;
    of a large net all are in short but the newest of a run that has not ended, which goes on from it to the same bytes.
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
            return None
        begin = made.start if made.restored is None else made.restored
        for table in (POINTS, FRAMES, CHECKPOINTS):
            connection.execute(delete(table).where(table.c.run_id == run_id, table.c.step > begin))
        replace(connection, POINTS, run_id, [{"step": step, "terms": terms} for step, terms in made.points])
        replace(connection, FRAMES, run_id, [{"step": step, "blob": blob} for step, blob in made.frames])
        # Unless it was given more steps while this slice ran. Other knobs that were turned meanwhile, and a pause,
        # came too late for a run that is done.
        run = get_run(connection, run_id)
        done = made.finished and run.config["steps"] <= made.step
        state: State = "finished" if done else run.state
        if made.checkpoints:
            _replace_checkpoints(connection, run_id, made.checkpoints, ended=state == "finished")
        write_nets(connection, run_id, made.step, made.nets)
        waiting = (EVENTS.c.run_id == run_id) & EVENTS.c.version.is_not(None) & (EVENTS.c.version <= made.applied)
        connection.execute(update(EVENTS).where(waiting).values(step=begin, version=None))
        if made.asked:
            alike = (ASKED.c.run_id == run_id) & (ASKED.c.part == made.asked.part)
            connection.execute(delete(ASKED).where(alike, ASKED.c.id <= made.asked.last))
            if made.asked.part != NETS_ASKED:
                details = {"part": made.asked.part, "count": made.asked.count}
                add_event(connection, run_id, made.step, "step", details)
        if done:
            connection.execute(update(RUNS).where(RUNS.c.id == run_id).values(state="finished"))
            connection.execute(delete(ASKED).where(ASKED.c.run_id == run_id))
        if made.frames:
            _thin(connection, FRAMES, run_id, FRAMES_AT_MOST)
        if made.checkpoints:
            _thin(connection, CHECKPOINTS, run_id, made.most)
    return state


def _replace_checkpoints(
    connection: Connection, run_id: str, new: Sequence[tuple[int, bool, bytes]], ended: bool
) -> None:
    newest, large = new[-1][0], is_large(new[-1][2])
    passing = (CHECKPOINTS.c.run_id == run_id) & CHECKPOINTS.c.kept.is_(False)
    connection.execute(delete(CHECKPOINTS).where(passing))
    query = select(CHECKPOINTS.c.step).where(CHECKPOINTS.c.run_id == run_id, CHECKPOINTS.c.kept.is_(True))
    kept_before = set(connection.scalars(query))
    rows: list[dict[str, Any]] = []
    for step, kept, blob in new:
        if kept or step == newest:
            whole = not large or (step == newest and (step == 0 or not ended))
            kept = kept or step in kept_before
            rows.append({"step": step, "kept": kept, "whole": whole, "blob": blob if whole else in_short(blob)})
    replace(connection, CHECKPOINTS, run_id, rows)
    if large:
        _shorten(connection, run_id, newest)


def _shorten(connection: Connection, run_id: str, newest: int) -> None:
    """Cuts those short that were kept whole as long as they were the newest."""
    older = (CHECKPOINTS.c.run_id == run_id) & (CHECKPOINTS.c.step < newest) & CHECKPOINTS.c.whole.is_not(False)
    for step, blob in connection.execute(select(CHECKPOINTS.c.step, CHECKPOINTS.c.blob).where(older)).all():
        this = (CHECKPOINTS.c.run_id == run_id) & (CHECKPOINTS.c.step == step)
        connection.execute(update(CHECKPOINTS).where(this).values(blob=in_short(blob), whole=False))


def _thin(connection: Connection, table: Table, run_id: str, most: int) -> None:
    """Where there are more than `most` rows, drops every second one but the first and the last."""
    query = select(table.c.step).where(table.c.run_id == run_id).order_by(table.c.step)
    steps = list(connection.scalars(query))
    if len(steps) > most:
        dropped = steps[1:-1:2]
        connection.execute(delete(table).where(table.c.run_id == run_id, table.c.step.in_(dropped)))
