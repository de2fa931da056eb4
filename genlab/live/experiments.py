"""The experiments of the course that visitors have asked for: one at a time, in a worker process of their own, beside
the runs that train."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from genlab.live.lab import lab
from genlab.runs.store.record import RunError
from genlab.runs.trouble import StoreTrouble, WrongSetup
from genlab.runs.work.executors import end, lanes, worker_ended

# A worker that nobody needs is ended: it holds some hundred MB.
IDLE_SECONDS = 120.0
WAITING_AT_MOST = 64

log = logging.getLogger(__name__)

# Whose, of which chapter, which question.
Key = tuple[str, str, int]


class TooMany(RuntimeError):
    """So many experiments wait already that another would wait too long."""


@dataclass(eq=False)
class Job:
    """One experiment under way. problem: a code, where it failed."""

    key: Key
    function: Callable[..., tuple[Any, int]]
    arguments: tuple[Any, ...]
    state: Literal["waiting", "running", "done", "failed"] = "waiting"
    problem: str | None = None


class Experiments:
    """A queue of jobs on one worker. What a job finds goes into the store as the visitor's answer."""

    def __init__(self, keep: Callable[[Key, Any], None]) -> None:
        self._keep = keep
        self._changed = threading.Condition()
        self._jobs: dict[Key, Job] = {}
        self._queue: deque[Job] = deque()
        self._thread: threading.Thread | None = None
        self._executor: Executor | None = None

    def ask(self, key: Key, function: Callable[..., tuple[Any, int]], *arguments: Any) -> Job:
        """The visitor's job for this question: the one under way, or a new one. Raises TooMany."""
        with self._changed:
            job = self._jobs.get(key)
            if job is not None and job.state in ("waiting", "running"):
                return job
            if len(self._queue) >= WAITING_AT_MOST:
                raise TooMany
            job = self._jobs[key] = Job(key, function, arguments)
            self._queue.append(job)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="genlab-experiments", daemon=True)
                self._thread.start()
            self._changed.notify()
            return job

    def get(self, key: Key) -> Job | None:
        """The latest job of a question; a failed one until the next is asked for."""
        return self._jobs.get(key)

    def forget(self, key: Key) -> None:
        """Drops what is known of a job that has ended."""
        with self._changed:
            job = self._jobs.get(key)
            if job is not None and job.state in ("done", "failed"):
                del self._jobs[key]

    def ahead(self, job: Job) -> int:
        """How many jobs come before this one."""
        with self._changed:
            return self._queue.index(job) if job in self._queue else 0

    def _work(self) -> None:
        while True:
            with self._changed:
                if not self._queue and not self._changed.wait_for(lambda: bool(self._queue), IDLE_SECONDS):
                    self._thread = None
                    executor, self._executor = self._executor, None
                    break
                job = self._queue[0]
            self._make(job)
            with self._changed:
                self._queue.popleft()
                if job.state == "done":
                    self._jobs.pop(job.key, None)
        if executor is not None:
            end(executor)

    def _make(self, job: Job, again: bool = True) -> None:
        """Makes one job; what goes wrong is its problem alone."""
        job.state = "running"
        fresh = self._executor is None
        try:
            self._executor = self._executor or lanes()[0][0]()
            outcome, _pid = self._executor.submit(job.function, *job.arguments).result()
            self._keep(job.key, outcome)
            job.state = "done"
        except StoreTrouble as trouble:
            job.state, job.problem = "failed", f"trouble_{trouble.kind}"
        except RunError:
            job.state, job.problem = "failed", "gone"
        except (OSError, MemoryError, WrongSetup):
            job.state, job.problem = "failed", "killed"
        except Exception as error:
            if not worker_ended(error) and not isinstance(error, BrokenExecutor):
                log.error("experiment %s %s: %r", *job.key[1:], error, exc_info=error)
                job.state, job.problem = "failed", "fault"
                return
            if self._executor is not None:
                self._executor.shutdown(wait=False)
            self._executor = None
            if again and not fresh:  # it died while it had nothing to do: another one takes its place
                self._make(job, again=False)
            else:
                job.state, job.problem = "failed", "killed"


def keep(key: Key, outcome: Any) -> None:
    """An experiment's outcome becomes the visitor's answer."""
    owner, chapter, question = key
    lab().store.keep_answer(owner, chapter, question, result=outcome)


@cache
def experiments() -> Experiments:
    """This process' experiments."""
    return Experiments(keep)
