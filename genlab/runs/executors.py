"""Where slices run: one concurrent.futures.Executor a lane, each with one worker, here or on a Dask cluster."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor

import loky
import loky.backend

from genlab.runs.worker import start_worker

MakeExecutor = Callable[[], Executor]


def lanes(workers: int | None = None) -> tuple[list[MakeExecutor], int]:
    """A way to make each lane's executor, and the threads its worker may use.

    By default a lane for each core of this machine; with GENLAB_CLUSTER, for each worker of the Dask cluster at
    that address. Raises RuntimeError where the cluster cannot be used.
    """
    if address := os.environ.get("GENLAB_CLUSTER"):
        return _cluster_lanes(address)
    count = workers or loky.cpu_count()
    threads = max(1, loky.cpu_count() // count)
    return [lambda: _local_executor(threads)] * count, threads


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


def _cluster_lanes(address: str) -> tuple[list[MakeExecutor], int]:
    try:
        distributed = importlib.import_module("distributed")
    except ImportError:
        raise RuntimeError(
            f"GENLAB_CLUSTER is {address!r}, but the package distributed is not installed; install it or unset it"
        ) from None
    try:
        client = distributed.Client(address, timeout=10)
    except (OSError, TimeoutError, ValueError) as error:
        raise RuntimeError(f"GENLAB_CLUSTER: no Dask scheduler answers at {address!r} ({error})") from None
    names = list(client.scheduler_info(n_workers=-1)["workers"])
    if not names:
        raise RuntimeError(f"GENLAB_CLUSTER: the Dask cluster at {address!r} has no workers")
    return [lambda name=name: client.get_executor(workers=[name], pure=False, retries=0) for name in names], 1


def end(executor: Executor) -> None:
    """Ends an executor whose slices are done; a worker here that is still importing is not waited for."""
    if isinstance(executor, loky.ProcessPoolExecutor):
        executor.shutdown(wait=True, kill_workers=True)
    else:
        executor.shutdown(wait=True)


def worker_ended(error: BaseException) -> bool:
    """Whether a slice failed because its worker died, and not because of the slice."""
    return isinstance(error, BrokenExecutor) or type(error).__name__ == "KilledWorker"
