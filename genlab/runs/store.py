"""The store: every run's record, curve, frames, checkpoints and nets, in one database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table, and_, delete, exists, func, insert, or_, select, update

from genlab.runs import checks
from genlab.runs.answers import Answer, delete_answers, read_answers, write_answer
from genlab.runs.engine import open_engine
from genlab.runs.forks import fork_run
from genlab.runs.record import NETS_ASKED, STATES, Event, NotYours, Point, Run, RunError, State, UnknownRun, clean_name
from genlab.runs.rows import add_event, as_run, blank_row, get_run, now, take_run
from genlab.runs.slices import Slice, write_slice
from genlab.runs.tables import (
    ASKED,
    CHECKPOINTS,
    EVENTS,
    FRAMES,
    NETS,
    POINTS,
    RUNS,
    default_url,
)


class Store:
    """All runs of one database: SQLite in GENLAB_HOME, or any SQLAlchemy URL (argument or GENLAB_STORE).

    Threads and processes may share one; every change is one transaction. Methods that take a run's id raise
    UnknownRun where there is none; those that change a run also take who asks for it, and raise NotYours where
    the run is another's. owner None is whoever has the store itself: the server and the command line.

    All of them raise StoreTrouble where the database does not do what it is asked within about a second and a half;
    then nothing has changed. make: whether to make the database's tables where they are not there yet.
    """

    def __init__(self, url: str | None = None, make: bool = True) -> None:
        self.url = url or default_url()
        self.engine = open_engine(self.url, make)

    def close(self) -> None:
        """Closes its connections; the next method opens new ones."""
        self.engine.dispose()

    def try_writing(self) -> None:
        """Changes nothing; raises StoreTrouble where nothing could be changed."""
        with self.engine.begin() as connection:
            connection.execute(update(RUNS).where(RUNS.c.id == "").values(step=0))

    def create(
        self,
        owner: str,
        family: str,
        data: str,
        config: Mapping[str, Any] | None = None,
        *,
        preset: str | None = None,
        seed: int = 0,
        name: str = "",
        state: State = "running",
    ) -> Run:
        """A new run at step 0; config: the settings, or with `preset` those that differ from it.

        Raises ConfigError for settings out of range, ValueError for an unknown data set.
        """
        settings = checks.settings(family, data, config or {}, preset)
        row = blank_row(owner, family, data, settings, checks.seed(seed), name) | {
            "preset": preset,
            "state": state,
        }
        with self.engine.begin() as connection:
            connection.execute(insert(RUNS).values(row))
        return self.get(row["id"])

    def get(self, run_id: str) -> Run:
        """The run's record."""
        with self.engine.connect() as connection:
            return get_run(connection, run_id)

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

    def rename(self, run_id: str, name: str, owner: str | None = None) -> Run:
        """Gives the run another name."""
        self._owned(run_id, owner)
        return self._set(run_id, name=clean_name(name))

    def set_state(self, run_id: str, state: State, owner: str | None = None) -> Run:
        """Lets a run train, pause or end, from its next slice on; a failed run starts again from its last checkpoint.

        Pausing a run that has reached its planned end changes nothing: it is finished. Raises RunError where a
        finished run is to train: one that was stopped before its end has to be paused first.
        """
        if state not in STATES:
            raise RunError(f"state: got {state!r}, allowed: {', '.join(STATES)}")
        self._owned(run_id, owner)
        with self.engine.begin() as connection:
            run = take_run(connection, run_id)
            done = run.state == "finished" and run.step >= run.config["steps"]
            if done and state == "paused":
                return run
            if run.state == "finished" and state == "running":
                way_out = "raise steps above that" if done else "fork it there"
                raise RunError(f"run: finished at step {run.step}; {way_out} to train it on")
            of_run = ASKED.c.run_id == run_id
            if run.saved_step is None:
                connection.execute(delete(ASKED).where(of_run))
                if state in ("paused", "finished"):
                    # No worker has seen it yet; without this, its page would stay empty.
                    connection.execute(insert(ASKED).values(run_id=run_id, part=NETS_ASKED))
            else:
                # A step that was asked for and not made yet has no meaning any more; a fork's nets still have.
                steps = or_(ASKED.c.part.is_(None), ASKED.c.part != NETS_ASKED)
                connection.execute(delete(ASKED).where(of_run, steps))
            connection.execute(update(RUNS).where(RUNS.c.id == run_id).values(state=state, error=None, updated=now()))
            return get_run(connection, run_id)

    def fail(self, run_id: str, error: str) -> Run:
        """Marks a run as failed, with the sentence that says why."""
        return self._set(run_id, state="failed", error=error)

    def delete(self, run_id: str, owner: str | None = None) -> None:
        """Deletes the run and all that belongs to it."""
        self._owned(run_id, owner)
        with self.engine.begin() as connection:
            if not connection.execute(delete(RUNS).where(RUNS.c.id == run_id)).rowcount:
                raise UnknownRun(run_id)

    def change(self, run_id: str, values: Mapping[str, Any], owner: str | None = None) -> Run:
        """Changes knobs of a run, from its next slice on. A finished run given more steps than it has made becomes a
        paused one; a paused one given no more than it has made is finished.

        Raises ConfigError for a value out of range or a field that is fixed once a run has begun.
        """
        while True:
            run = self._owned(run_id, owner)
            # Checked before the transaction: a cold server imports torch for it, and a lock must not wait for that.
            config = checks.changed(run.family, run.data, run.config, values)
            changes = [
                {"field": field, "old": run.config[field], "new": new}
                for field, new in config.items()
                if new != run.config[field]
            ]
            if not changes:
                return run
            state: State = run.state
            if state == "finished" and config["steps"] > run.step:
                state = "paused"
            elif state == "paused" and config["steps"] <= run.step:
                state = "finished"
            seen = (RUNS.c.version == run.version, RUNS.c.state == run.state, RUNS.c.step == run.step)
            with self.engine.begin() as connection:
                # Someone else may have changed the run since it was read: then read it again.
                taken = connection.execute(
                    update(RUNS)
                    .where(RUNS.c.id == run_id, *seen)
                    .values(config=config, version=run.version + 1, state=state, updated=now())
                ).rowcount
                if taken:
                    for details in changes:
                        add_event(connection, run_id, run.step, "change", details, run.version + 1)
                    return get_run(connection, run_id)

    def fork(self, run_id: str, step: int, owner: str, changes: Mapping[str, Any] | None = None) -> Run:
        """A new run that goes on from a kept checkpoint of this one, its knobs as they were then but for `changes`;
        it begins paused. Raises RunError where there is no checkpoint at `step`, ConfigError for the changes.
        """
        return fork_run(self.engine, run_id, step, owner, changes or {})

    def write_slice(self, run_id: str, made: Slice) -> bool:
        """Writes what a worker has made, in one transaction; False where it is not wanted any more."""
        return write_slice(self.engine, run_id, made)

    def request_step(self, run_id: str, part: str | None = None, owner: str | None = None) -> None:
        """Asks a paused run for one step; part: "discriminator" or "generator" alone, where the family has them.

        Raises RunError where the run is not paused, ConfigError for a part that the family does not have.
        """
        family = self._owned(run_id, owner).family
        with self.engine.begin() as connection:
            run = take_run(connection, run_id)
            if run.state != "paused":
                raise RunError(f"step: the run is {run.state}, and only a paused run makes single steps")
            checks.part(family, part)
            connection.execute(insert(ASKED).values(run_id=run_id, part=part))

    def asked(self, run_id: str) -> tuple[int, str | None] | None:
        """The oldest single step that waits to be made: its number and part; None where there is none.

        The part "nets" asks for no step but for what pages show of the present one; it waits for the steps.
        """
        query = select(ASKED.c.id, ASKED.c.part).where(ASKED.c.run_id == run_id)
        with self.engine.connect() as connection:
            rows = connection.execute(query.order_by(ASKED.c.id)).all()
        first = min(rows, key=lambda row: row.part == NETS_ASKED, default=None)
        return (first.id, first.part) if first else None

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

    def checkpoint(self, run_id: str, step: int | None = None) -> bytes:
        """The checkpoint of a step, by default the newest. Raises RunError where there is none."""
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

    def keep_answer(
        self,
        owner: str,
        chapter: str,
        question: int,
        *,
        guess: Any = None,
        result: Any = None,
        runs: Sequence[str] | None = None,
    ) -> None:
        """Keeps a person's guess, what an experiment gave, or its runs; a part that is None stays as it was, but
        that new runs have given nothing yet."""
        write_answer(self.engine, owner, chapter, question, guess, result, runs)

    def forget_answers(self, owner: str, chapter: str | None = None) -> None:
        """Forgets what a person answered, in a chapter or (None) in all."""
        delete_answers(self.engine, owner, chapter)

    def _owned(self, run_id: str, owner: str | None) -> Run:
        """The run, which is the owner's. An owner never changes, so this need not be part of a transaction."""
        run = self.get(run_id)
        if owner is not None and run.owner != owner:
            raise NotYours(run_id)
        return run

    def _set(self, run_id: str, **values: Any) -> Run:
        with self.engine.begin() as connection:
            query = update(RUNS).where(RUNS.c.id == run_id)
            if not connection.execute(query.values(**values, updated=now())).rowcount:
                raise UnknownRun(run_id)
            return get_run(connection, run_id)

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
