"""Rows of a table of models, made in a worker process. Light on purpose: only the worker imports torch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from genlab.runs.store.record import RunError
from genlab.runs.work.worker import use_torch

if TYPE_CHECKING:
    from genlab.side_by_side.rows import Row


@dataclass(frozen=True)
class MadeRow:
    """A row as the server keeps it; see genlab.side_by_side.rows. sheet: a PNG of its samples."""

    model: str
    rule: str
    seconds: float
    steps: int
    metrics: dict[str, float]
    sheet: bytes
    measured: dict[str, float] = field(default_factory=dict)
    over_seconds: tuple[tuple[float, float], ...] = ()


def made(row: Row) -> MadeRow:
    """A row without its tensors."""
    from genlab.side_by_side.sheet import sheet_png

    facts = (row.model, row.rule, row.seconds, row.steps, dict(row.metrics), sheet_png(row.sheet))
    return MadeRow(*facts, dict(row.measured), row.over_seconds)


def rows_without_training(name: str, seed: int, threads: int = 1) -> list[MadeRow]:
    """Real examples, and PCA with a normal, on a data set."""
    use_torch(threads)
    from genlab.data import load
    from genlab.side_by_side.rows import pca_row, real_row
    from genlab.side_by_side.trained import latents_of

    data = load(name)
    return [made(real_row(data, seed)), made(pca_row(data, latents_of(data.kind), seed))]


def rows_of_run(url: str, run_id: str, seed: int, threads: int = 1) -> list[MadeRow]:
    """The rows of a run of the store at `url`, at its newest checkpoint; RunError where it is gone or has none."""
    use_torch(threads)
    from genlab.data import load
    from genlab.runs import Store
    from genlab.runs.looks.codes import model_of
    from genlab.side_by_side.rows import rows_of

    store = Store(url, make=False)
    try:
        run = store.get(run_id)
        if run.saved_step is None:
            raise RunError(f"run: {run_id!r} has not made a step yet")
        model, points = model_of(store, run_id, run.saved_step), store.points(run_id)
    finally:
        store.close()
    measured = rows_of(run.family, model, load(run.data), run.seconds, run.saved_step, seed, points)
    return [made(row) for row in measured]
