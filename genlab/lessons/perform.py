"""An experiment performed here and now, as a visitor's would be but without server and browser: for tests and for the
benchmark of the course."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from genlab.lessons.anatomy import Act, Compute, Outcome, Train
from genlab.lessons.loader import chapter_named, experiment_function


def perform(chapter: str, number: int, seed: int, settings: Mapping[str, Any] | None = None) -> Outcome:
    """The outcome of a chapter's question (from 1) for a seed. settings: what its trainings have otherwise, so that a
    test may train less. Raises TypeError for an Act, which needs a browser."""
    experiment = chapter_named(chapter).questions[number - 1].experiment
    if isinstance(experiment, Act):
        raise TypeError(f"{chapter}, question {number}: needs a browser")
    if isinstance(experiment, Compute):
        return experiment_function(chapter, experiment.function)(seed)
    changed = [replace(one, settings={**one.settings, **(settings or {})}) for one in experiment.trainings]
    return trained_outcome(chapter, replace(experiment, trainings=tuple(changed)), seed)


def trained_outcome(chapter: str, experiment: Train, seed: int) -> Outcome:
    """What an experiment that trains has come to, in a store of its own."""
    from genlab.lessons.trained import begin, trained
    from genlab.runs import Store
    from genlab.runs.work.hot import HotRuns

    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'runs.sqlite'}")
        try:
            ids = begin(store, experiment, "nobody", seed)
            hot = HotRuns(store)
            for run_id in ids:
                while run_id in store.runnable():
                    hot.advance(run_id, 60.0, save=True)
            runs = tuple(trained(store, run_id) for run_id in ids)
            return experiment_function(chapter, experiment.measure)(runs, seed)
        finally:
            store.close()
