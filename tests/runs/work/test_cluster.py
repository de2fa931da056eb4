"""A Dask cluster on this machine whose workers and scheduler are killed: what a run becomes is the same to the bit."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from genlab.runs import Store
from genlab.runs.trouble import STANDSTILL, WrongSetup
from genlab.runs.work.cluster import Cluster as OnDask
from genlab.runs.work.cluster import ClusterLost, WorkerLost
from genlab.runs.work.executors import lanes
from genlab.runs.work.scheduler import Scheduler

Until = Callable[..., None]
Weights = Callable[[Store, str], dict[str, bytes]]
Alone = Callable[..., tuple[dict[str, bytes], list[Any]]]
# Some seconds of training: long enough to be killed in the middle.
DIGITS: dict[str, Any] = {"hidden": 64, "latents": 4, "batch": 32, "steps": 600}


class Cluster:
    """A scheduler and its workers, each a process of its own as their images start them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{self.port}"
        self.processes: list[subprocess.Popen[bytes]] = []

    def begin(self, *arguments: str) -> None:
        """Starts one of Dask's programs."""
        command = [sys.executable, "-m", "dask", *arguments, "--no-dashboard"]
        environment = os.environ | {"OMP_NUM_THREADS": "1"}
        with (self.folder / "dask.log").open("ab") as log:
            self.processes.append(subprocess.Popen(command, env=environment, stdout=log, stderr=log))

    def start(self, workers: int = 2) -> None:
        """Starts a scheduler and workers."""
        self.begin("scheduler", "--host", "127.0.0.1", "--port", str(self.port))
        for number in range(workers):
            self.work(number)

    def work(self, number: int) -> None:
        """Starts a worker."""
        # Without a nanny, which would start it again at once: what starts it again is the system that serves it.
        own = ["--nthreads", "1", "--no-nanny", "--local-directory", str(self.folder / str(number))]
        self.begin("worker", self.address, "--host", "127.0.0.1", *own)

    def kill(self) -> None:
        """Ends all of it without a word."""
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.wait()
        self.processes.clear()


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    made = Cluster(tmp_path)
    monkeypatch.setenv("GENLAB_CLUSTER", made.address)
    try:
        yield made
    finally:
        made.kill()


@pytest.fixture
def scheduler(cluster: Cluster, store: Store, until: Until) -> Iterator[Scheduler]:
    """One that trains on two workers, ready."""
    cluster.start()
    until(lambda: size(cluster) == 2, 60)
    made = Scheduler(store)
    for lane in made.lanes:
        lane.starts.longest = 0.5
    made.start()
    made.warm()
    until(lambda: len(made.lanes) == 2 and all(lane.ready for lane in made.lanes), 60)
    yield made
    made.stop()


def size(cluster: Cluster) -> int:
    """How many workers there are; 0 while the scheduler does not answer."""
    with suppress(WrongSetup):
        return OnDask(cluster.address).size()
    return 0


def test_a_lost_worker_and_a_lost_scheduler_change_nothing(
    cluster: Cluster, scheduler: Scheduler, store: Store, until: Until, weights_of: Weights, trained_alone: Alone
) -> None:
    runs = [store.create("ada", "vae", "mnist5k", DIGITS | {"beta": beta}).id for beta in (1, 2)]
    scheduler.wake()

    def beyond(step: int) -> bool:
        return all(store.get(run_id).step > step for run_id in runs)

    until(lambda: beyond(40), 60)
    lost = next(lane for lane in scheduler.lanes if runs[0] in lane.runs)
    assert lost.pid is not None
    os.kill(lost.pid, signal.SIGKILL)
    until(lambda: not lost.usable and not lost.runs)
    assert scheduler.standstill() is None, "the other goes on"
    stood = store.get(runs[0]).step
    until(lambda: store.get(runs[0]).step > stood, 60)

    cluster.kill()
    until(lambda: scheduler.standstill() == "no_cluster")
    assert STANDSTILL["no_cluster"].startswith("Training stands still")
    # The other, which lost no worker, may be done by now.
    assert [store.get(run_id).state for run_id in runs] in (["running", "running"], ["running", "finished"])
    assert scheduler.deaths.keys() <= {runs[0]}, "a cluster that is gone is no fault of a run"

    cluster.start(workers=1)
    until(lambda: all(store.get(run_id).state != "running" for run_id in runs), 90)
    for run_id, beta in zip(runs, (1, 2), strict=True):
        assert (store.get(run_id).state, store.get(run_id).error) == ("finished", None)
        assert weights_of(store, run_id) == trained_alone("vae", "mnist5k", DIGITS | {"beta": beta})[0]


def test_a_worker_serves_one_lane_and_another_takes_the_place_of_a_lost_one(cluster: Cluster, until: Until) -> None:
    cluster.start(workers=1)
    until(lambda: size(cluster) == 1, 60)
    (make,), threads = lanes()
    assert threads == 1
    executor = make()
    with pytest.raises(ClusterLost, match="no worker to spare"):
        make()
    before = executor.submit(os.getpid).result(30)
    waiting = executor.submit(time.sleep, 600)
    os.kill(before, signal.SIGKILL)
    assert isinstance(waiting.exception(30), WorkerLost)
    with pytest.raises(WorkerLost):
        executor.submit(os.getpid)
    cluster.work(1)
    until(lambda: size(cluster) == 1, 60)
    with make() as another:
        assert another.submit(os.getpid).result(30) not in (before, os.getpid())
