"""The critics that visitors ask for: one at a time, in a worker process of their own, beside the runs that train."""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from functools import cache

from genlab.live.lab import lab
from genlab.live.queues import one_worker
from genlab.live.queues.one_worker import UNDER_WAY, OneWorker
from genlab.live.queues.one_worker import TooMany as TooMany
from genlab.runs.work.critics import CriticSlice, Row, Verdict, critic_slice

SLICE_SECONDS = 0.5
IDLE_SECONDS = 60.0
WAITING_AT_MOST = 12
KEPT = 64


@dataclass(eq=False)
class Job(one_worker.Job):
    """The critics of a run at a checkpoint's step. url: the run's store; steps: how long they train; pid: its worker's
    process; askers: the keys of the visitors who want it."""

    run_id: str
    step: int
    url: str = ""
    steps: int | None = None
    rows: list[Row] = field(default_factory=list)
    verdict: Verdict | None = None
    pid: int = 0
    askers: set[str] = field(default_factory=set)

    def __str__(self) -> str:
        return f"critic of run {self.run_id}"

    @property
    def begun(self) -> bool:
        """Whether its curve has begun."""
        return bool(self.rows)

    def submit(self, executor: Executor) -> Future[CriticSlice]:
        """The next slice."""
        arguments = (self.url, self.run_id, self.step, SLICE_SECONDS, 1, self.steps, not self.begun)
        return executor.submit(critic_slice, *arguments)

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
    """The visitors' critics; each takes half a minute of one core. Results are kept, the latest of each run.

    url: the runs' store; steps: how long a critic trains, by default as genlab.critic says.
    """

    def __init__(self, url: str, steps: int | None = None) -> None:
        self.url, self.steps = url, steps
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self.worker: OneWorker[Job] = OneWorker("genlab-critics", IDLE_SECONDS, WAITING_AT_MOST)

    def ask(self, run_id: str, step: int, asker: str = "") -> Job:
        """The job for this run at this step: the one there is (under way, at whatever step, or done), or a new one.

        Raises TooMany.
        """
        with self.worker.changed:
            job = self._jobs.get(run_id)
            if job and (job.state in UNDER_WAY or (job.state == "done" and job.step == step)):
                job.askers.add(asker)
                return job
            job = Job(run_id, step, self.url, self.steps, askers={asker})
            self.worker.put(job)
            self._jobs[run_id] = job
            self._jobs.move_to_end(run_id)
            if len(self._jobs) > KEPT:
                self._jobs.popitem(last=False)
            return job

    def cancel(self, run_id: str, asker: str = "") -> Job | None:
        """The run's job, which this visitor no longer wants; it is given up when nobody else does either."""
        with self.worker.changed:
            job = self._jobs.get(run_id)
            if job is None or job.state not in UNDER_WAY or asker not in job.askers:
                return job
            job.askers.discard(asker)
            if not job.askers:
                self.worker.cancel(job)
            return job

    def get(self, run_id: str) -> Job | None:
        """The latest job of a run."""
        return self._jobs.get(run_id)

    def ahead(self, job: Job) -> int:
        """How many jobs come before this one."""
        return self.worker.ahead(job)


@cache
def critics() -> Critics:
    """This process' critics, of the lab's store."""
    return Critics(lab().store.url)
