"""Jobs that visitors have asked for, made one after the other in a worker process, beside the runs that train."""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar

from loky.process_executor import ShutdownExecutorError

from genlab.runs.trouble import StoreTrouble, WrongSetup
from genlab.runs.work.executors import end, lanes, worker_ended

UNDER_WAY = ("waiting", "running")

log = logging.getLogger(__name__)


class TooMany(RuntimeError):
    """So many jobs wait already that another would wait too long."""


@dataclass(eq=False)  # two that ask for the same are two
class Job(ABC):
    """One thing to be made, in one call of the worker or several. problem: a code, where it failed."""

    state: Literal["waiting", "running", "done", "failed", "cancelled"] = field(default="waiting", kw_only=True)
    problem: str | None = field(default=None, kw_only=True)

    @abstractmethod
    def submit(self, executor: Executor) -> Future[Any]:
        """Its next call, under way."""

    @abstractmethod
    def take(self, made: Any) -> None:
        """What a call has made; the job goes on until its state says that it has ended."""

    @property
    def begun(self) -> bool:
        """Whether a part of it is made, so that no other worker can take it from its beginning."""
        return False

    def problem_of(self, error: Exception) -> str | None:
        """The problem's code of an error that is no fault of the program; None for all others."""
        return None


AnyJob = TypeVar("AnyJob", bound=Job)


class OneWorker(Generic[AnyJob]):
    """A queue of jobs on one worker, which is ended when it has been idle so long: it holds some hundred MB.

    name: the thread's; ended: called with each job that has come to its end, within `changed`.
    """

    def __init__(
        self, name: str, idle_seconds: float, waiting_at_most: int, ended: Callable[[AnyJob], None] = lambda job: None
    ) -> None:
        self.changed = threading.Condition()
        self.idle_seconds = idle_seconds
        self._name, self._most, self._ended = name, waiting_at_most, ended
        self._queue: deque[AnyJob] = deque()
        self._thread: threading.Thread | None = None
        self._executor: Executor | None = None

    def put(self, job: AnyJob) -> None:
        """The job waits for its turn. Raises TooMany."""
        with self.changed:
            if len(self._queue) >= self._most:
                raise TooMany
            self._queue.append(job)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
                self._thread.start()
            self.changed.notify()

    def cancel(self, job: AnyJob) -> None:
        """Nobody wants the job any more."""
        with self.changed:
            if job.state == "waiting" and job is not self._queue[0]:  # the first is the worker's to take away
                self._queue.remove(job)
            job.state = "cancelled"

    def ahead(self, job: AnyJob) -> int:
        """How many jobs come before this one."""
        with self.changed:
            return self._queue.index(job) if job in self._queue else 0

    def _work(self) -> None:
        while True:
            with self.changed:
                if not self._queue and not self.changed.wait_for(lambda: bool(self._queue), self.idle_seconds):
                    self._thread = None
                    executor, self._executor = self._executor, None
                    break
                job = self._queue[0]
            self._make(job)
            with self.changed:
                self._queue.popleft()
                self._ended(job)
        if executor is not None:
            end(executor)

    def _call(self, job: AnyJob) -> Future[Any]:
        """The job's next call; a worker that cannot be started counts as one that ended."""
        try:
            self._executor = self._executor or lanes()[0][0]()
            return job.submit(self._executor)
        except (OSError, MemoryError, WrongSetup) as error:
            raise BrokenExecutor(str(error)) from error

    def _make(self, job: AnyJob) -> None:
        """Makes all of a job; what goes wrong is its problem alone."""
        with self.changed:
            if job.state == "cancelled":
                return
            job.state = "running"
        fresh = self._executor is None
        try:
            while job.state == "running":
                job.take(self._call(job).result())
        except ShutdownExecutorError:  # the server ends, and its worker with it
            job.state, job.problem = "failed", "killed"
        except StoreTrouble as trouble:
            job.state, job.problem = "failed", f"trouble_{trouble.kind}"
        except Exception as error:
            if problem := job.problem_of(error):
                job.state, job.problem = "failed", problem
                return
            if not worker_ended(error):
                log.error("%s: %r", job, error, exc_info=error)
                job.state, job.problem = "failed", "fault"
                return
            if self._executor is not None:
                self._executor.shutdown(wait=False)
            self._executor = None
            if not fresh and not job.begun:  # it died while it had nothing to do: another one takes its place
                self._make(job)
            else:
                job.state, job.problem = "failed", "killed"
