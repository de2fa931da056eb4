"""Critics of runs, trained in a worker process a slice at a time. Light on purpose: only the worker imports torch."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from genlab.runs.store.record import RunError
from genlab.runs.work.worker import prepare

if TYPE_CHECKING:
    from genlab.critic import CriticPoint

    Pair = tuple[CriticPoint, CriticPoint]

# step, bound and its standard error, then the floor's: nats
Row = tuple[int, float, float, float, float]
Problem = Literal["gone", "not_finite", "no_data"]


@dataclass(frozen=True)
class Verdict:
    """What the critics say at the moment that the validation examples choose: bound and standard error, nats, the
    run's and the floor's; on so many pictures a side."""

    step: int
    bound: float
    standard_error: float
    floor: float
    floor_error: float
    pictures: int


@dataclass(frozen=True)
class CriticSlice:
    """What one slice made: new rows of the curve, the verdict so far, whether that was all; or what went wrong.

    pid: the worker's process.
    """

    rows: tuple[Row, ...] = ()
    verdict: Verdict | None = None
    done: bool = True
    problem: Problem | None = None
    pid: int = 0


@dataclass
class Hot:
    """The comparison that this process is making."""

    key: tuple[str, str, int]
    pairs: Iterator[Pair]
    made: list[Pair]


_hot: list[Hot] = []


def critic_slice(
    url: str,
    run_id: str,
    step: int,
    seconds: float,
    threads: int = 1,
    steps: int | None = None,
    afresh: bool = False,
) -> CriticSlice:
    """Goes on with the critics of a run's checkpoint for so many seconds, from the start where this process has not
    begun them, or where they are to begin `afresh`: others may have been given up half way; steps: how long they train,
    by default as genlab.critic says."""
    prepare(threads)
    key = (url, run_id, step)
    if afresh or not _hot or _hot[0].key != key:
        from genlab.runs.looks.codes import NotFinite

        try:
            _hot[:] = [Hot(key, begin(url, run_id, step, steps), [])]
        except NotFinite:
            return CriticSlice(problem="not_finite", pid=os.getpid())
        except RunError:
            return CriticSlice(problem="gone", pid=os.getpid())
        except LookupError:
            return CriticSlice(problem="no_data", pid=os.getpid())
    hot = _hot[0]
    deadline, begun, done = time.perf_counter() + seconds, len(hot.made), False
    while time.perf_counter() < deadline and not done:
        pair = next(hot.pairs, None)
        done = pair is None
        if pair is not None:
            hot.made.append(pair)
    if done:
        _hot.clear()
    return CriticSlice(tuple(row(pair) for pair in hot.made[begun:]), verdict(hot.made), done, pid=os.getpid())


def row(pair: Pair) -> Row:
    """A point of the curve."""
    run, floor = pair
    return run.step, run.bound, run.standard_error, floor.bound, floor.standard_error


def verdict(pairs: list[Pair]) -> Verdict:
    """Each critic at its own best moment."""
    from genlab.critic import chosen

    run, floor = chosen(run for run, _ in pairs), chosen(floor for _, floor in pairs)
    return Verdict(run.step, run.bound, run.standard_error, floor.bound, floor.standard_error, run.examples)


def begin(url: str, run_id: str, step: int, steps: int | None) -> Iterator[Pair]:
    """The comparison of a run's samples with its data, not yet begun.

    Raises RunError where there is no such checkpoint, NotFinite for weights that are not numbers, LookupError where
    the data are not on this machine.
    """
    from genlab.critic import STEPS, compare_images
    from genlab.data import ImageData, at_hand, load
    from genlab.runs import Store
    from genlab.runs.looks.codes import model_of

    store = Store(url, make=False)
    try:
        name = at_hand(store.get(run_id).data)
        if name is None:
            raise LookupError(run_id)
        data, model = load(name), model_of(store, run_id, step)
    finally:
        store.close()
    assert isinstance(data, ImageData)
    return compare_images(model, data, steps=STEPS if steps is None else steps)
