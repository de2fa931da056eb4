"""Where slices run: one concurrent.futures.Executor a lane, each with one worker, here or on a Dask cluster."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Executor
from typing import Any

import loky
import loky.backend

from genlab.runs.trouble import WrongSetup
from genlab.runs.work.worker import start_worker

MakeExecutor = Callable[[], Executor]
CLUSTER_SECONDS = 10
# What distributed calls it when a worker, or the way to it, is lost.
ENDED_ON_A_CLUSTER = {"KilledWorker", "FutureCancelledError", "CancelledError", "CommClosedError"}


def lanes(workers: int | None = None) -> tuple[list[MakeExecutor], int]:
    """A way to make each lane's executor, and the threads its worker may use.

    By default a lane for each core of this machine; with GENLAB_CLUSTER, for each worker of the Dask cluster at
    that address. Raises WrongSetup where the cluster cannot be used.
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
    client = connected(address)
    names = list(client.scheduler_info(n_workers=-1)["workers"])
    return [lambda name=name: client.get_executor(workers=[name], pure=False, retries=0) for name in names], 1


def connected(address: str) -> Any:
    """A client of the Dask cluster at that address; raises WrongSetup where it cannot be used."""
    try:
        distributed = importlib.import_module("distributed")
    except ImportError as error:
        package = error.name or "distributed"
        raise WrongSetup(
            f"GENLAB_CLUSTER is {address!r}, but the package {package} is not installed; install it or unset it"
        ) from None
    try:
        client = distributed.Client(address, timeout=CLUSTER_SECONDS)
    except (OSError, TimeoutError, ValueError) as error:
        said = " ".join(str(error).split())
        raise WrongSetup(f"GENLAB_CLUSTER: no Dask scheduler answers at {address!r} ({said})") from None
    if not client.scheduler_info(n_workers=-1)["workers"]:
        client.close()
        raise WrongSetup(f"GENLAB_CLUSTER: the Dask cluster at {address!r} has no workers")
    return client


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
