"""The critics that visitors ask for: one at a time, in a worker process of their own, beside the runs that train."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict, deque
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from loky.process_executor import ShutdownExecutorError

from genlab.live.lab import lab
from genlab.runs.trouble import StoreTrouble, WrongSetup
from genlab.runs.work.critics import CriticSlice, Row, Verdict, critic_slice
from genlab.runs.work.executors import end, lanes, worker_ended

SLICE_SECONDS = 0.5
# A worker that nobody needs is ended: it holds some hundred MB.
IDLE_SECONDS = 60.0
WAITING_AT_MOST = 12
UNDER_WAY = ("waiting", "running")
KEPT = 64

log = logging.getLogger(__name__)


class TooMany(RuntimeError):
    """So many critics wait already that another would wait too long."""


@dataclass(eq=False)  # two of a run are two
class Job:
    """The critics of a run at a checkpoint's step. problem: a code, where it failed; pid: its worker's process; askers:
    the keys of the visitors who want it."""

    run_id: str
    step: int
    state: Literal["waiting", "running", "done", "failed", "cancelled"] = "waiting"
    rows: list[Row] = field(default_factory=list)
    verdict: Verdict | None = None
    problem: str | None = None
    pid: int = 0
    askers: set[str] = field(default_factory=set)

    def take(self, made: CriticSlice) -> None:
        """Adds what a slice has made."""
        if self.state == "cancelled":  # while the slice was made
            return
        self.rows += made.rows
        self.verdict, self.problem, self.pid = made.verdict, made.problem, made.pid
        if made.problem:
            self.state = "failed"
        elif made.done:
            self.state = "done"


class Critics:
    """A queue of jobs on one worker; a job takes half a minute of one core. Results are kept, the latest of each run.

    url: the runs' store; steps: how long a critic trains, by default as genlab.critic says.
    """

    def __init__(self, url: str, steps: int | None = None) -> None:
        self.url, self.steps = url, steps
        self._changed = threading.Condition()
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._queue: deque[Job] = deque()
        self._thread: threading.Thread | None = None
        self._executor: Executor | None = None

    def ask(self, run_id: str, step: int, asker: str = "") -> Job:
        """The job for this run at this step: the one there is (under way, at whatever step, or done), or a new one.

        Raises TooMany.
        """
        with self._changed:
            job = self._jobs.get(run_id)
            if job and (job.state in UNDER_WAY or (job.state == "done" and job.step == step)):
                job.askers.add(asker)
                return job
            if len(self._queue) >= WAITING_AT_MOST:
                raise TooMany
            job = self._jobs[run_id] = Job(run_id, step, askers={asker})
            self._jobs.move_to_end(run_id)
            if len(self._jobs) > KEPT:
                self._jobs.popitem(last=False)
            self._queue.append(job)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="genlab-critics", daemon=True)
                self._thread.start()
            self._changed.notify()
            return job

    def cancel(self, run_id: str, asker: str = "") -> Job | None:
        """The run's job, which this visitor no longer wants; it is given up when nobody else does either."""
        with self._changed:
            job = self._jobs.get(run_id)
            if job is None or job.state not in UNDER_WAY or asker not in job.askers:
                return job
            job.askers.discard(asker)
            if job.askers:
                return job
            if job.state == "waiting" and job is not self._queue[0]:  # the first is the worker's to take away
                self._queue.remove(job)
            job.state = "cancelled"
            return job

    def get(self, run_id: str) -> Job | None:
        """The latest job of a run."""
        return self._jobs.get(run_id)

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
        if executor is not None:
            end(executor)

    def _slice(self, job: Job) -> Future[CriticSlice]:
        """The job's next slice, under way; a worker that cannot be started counts as one that ended."""
        try:
            self._executor = self._executor or lanes()[0][0]()
            arguments = (self.url, job.run_id, job.step, SLICE_SECONDS, 1, self.steps, not job.rows)
            return self._executor.submit(critic_slice, *arguments)
        except (OSError, MemoryError, WrongSetup) as error:
            raise BrokenExecutor(str(error)) from error

    def _make(self, job: Job) -> None:
        """Makes all of a job; what goes wrong is its problem alone."""
        with self._changed:
            if job.state == "cancelled":
                return
            job.state = "running"
        fresh = self._executor is None
        try:
            while job.state == "running":
                job.take(self._slice(job).result())
        except ShutdownExecutorError:  # the server ends, and its critic with it
            job.state, job.problem = "failed", "killed"
        except StoreTrouble as trouble:
            job.state, job.problem = "failed", f"trouble_{trouble.kind}"
        except Exception as error:
            if not worker_ended(error):
                log.error("critic of run %s: %r", job.run_id, error, exc_info=error)
                job.state, job.problem = "failed", "fault"
                return
            if self._executor is not None:
                self._executor.shutdown(wait=False)
            self._executor = None
            if not fresh and not job.rows:  # it died while it had nothing to do: another one takes its place
                self._make(job)
            else:
                job.state, job.problem = "failed", "killed"


@cache
def critics() -> Critics:
    """This process' critics, of the lab's store."""
    return Critics(lab().store.url)
