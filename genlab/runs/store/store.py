"""The store: every run's record, curve, frames, checkpoints and nets, in one database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, or_, update

from genlab.locale import N_, Message
from genlab.runs.store import checks
from genlab.runs.store.answers import delete_answers, write_answer
from genlab.runs.store.engine import open_engine
from genlab.runs.store.forks import fork_run
from genlab.runs.store.reading import Reading
from genlab.runs.store.record import (
    NETS_ASKED,
    STATES,
    STEPS_AT_MOST,
    NotYours,
    Run,
    RunError,
    State,
    UnknownRun,
    clean_name,
)
from genlab.runs.store.rows import add_event, blank_row, get_run, now, take_run
from genlab.runs.store.short import ask_to_shorten
from genlab.runs.store.slices import Slice, write_slice
from genlab.runs.store.space import Cleaned, clean, give_back, megabytes, refuse_where_full
from genlab.runs.store.tables import (
    ASKED,
    RUNS,
    default_url,
)

if TYPE_CHECKING:
    from genlab.runs.store.backup import Copied


class Store(Reading):
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

        Raises ConfigError for settings out of range, ValueError for an unknown data set, RunError where the owner keeps
        as much as one may.
        """
        settings = checks.new_settings(family, data, config or {}, preset)
        row = blank_row(owner, family, data, settings, checks.seed(seed), name) | {
            "preset": preset,
            "state": state,
        }
        refuse_where_full(self.engine, owner)
        with self.engine.begin() as connection:
            connection.execute(insert(RUNS).values(row))
        return self.get(row["id"])

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
                end = N_("run: finished at step {step}; raise steps above that to train it on")
                stopped = N_("run: finished at step {step}; fork it there to train it on")
                raise RunError(Message(end if done else stopped, step=run.step))
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
                if state == "finished":
                    ask_to_shorten(connection, run)
            connection.execute(
                update(RUNS).where(RUNS.c.id == run_id).values(state=state, error=None, error_parts=None, updated=now())
            )
            return get_run(connection, run_id)

    def fail(self, run_id: str, error: str) -> Run:
        """Marks a run as failed, with the sentence that says why; of a Message also its parts."""
        parts = error.packed() if isinstance(error, Message) else None
        return self._set(run_id, state="failed", error=str(error), error_parts=parts)

    def delete(self, run_id: str, owner: str | None = None) -> None:
        """Deletes the run and all that belongs to it."""
        self._owned(run_id, owner)
        with self.engine.begin() as connection:
            if not connection.execute(delete(RUNS).where(RUNS.c.id == run_id)).rowcount:
                raise UnknownRun(run_id)
        give_back(self.engine)

    def pin(self, run_id: str, pinned: bool = True, owner: str | None = None) -> Run:
        """Keeps the run from being cleaned away, or no longer."""
        self._owned(run_id, owner)
        return self._set(run_id, pinned=pinned)

    def opened(self, run_id: str) -> None:
        """Notes that the run's owner looks at it: it is not cleaned away for long."""
        self._set(run_id)

    def clean(self, days: float, megabytes: float) -> Cleaned:
        """Deletes runs that nobody has used for so many days, then the longest unused until at most so many megabytes
        are left; see space.py."""
        return clean(self.engine, days, megabytes)

    def megabytes(self, owner: str) -> float:
        """The room that the pictures and weights of a person's runs take."""
        return megabytes(self.engine, owner)

    def backup(self, file: Path) -> Copied:
        """Writes all that is kept into a new file; see backup.py."""
        from genlab.runs.store.backup import write_backup

        return write_backup(self.engine, file)

    def restore(self, file: Path, replace: bool = False) -> Copied:
        """Puts what a backup holds into the store, which is empty or to be replaced; see backup.py."""
        from genlab.runs.store.backup import restore_backup

        return restore_backup(self.engine, file, replace)

    def change(self, run_id: str, values: Mapping[str, Any], owner: str | None = None) -> Run:
        """Changes knobs of a run, from its next slice on. A finished run given more steps than it has made becomes a
        paused one; a paused one given no more than it has made is finished.

        Raises ConfigError for a value out of range or a field that is fixed once a run has begun.
        """
        while True:
            run = self._owned(run_id, owner)
            # Checked before the transaction: a cold server imports torch for it, and a lock must not wait for that.
            before = checks.settings(run.family, run.data, run.config)
            config = checks.changed(run.family, run.data, run.config, values)
            changes = [
                {"field": field, "old": before[field], "new": new}
                for field, new in config.items()
                if new != before[field]
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
                    if state == "finished":
                        ask_to_shorten(connection, run)
                    for details in changes:
                        add_event(connection, run_id, run.step, "change", details, run.version + 1)
                    return get_run(connection, run_id)

    def fork(self, run_id: str, step: int, owner: str, changes: Mapping[str, Any] | None = None) -> Run:
        """A new run that goes on from a kept checkpoint of this one, its knobs as they were then but for `changes`;
        it begins paused. Raises RunError where there is no checkpoint at `step` or the owner keeps as much as one may,
        ConfigError for the changes.
        """
        refuse_where_full(self.engine, owner)
        return fork_run(self.engine, run_id, step, owner, changes or {})

    def write_slice(self, run_id: str, made: Slice) -> State | None:
        """Writes what a worker has made, in one transaction; the run's state, or None where it is not wanted any
        more."""
        return write_slice(self.engine, run_id, made)

    def request_step(self, run_id: str, part: str | None = None, owner: str | None = None, count: int = 1) -> None:
        """Asks a paused run for one step or `count`; part: "discriminator" or "generator" alone, where there are such.

        Raises RunError where the run is not paused or so many steps cannot be asked for, ConfigError for a part that
        the family does not have.
        """
        if not 1 <= count <= STEPS_AT_MOST:
            raise RunError(f"steps: got {count}, allowed: 1 to {STEPS_AT_MOST}")
        family = self._owned(run_id, owner).family
        with self.engine.begin() as connection:
            run = take_run(connection, run_id)
            if run.state != "paused":
                text = N_("step: the run is {state}, and only a paused run makes single steps")
                raise RunError(Message(text, state=Message(run.state)))
            checks.part(family, part)
            connection.execute(insert(ASKED), [{"run_id": run_id, "part": part}] * count)

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
