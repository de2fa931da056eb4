"""Where slices run: one concurrent.futures.Executor a lane, each with one worker, here or on a Dask cluster."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Executor

import loky
import loky.backend

from genlab.runs.work.cluster import Cluster
from genlab.runs.work.worker import start_worker

MakeExecutor = Callable[[], Executor]
# What distributed calls it when a worker, or the way to it, is lost.
ENDED_ON_A_CLUSTER = {"KilledWorker", "FutureCancelledError", "CancelledError", "CommClosedError"}


def lanes(workers: int | None = None) -> tuple[list[MakeExecutor], int]:
    """A way to make each lane's executor, and the threads its worker may use.

    By default a lane for each core of this machine; with GENLAB_CLUSTER, for each worker of the Dask cluster at
    that address. Raises WrongSetup where the cluster cannot be used.
    """
    if address := os.environ.get("GENLAB_CLUSTER"):
        cluster = Cluster(address)
        return [cluster.executor] * cluster.size(), 1
    count = workers or loky.cpu_count()
    threads = max(1, loky.cpu_count() // count)
    return [lambda: _local_executor(threads)] * count, threads


def on_cluster() -> bool:
    """Whether slices run on a cluster."""
    return bool(os.environ.get("GENLAB_CLUSTER"))


def _local_executor(threads: int) -> Executor:
    # loky, because its processes start without running the server's main script again.
    return loky.ProcessPoolExecutor(
        max_workers=1,
        context=loky.backend.get_context("loky"),
        initializer=start_worker,
        initargs=(os.getpid(),),
        # A worker keeps runs ready, so its memory may grow: that is no leak to restart it for.
        env={"OMP_NUM_THREADS": str(threads), "LOKY_MAX_MEMORY_LEAK_SIZE": str(2**62)},
    )


def end(executor: Executor) -> None:
    """Ends an executor whose slices are done; a worker here that is still importing is not waited for."""
    if isinstance(executor, loky.ProcessPoolExecutor):
        executor.shutdown(wait=True, kill_workers=True)
    else:
        executor.shutdown(wait=True)


def worker_ended(error: BaseException) -> bool:
    """Whether a slice failed because its worker died or had no memory left, and not because of the slice."""
    died = isinstance(error, BrokenExecutor | CancelledError | MemoryError)
    return died or type(error).__name__ in ENDED_ON_A_CLUSTER
