"""The experiments of the course that visitors have asked for: one at a time, in a worker process of their own, beside
the runs that train."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from genlab.live.lab import lab
from genlab.live.queues import one_worker
from genlab.live.queues.one_worker import UNDER_WAY, OneWorker
from genlab.live.queues.one_worker import TooMany as TooMany
from genlab.runs.store.record import RunError

IDLE_SECONDS = 120.0
WAITING_AT_MOST = 64

# Whose, of which chapter, which question.
Key = tuple[str, str, int]
Keep = Callable[[Key, Any], None]


@dataclass(eq=False)
class Job(one_worker.Job):
    """One experiment under way. keep: what its outcome is handed to."""

    key: Key
    function: Callable[..., Any] = field(repr=False)
    arguments: tuple[Any, ...] = field(repr=False)
    keep: Keep = field(repr=False)

    def __str__(self) -> str:
        return f"experiment {self.key[1]} {self.key[2]}"  # of whom is nobody's business

    def submit(self, executor: Executor) -> Future[Any]:
        """The whole experiment."""
        return executor.submit(self.function, *self.arguments)

    def take(self, made: Any) -> None:
        """The outcome."""
        self.keep(self.key, made)
        self.state = "done"

    def problem_of(self, error: Exception) -> str | None:
        """A run that is gone; a machine that has no room left."""
        if isinstance(error, RunError):
            return "gone"
        return "killed" if isinstance(error, OSError) else None


class Experiments:
    """The visitors' experiments. What one finds goes into the store as the visitor's answer."""

    def __init__(self, keep: Keep) -> None:
        self._keep = keep
        self._jobs: dict[Key, Job] = {}
        self.worker: OneWorker[Job] = OneWorker("genlab-experiments", IDLE_SECONDS, WAITING_AT_MOST, self._ended)

    def ask(self, key: Key, function: Callable[..., Any], *arguments: Any) -> Job:
        """The visitor's job for this question: the one under way, or a new one. Raises TooMany."""
        with self.worker.changed:
            job = self._jobs.get(key)
            if job is not None and job.state in UNDER_WAY:
                return job
            job = Job(key, function, arguments, self._keep)
            self.worker.put(job)
            self._jobs[key] = job
            return job

    def get(self, key: Key) -> Job | None:
        """The latest job of a question; a failed one until the next is asked for."""
        return self._jobs.get(key)

    def forget(self, key: Key) -> None:
        """Drops what is known of a job that has ended."""
        with self.worker.changed:
            job = self._jobs.get(key)
            if job is not None and job.state not in UNDER_WAY:
                del self._jobs[key]

    def ahead(self, job: Job) -> int:
        """How many jobs come before this one."""
        return self.worker.ahead(job)

    def _ended(self, job: Job) -> None:
        if job.state == "done":  # what it found is in the store
            self._jobs.pop(job.key, None)


def keep(key: Key, outcome: Any) -> None:
    """An experiment's outcome becomes the visitor's answer."""
    owner, chapter, question = key
    lab().store.keep_answer(owner, chapter, question, result=outcome)


@cache
def experiments() -> Experiments:
    """This process' experiments."""
    return Experiments(keep)
