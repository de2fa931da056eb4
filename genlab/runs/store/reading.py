"""What the store gives: records, curves, frames, checkpoints, nets, answers. Nothing here changes it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from sqlalchemy import Engine, Table, and_, exists, func, or_, select

from genlab.runs.store.answers import Answer, read_answers
from genlab.runs.store.record import NETS_ASKED, STATES, STEPS_A_SLICE, Asked, Event, Point, Run, RunError, Wanted
from genlab.runs.store.rows import as_run, get_run
from genlab.runs.store.tables import ASKED, CHECKPOINTS, EVENTS, FRAMES, NETS, POINTS, RUNS

# No database takes any number of values in one question.
IDS_AT_ONCE = 10_000


class Reading:
    """The reading half of a Store."""

    engine: Engine

    def get(self, run_id: str) -> Run:
        """The run's record."""
        with self.engine.connect() as connection:
            return get_run(connection, run_id)

    def several(self, run_ids: Sequence[str]) -> Sequence[Run]:
        """Those of these runs that are here, in their order, read at once."""
        if not run_ids:
            return []
        with self.engine.connect() as connection:
            query = select(RUNS).where(RUNS.c.id.in_(run_ids))
            runs = {run.id: run for run in map(as_run, connection.execute(query))}
        return [runs[run_id] for run_id in run_ids if run_id in runs]

    def list(self, owner: str | None = None) -> list[Run]:
        """The runs of an owner (None: of everybody), newest first."""
        query = select(RUNS).order_by(RUNS.c.created.desc(), RUNS.c.id)
        if owner is not None:
            query = query.where(RUNS.c.owner == owner)
        with self.engine.connect() as connection:
            return [as_run(row) for row in connection.execute(query)]

    def runnable(self) -> Sequence[str]:
        """The ids of runs that a worker has something to do for, oldest first: those that train, and those at rest
        that were asked for something or whose present step is not in a checkpoint or a frame yet."""
        asked = exists().where(ASKED.c.run_id == RUNS.c.id)
        unsaved = (RUNS.c.step > 0) & (func.coalesce(RUNS.c.saved_step, -1) != RUNS.c.step)
        shown = exists().where(FRAMES.c.run_id == RUNS.c.id, FRAMES.c.step == RUNS.c.step)
        unseen = (RUNS.c.step > 0) & (RUNS.c.saved_step == RUNS.c.step) & ~shown
        at_rest = and_(RUNS.c.state.in_(("paused", "finished")), or_(asked, unsaved, unseen))
        query = select(RUNS.c.id).where(or_(RUNS.c.state == "running", at_rest)).order_by(RUNS.c.created, RUNS.c.id)
        with self.engine.connect() as connection:
            return connection.scalars(query).all()

    def states(self) -> dict[str, int]:
        """How many runs there are in each state."""
        query = select(RUNS.c.state, func.count().label("runs")).group_by(RUNS.c.state)
        with self.engine.connect() as connection:
            return dict.fromkeys(STATES, 0) | {row.state: row.runs for row in connection.execute(query)}

    def standing(self, run_ids: Sequence[str]) -> Sequence[Wanted]:
        """Whose these runs are and whether they train, in their order; without those that are gone."""
        if not run_ids:  # a scheduler at rest asks several times a second
            return []
        query = select(RUNS.c.id, RUNS.c.owner, RUNS.c.state)
        found: dict[str, Wanted] = {}
        with self.engine.connect() as connection:
            for first in range(0, len(run_ids), IDS_AT_ONCE):
                some = query.where(RUNS.c.id.in_(run_ids[first : first + IDS_AT_ONCE]))
                for row in connection.execute(some):
                    found[row.id] = Wanted(row.id, row.owner, row.state == "running")
        return [found[run_id] for run_id in run_ids if run_id in found]

    def asked(self, run_id: str) -> Asked | None:
        """The steps that wait longest and that one slice makes: some that are alike; None where there are none.

        The part "nets" asks for no step but for what pages show of the present one; it waits for the steps.
        """
        query = select(ASKED.c.id, ASKED.c.part).where(ASKED.c.run_id == run_id)
        with self.engine.connect() as connection:
            rows = connection.execute(query.order_by(ASKED.c.id)).all()
        rows = sorted(rows, key=lambda row: row.part == NETS_ASKED)[:STEPS_A_SLICE]
        alike = list(takewhile(lambda row: row.part == rows[0].part, rows))
        return Asked(alike[-1].id, alike[0].part, len(alike)) if alike else None

    def points(self, run_id: str, after: int = -1) -> list[Point]:
        """The curve: (step, terms) with steps above `after`, in order."""
        query = select(POINTS.c.step, POINTS.c.terms).where(POINTS.c.run_id == run_id, POINTS.c.step > after)
        with self.engine.connect() as connection:
            return [(row.step, row.terms) for row in connection.execute(query.order_by(POINTS.c.step))]

    def frame_steps(self, run_id: str) -> list[int]:
        """The steps of which there is a frame, in order."""
        return self._steps(FRAMES, run_id)

    def frame(self, run_id: str, step: int) -> bytes:
        """The frame of a step: its arrays as safetensors. Raises RunError where there is none."""
        return self._blob(FRAMES, run_id, step, "frame")

    def checkpoint_steps(self, run_id: str) -> list[int]:
        """The steps of which there is a checkpoint to fork from, in order."""
        return self._steps(CHECKPOINTS, run_id)

    def short_steps(self, run_id: str) -> list[int]:
        """Those of them that are in short (short.py), so that a fork goes on a little differently."""
        short = (CHECKPOINTS.c.run_id == run_id) & CHECKPOINTS.c.whole.is_(False) & (CHECKPOINTS.c.step > 0)
        with self.engine.connect() as connection:
            return list(connection.scalars(select(CHECKPOINTS.c.step).where(short).order_by(CHECKPOINTS.c.step)))

    def checkpoint(self, run_id: str, step: int | None = None) -> bytes:
        """The checkpoint of a step, whole or in short (short.py), by default the newest. Raises RunError where there is
        none."""
        if step is None:
            step = self.get(run_id).saved_step
        return self._blob(CHECKPOINTS, run_id, step, "checkpoint")

    def net(self, run_id: str, name: str) -> tuple[int, bytes] | None:
        """The newest net of that name (decoder, encoder) and its step, as safetensors; None before the first.

        "probe" gives the examples that all frames show.
        """
        query = select(NETS.c.step, NETS.c.blob).where(NETS.c.run_id == run_id, NETS.c.name == name)
        with self.engine.connect() as connection:
            row = connection.execute(query).first()
        return (row.step, row.blob) if row else None

    def net_steps(self, run_id: str) -> dict[str, int]:
        """The step of each of the run's nets, by name."""
        with self.engine.connect() as connection:
            query = select(NETS.c.name, NETS.c.step).where(NETS.c.run_id == run_id).order_by(NETS.c.name)
            return {row.name: row.step for row in connection.execute(query)}

    def events(self, run_id: str) -> list[Event]:
        """What people did to the run, in order."""
        query = select(EVENTS).where(EVENTS.c.run_id == run_id).order_by(EVENTS.c.id)
        with self.engine.connect() as connection:
            return [Event(row.step, row.kind, row.details) for row in connection.execute(query)]

    def answers(self, owner: str, chapter: str | None = None) -> list[Answer]:
        """What a person answered, in a chapter or (None) in all, by chapter and question."""
        return read_answers(self.engine, owner, chapter)

    def _steps(self, table: Table, run_id: str) -> list[int]:
        with self.engine.connect() as connection:
            query = select(table.c.step).where(table.c.run_id == run_id).order_by(table.c.step)
            return list(connection.scalars(query))

    def _blob(self, table: Table, run_id: str, step: int | None, what: str) -> bytes:
        with self.engine.connect() as connection:
            blob = connection.scalar(select(table.c.blob).where(table.c.run_id == run_id, table.c.step == step))
        if blob is None:
            raise RunError(f"{what}: run {run_id} has none at step {step}")
        return blob
