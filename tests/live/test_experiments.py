"""The queue of experiments: made in a worker, kept as answers; what goes wrong is one job's problem."""

from __future__ import annotations

import threading
from operator import floordiv
from typing import Any

from genlab.live.queues.experiments import Experiments, Job, Key

KEY: Key = ("ada", "a-chapter", 1)


class Kept:
    """What was kept, and a moment to wait for."""

    def __init__(self) -> None:
        self.found: dict[Key, Any] = {}
        self.came = threading.Event()

    def __call__(self, key: Key, outcome: Any) -> None:
        self.found[key] = outcome
        self.came.set()


def ended(queue: Experiments, job: Job) -> Job:
    """The job once it has ended: another one, behind it in the queue, has been made."""
    last = queue.ask(("nobody", "", 0), floordiv, 1, 1)
    while queue.ahead(last) or last.state in ("waiting", "running"):
        threading.Event().wait(0.02)
    return job


def test_what_a_worker_finds_is_kept() -> None:
    kept = Kept()
    queue = Experiments(kept)
    job = queue.ask(KEY, floordiv, 17, 5)
    assert queue.ask(KEY, floordiv, 1, 1) is job or kept.came.is_set()
    ended(queue, job)
    assert kept.found[KEY] == 3
    assert job.state == "done"
    assert queue.get(KEY) is None


def test_what_fails_is_said_and_the_next_is_made() -> None:
    kept = Kept()
    queue = Experiments(kept)
    job = ended(queue, queue.ask(KEY, floordiv, 1, 0))
    assert (job.state, job.problem) == ("failed", "fault")
    assert queue.get(KEY) is job
    queue.forget(KEY)
    assert queue.get(KEY) is None
    again = ended(queue, queue.ask(KEY, floordiv, 9, 3))
    assert again.state == "done"
