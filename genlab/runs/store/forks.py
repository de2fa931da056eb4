"""Forking: a new run that shares a past with another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Table, insert, literal, select, update

from genlab.checkpoint import Checkpoint
from genlab.locale import N_, Message
from genlab.runs.arrays import read_metadata
from genlab.runs.store import checks
from genlab.runs.store.record import NETS_ASKED, Run, RunError
from genlab.runs.store.rows import add_event, blank_row, get_run, now
from genlab.runs.store.tables import ASKED, CHECKPOINTS, FRAMES, NETS, POINTS, RUNS


def fork_run(engine: Engine, run_id: str, step: int, owner: str, changes: Mapping[str, Any]) -> Run:
    """See Store.fork. The past is copied, so that either run may be deleted without the other."""
    with engine.begin() as connection:
        parent = get_run(connection, run_id)
        here = (CHECKPOINTS.c.run_id == run_id) & (CHECKPOINTS.c.step == step)
        found = connection.execute(select(CHECKPOINTS.c.blob, CHECKPOINTS.c.whole).where(here)).first()
        if found is None:
            query = select(CHECKPOINTS.c.step).where(CHECKPOINTS.c.run_id == run_id).order_by(CHECKPOINTS.c.step)
            steps = ", ".join(map(str, connection.scalars(query))) or Message(N_("none yet"))
            text = N_("fork: got step {step}, allowed: the steps with a checkpoint ({steps})")
            raise RunError(Message(text, step=step, steps=steps))
        kept = Checkpoint.of(read_metadata(found.blob), {})
        anew = step == 0 and found.whole is False  # its seed draws it
        short = {"short": True} if found.whole is False and not anew else {}
        before = checks.settings(parent.family, parent.data, kept.settings())
        config = checks.changed(parent.family, parent.data, before, changes)
        different = [name for name in config if config[name] != before[name]]
        row = blank_row(owner, parent.family, parent.data, config, parent.seed, parent.name) | {
            "preset": parent.preset,
            "step": step,
            "seconds": kept.standing.seconds,
            "parent_id": run_id,
            "parent_step": step,
            "saved_step": None if anew else step,
            "version": 1 if different else 0,
        }
        connection.execute(insert(RUNS).values(row))
        child = row["id"]
        for table in (POINTS, FRAMES) if anew else (POINTS, FRAMES, CHECKPOINTS):
            _copy(connection, table, run_id, child, table.c.step <= step)
        # The parent's other nets may be of a later step; a worker is asked for the right ones.
        _copy(connection, NETS, run_id, child, NETS.c.name == "probe")
        connection.execute(insert(ASKED).values(run_id=child, part=NETS_ASKED))
        add_event(connection, child, step, "fork", {"parent": run_id, "step": step} | short)
        add_event(connection, run_id, step, "fork", {"child": child, "step": step})
        connection.execute(update(RUNS).where(RUNS.c.id == run_id).values(updated=now()))  # it has news, and is used
        for name in different:
            change = {"field": name, "old": before[name], "new": config[name]}
            add_event(connection, child, step, "change", change, version=1)
        return get_run(connection, child)


def _copy(connection: Connection, table: Table, parent: str, child: str, which: ColumnElement[bool]) -> None:
    others = [column for column in table.c if column.name != "run_id"]
    past = select(literal(child), *others).where(table.c.run_id == parent, which)
    connection.execute(insert(table).from_select(["run_id", *(column.name for column in others)], past))
