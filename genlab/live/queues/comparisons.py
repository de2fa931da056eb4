"""The rows of tables that visitors look at: one run at a time, in a worker process, beside the runs that train."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from genlab.home import DataUnavailable
from genlab.live.queues import one_worker
from genlab.live.queues.one_worker import UNDER_WAY, OneWorker
from genlab.live.queues.one_worker import TooMany as TooMany
from genlab.runs.store.record import RunError
from genlab.runs.work.rows import MadeRow, rows_of_run, rows_without_training

IDLE_SECONDS = 60.0
WAITING_AT_MOST = 32
KEPT = 128

# What is measured: a data set's name, or a run's id and its step; and the seed.
Key = tuple[str, int | None, int]


@dataclass(eq=False)
class Job(one_worker.Job):
    """The rows of one thing."""

    key: Key
    function: Callable[..., list[MadeRow]] = field(repr=False)
    arguments: tuple[Any, ...] = field(repr=False)
    rows: list[MadeRow] = field(default_factory=list)

    def __str__(self) -> str:
        return f"rows of {self.key[0]}"

    def submit(self, executor: Executor) -> Future[Any]:
        """All of it in one call."""
        return executor.submit(self.function, *self.arguments)

    def take(self, made: list[MadeRow]) -> None:
        """The rows."""
        self.rows, self.state = made, "done"

    def problem_of(self, error: Exception) -> str | None:
        """A run that is gone, one that has diverged, data that is not on this machine."""
        if isinstance(error, RunError):
            return "gone"
        if isinstance(error, FloatingPointError):
            return "not_finite"
        return "no_data" if isinstance(error, DataUnavailable) else None


class Comparisons:
    """Rows that were asked for, the latest of them kept."""

    def __init__(self) -> None:
        self._jobs: OrderedDict[Key, Job] = OrderedDict()
        self.worker: OneWorker[Job] = OneWorker("genlab-comparisons", IDLE_SECONDS, WAITING_AT_MOST)

    def of_data(self, name: str, seed: int = 0) -> Job:
        """Real examples, and what needs no training. Raises TooMany."""
        return self._asked((name, None, seed), rows_without_training, name, seed)

    def of_run(self, url: str, run_id: str, step: int, seed: int = 0) -> Job:
        """The rows of a run of the store at `url` as it is saved at `step`. Raises TooMany."""
        return self._asked((run_id, step, seed), rows_of_run, url, run_id, seed)

    def _asked(self, key: Key, function: Callable[..., list[MadeRow]], *arguments: Any) -> Job:
        with self.worker.changed:
            job = self._jobs.get(key)
            # Whose worker was killed is tried once more by whoever looks next.
            if job is not None and (job.state in UNDER_WAY or job.state == "done" or job.problem != "killed"):
                return job
            job = Job(key, function, arguments)
            self.worker.put(job)
            self._jobs[key] = job
            for old in [key for key, kept in self._jobs.items() if kept.state not in UNDER_WAY][:-KEPT]:
                del self._jobs[old]
            return job


@cache
def comparisons() -> Comparisons:
    """This process' comparisons."""
    return Comparisons()
