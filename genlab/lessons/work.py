"""What a worker process does for an experiment. Light on purpose: only the worker imports torch."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

from genlab.lessons.anatomy import Act, Compute, Outcome, Train
from genlab.lessons.loader import chapter_named, experiment_function
from genlab.runs.work.worker import use_torch

Packed = dict[str, Any]


def packed(outcome: Outcome) -> Packed:
    """An outcome as JSON can hold it; raises ValueError for a number that is not finite."""
    for name, value in outcome.numbers.items():
        if not math.isfinite(value):
            raise ValueError(f"outcome: {name} is {value}")
    return asdict(outcome)


def compute(chapter: str, question: int, seed: int, threads: int = 1) -> Packed:
    """The outcome of a Compute experiment. question: from 1."""
    experiment = chapter_named(chapter).questions[question - 1].experiment
    assert isinstance(experiment, Compute)
    use_torch(threads)
    return packed(experiment_function(chapter, experiment.function)(seed))


def measure(url: str, chapter: str, question: int, run_ids: tuple[str, ...], seed: int, threads: int = 1) -> Packed:
    """The outcome of a Train experiment: what its runs in the store at `url` have come to.

    Raises RunError where one of them is gone.
    """
    from genlab.lessons.trained import trained
    from genlab.runs import Store

    experiment = chapter_named(chapter).questions[question - 1].experiment
    assert isinstance(experiment, Train)
    use_torch(threads)
    store = Store(url, make=False)
    try:
        runs = tuple(trained(store, run_id) for run_id in run_ids)
    finally:
        store.close()
    return packed(experiment_function(chapter, experiment.measure)(runs, seed))


def judge(chapter: str, question: int, numbers: dict[str, float]) -> Packed:
    """The outcome of an Act, from the numbers that the instrument has published. Raises ValueError where they are not
    those that it publishes."""
    experiment = chapter_named(chapter).questions[question - 1].experiment
    assert isinstance(experiment, Act)
    try:
        return packed(experiment_function(chapter, experiment.judge)(numbers))
    except KeyError as error:
        raise ValueError(
            f"numbers: got {', '.join(sorted(numbers)) or 'none'}, and {error} is not among them"
        ) from None
