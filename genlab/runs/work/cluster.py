"""A Dask cluster as executors: one for each of its workers, broken as soon as that worker, or the cluster, is lost.

Dask itself lets what is pinned to a lost worker wait for its return, and gives up what it held when its scheduler goes.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable
from concurrent import futures
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, InvalidStateError
from contextlib import suppress
from functools import partial
from typing import Any

from genlab.runs.trouble import WrongSetup

CONNECT_SECONDS = 10
# Nobody waits for a cluster that was lost as for one that is new: it is tried again anyway.
CONNECT_AGAIN_SECONDS = 2
WATCH_SECONDS = 0.5
ANSWER_SECONDS = 5.0


class WorkerLost(BrokenExecutor):
    """The worker is not in the cluster any more."""


class ClusterLost(BrokenExecutor):
    """The cluster does not answer, or has no worker to spare: no fault of what it was asked."""


class Cluster:
    """The cluster at an address, and which of its workers are taken. Connected while one is."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._client: Any = None
        self._executors: list[OnWorker] = []
        self._lock = threading.RLock()

    def size(self) -> int:
        """How many workers it has; raises WrongSetup where it cannot be used."""
        client = connected(self.address)
        try:
            return len(client.scheduler_info(n_workers=-1)["workers"])
        finally:
            client.close()

    def executor(self) -> Executor:
        """An executor on a worker that nobody has taken; raises ClusterLost where there is none."""
        with self._lock:
            present = self._present(self._connect())
            if present is None:
                self._lose()
                raise ClusterLost(f"the Dask cluster at {self.address} does not answer")
            free = sorted(present - {executor.worker for executor in self._executors})
            if not free:
                raise ClusterLost(f"the Dask cluster at {self.address} has no worker to spare")
            made = OnWorker(free[0], self._client, self._give_back)
            self._executors.append(made)
            if len(self._executors) == 1:
                threading.Thread(target=self._watch, daemon=True, name="genlab-cluster").start()
            return made

    def _connect(self) -> Any:
        if self._client is None:
            try:
                self._client = connected(self.address, CONNECT_AGAIN_SECONDS)
            except WrongSetup as error:
                raise ClusterLost(str(error)) from error
        return self._client

    def _present(self, client: Any) -> set[str] | None:
        """The workers that the cluster has; None where it does not answer."""
        if client.status != "running":
            return None
        try:
            said = client.sync(client.scheduler.identity, n_workers=-1, callback_timeout=ANSWER_SECONDS)
        except (OSError, TimeoutError, CancelledError):
            return None
        return set(said["workers"])

    def _watch(self) -> None:
        """Breaks the executors whose worker is lost; ends with the last of them."""
        pause = threading.Event()
        while True:
            pause.wait(WATCH_SECONDS)
            with self._lock:
                client = self._client
                if not self._executors or client is None:
                    self._lose()
                    return
            present = self._present(client)
            with self._lock:
                if present is None:
                    self._lose()
                    return
                for executor in [executor for executor in self._executors if executor.worker not in present]:
                    self._executors.remove(executor)
                    executor.broken_by(WorkerLost(f"the cluster has lost its worker {executor.worker}"))

    def _lose(self) -> None:
        """Ends the connection; the next executor makes one anew."""
        client, self._client = self._client, None
        executors, self._executors = self._executors, []
        for executor in executors:
            executor.broken_by(ClusterLost(f"the Dask cluster at {self.address} does not answer"))
        if client is not None:
            threading.Thread(target=close, args=(client,), daemon=True, name="genlab-cluster-end").start()

    def _give_back(self, executor: OnWorker) -> None:
        with self._lock:
            if executor in self._executors:
                self._executors.remove(executor)


class OnWorker(Executor):
    """Runs on one worker of a cluster alone."""

    def __init__(self, worker: str, client: Any, give_back: Callable[[OnWorker], None]) -> None:
        self.worker, self._give_back = worker, give_back
        self._inner = client.get_executor(workers=[worker], pure=False, retries=0)
        self._under_way: dict[Future[Any], Future[Any]] = {}
        self._broken: BrokenExecutor | None = None

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """As executors do; raises BrokenExecutor where the worker is lost."""
        if self._broken is not None:
            raise self._broken
        ours: Future[Any] = Future()
        theirs = self._inner.submit(fn, *args, **kwargs)
        self._under_way[ours] = theirs
        theirs.add_done_callback(partial(self._ended, ours))
        if self._broken is not None:  # meanwhile
            self.broken_by(self._broken)
        return ours

    def broken_by(self, error: BrokenExecutor) -> None:
        """What is under way fails, and nothing new begins."""
        self._broken = error
        for ours, theirs in list(self._under_way.items()):
            with suppress(InvalidStateError):
                ours.set_exception(error)
            theirs.cancel()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leaves the worker to others."""
        under_way = list(self._under_way.items())
        if cancel_futures:
            for _, theirs in under_way:
                theirs.cancel()
        if wait:
            futures.wait([ours for ours, _ in under_way])
        self._give_back(self)

    def _ended(self, ours: Future[Any], theirs: Future[Any]) -> None:
        self._under_way.pop(ours, None)
        with suppress(InvalidStateError):  # it was broken before
            if theirs.cancelled():
                ours.set_exception(self._broken or ClusterLost("the cluster has cancelled it"))
            elif error := theirs.exception():
                ours.set_exception(error)
            else:
                ours.set_result(theirs.result())


def close(client: Any) -> None:
    """Ends a connection; one that Dask tries to mend, as soon as it has given up or not: it would log a traceback."""
    pause = threading.Event()
    while client.status == "connecting":
        pause.wait(WATCH_SECONDS)
    client.close(timeout=CONNECT_AGAIN_SECONDS)


def connected(address: str, seconds: float = CONNECT_SECONDS) -> Any:
    """A client of the Dask cluster at that address; raises WrongSetup where it cannot be used."""
    try:
        distributed = importlib.import_module("distributed")
    except ImportError as error:
        package = error.name or "distributed"
        raise WrongSetup(
            f"GENLAB_CLUSTER is {address!r}, but the package {package} is not installed; install it or unset it"
        ) from None
    try:
        client = distributed.Client(address, timeout=seconds, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        said = " ".join(str(error).split())
        raise WrongSetup(f"GENLAB_CLUSTER: no Dask scheduler answers at {address!r} ({said})") from None
    if not client.scheduler_info(n_workers=-1)["workers"]:
        client.close()
        raise WrongSetup(f"GENLAB_CLUSTER: the Dask cluster at {address!r} has no workers")
    return client
