"""A lane of the scheduler: one worker, how it is started, and the runs that it keeps ready."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import CancelledError, Executor, Future
from dataclasses import dataclass, field

from genlab.runs.work.executors import MakeExecutor
from genlab.runs.work.pauses import Pauses
from genlab.runs.work.worker import prepare

LONGEST_PAUSE = 15.0

log = logging.getLogger(__name__)


def error_of(future: Future[int]) -> BaseException | None:
    """What a future that is done ended with; None where it has its result."""
    try:
        return future.exception()
    except CancelledError as cancelled:
        return cancelled


@dataclass
class Lane:
    """One worker and the runs that it keeps hot; at most one slice of them is under way.

    starting: the worker's imports, until they are done; pid: its process from then on; starts: the pauses between
    starts that fail.
    """

    make: MakeExecutor
    threads: int
    executor: Executor | None = None
    starting: Future[int] | None = None
    runs: set[str] = field(default_factory=set)
    slice: Future[int] | None = None
    run_id: str = ""
    began: float = 0.0
    pid: int | None = None
    starts: Pauses = field(default_factory=lambda: Pauses(LONGEST_PAUSE))

    @property
    def ready(self) -> bool:
        """Whether its worker waits for slices or makes one."""
        return self.executor is not None and self.starting is None

    @property
    def usable(self) -> bool:
        """Whether runs may be given to it: its last start did not fail."""
        return not self.starts.failures

    def start(self, wake: Callable[[], None]) -> None:
        """Begins to start a worker, where there is none and no pause is on; `wake` is called when that is done."""
        if self.executor is not None or not self.starts.over:
            return
        try:
            self.executor = self.make()
            self.starting = self.executor.submit(prepare, self.threads)
        except Exception as error:  # no memory, no process, no cluster: whatever it is, there is no worker
            self.start_failed(error)
            return
        self.starting.add_done_callback(lambda _: wake())

    def look(self) -> None:
        """Takes notice of a start that has ended, well or not."""
        if self.starting is None or not self.starting.done():
            return
        error = error_of(self.starting)
        if error is not None:
            self.start_failed(error)
            return
        self.pid, self.starting = self.starting.result(), None
        self.starts.worked()

    def start_failed(self, error: BaseException) -> None:
        """Without a worker nothing is trained here, which is no fault of any run."""
        log.warning("a worker cannot be started: %r", error)
        self.discard()
        self.starts.failed()

    def discard(self) -> None:
        """Gives up an executor whose worker died."""
        executor = self.executor
        self.forget()
        if executor is not None:
            executor.shutdown(wait=False)

    def forget(self) -> None:
        """Has no worker any more."""
        self.executor = self.starting = self.slice = self.pid = None
