"""The runs that an experiment has trained, as its measure gets them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from genlab.runs.store.record import Point, Run, RunError

if TYPE_CHECKING:
    from genlab.lessons.anatomy import Train
    from genlab.models import Model
    from genlab.runs import Store


@dataclass(frozen=True)
class Trained:
    """A run as it stands at its newest checkpoint: its record, its curve (what was measured at each step, by the terms'
    keys, held out as test_KEY) and its model, in eval mode."""

    run: Run
    points: tuple[Point, ...]
    model: Model

    def last(self, key: str) -> float:
        """The newest value of a term."""
        return next(values[key] for _step, values in reversed(self.points) if key in values)

    def curve(self, key: str) -> tuple[tuple[int, ...], tuple[float, ...]]:
        """A term's steps and values."""
        known = [(step, values[key]) for step, values in self.points if key in values]
        return tuple(step for step, _ in known), tuple(value for _, value in known)


def trained(store: Store, run_id: str) -> Trained:
    """A run of the store with its model; raises RunError where it has no checkpoint."""
    from genlab.runs.looks.codes import model_of

    run = store.get(run_id)
    if run.saved_step is None:
        raise RunError(f"run: {run_id!r} has not made a step yet")
    return Trained(run, tuple(store.points(run_id)), model_of(store, run_id, run.saved_step))


def begin(store: Store, experiment: Train, owner: str, seed: int) -> list[str]:
    """The ids of the experiment's new runs, of one seed: they train as soon as a worker has time."""
    from genlab.data import describe
    from genlab.models import family_named

    ids = []
    for training in experiment.trainings:
        family = family_named(training.family)
        config = family.preset(training.preset, describe(training.data).kind, training.settings)
        state = "paused" if training.turns else "running"
        made = store.create(owner, family.name, training.data, config.model_dump(), seed=seed, state=state)
        for part, count in training.turns:
            store.request_step(made.id, part, owner=owner, count=count)
        ids.append(made.id)
    return ids
