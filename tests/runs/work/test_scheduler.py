"""The scheduler with real workers: fair, killed, taken over; what a run becomes is the same to the last bit."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from genlab.runs import Run, Store
from genlab.runs.work.alone import lock_path
from genlab.runs.work.executors import lanes
from genlab.runs.work.scheduler import Scheduler
from genlab.runs.work.turns import LONGEST_SLICE

Until = Callable[..., None]
Weights = Callable[[Store, str], dict[str, bytes]]
Alone = Callable[..., tuple[dict[str, bytes], list[Any]]]

ENDLESS: dict[str, Any] = {"likelihood": "gaussian", "latents": 2, "hidden": 32, "steps": 1_000_000}
# Some seconds of training: long enough to be killed in the middle.
DIGITS: dict[str, Any] = {"hidden": 64, "latents": 4, "batch": 32, "steps": 500}

SERVER = """
import sys, time
from genlab.runs import Store
from genlab.runs.work.scheduler import Scheduler

scheduler = Scheduler(Store(sys.argv[1]), workers=2)
scheduler.start()
while not all(lane.pid for lane in scheduler.lanes):
    time.sleep(0.02)
print(*(lane.pid for lane in scheduler.lanes), flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module", autouse=True)
def _two_cores() -> Iterator[None]:
    """One thread a worker, whatever machine this is: other thread counts add in another order."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOKY_MAX_CPU_COUNT", "2")
        yield


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Scheduler]]:
    """A store and its scheduler with two workers, which take seconds to start."""
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('shared') / 'genlab.sqlite'}")
    scheduler = Scheduler(store, workers=2)
    scheduler.start()
    scheduler.warm()
    yield store, scheduler
    scheduler.stop()
    store.close()


@pytest.fixture
def lab(shared: tuple[Store, Scheduler], until: Until) -> Iterator[tuple[Store, Scheduler]]:
    """The shared store, with nothing in it and nothing under way."""
    store, scheduler = shared
    yield shared
    for run in store.list():
        store.delete(run.id)
    until(lambda: not any(lane.slice or lane.runs for lane in scheduler.lanes))


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended but that nobody has asked for is not alive."""
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        try:
            return stat.read_text().rpartition(")")[2].split()[0] != "Z"
        except OSError:
            return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_no_worker_starts_before_there_is_work(store: Store, until: Until) -> None:
    scheduler = Scheduler(store)
    scheduler.start()
    until(scheduler.working.is_set)
    store.create("ada", "ae", "ring8", state="paused")
    scheduler.wake()
    scheduler.stop()
    assert all(lane.executor is None for lane in scheduler.lanes)
    assert lock_path(store.url).parent == Path(str(store.engine.url.database)).parent


def test_start_pause_step_change_and_finish(
    lab: tuple[Store, Scheduler], until: Until, weights_of: Weights, trained_alone: Alone
) -> None:
    store, scheduler = lab
    run = store.create("ada", "vae", "ring8", ENDLESS)
    scheduler.wake()
    until(lambda: store.get(run.id).step > 50, 60)

    store.set_state(run.id, "paused")
    scheduler.wake()
    until(lambda: (now := store.get(run.id)).saved_step == now.step and not any(lane.slice for lane in scheduler.lanes))
    paused = store.get(run.id)

    store.request_step(run.id)
    scheduler.wake()
    until(lambda: store.get(run.id).step == paused.step + 1)
    assert store.get(run.id).state == "paused"

    # From another process: noticed without being woken.
    program = (
        f"from genlab.runs import Store; store = Store({store.url!r}); "
        f"store.change({run.id!r}, {{'beta': 3}}); store.set_state({run.id!r}, 'running')"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
    until(lambda: store.get(run.id).step > paused.step + 20)
    assert store.get(run.id).applied == 1

    store.change(run.id, {"steps": 10})
    until(lambda: store.get(run.id).state == "finished")

    child = store.fork(run.id, 0, "bob", {"steps": 60, "beta": 1})
    store.set_state(child.id, "running")
    until(lambda: store.get(child.id).state == "finished")
    assert weights_of(store, child.id) == trained_alone("vae", "ring8", ENDLESS | {"steps": 60})[0]


def test_two_runs_have_equal_shares(lab: tuple[Store, Scheduler], until: Until) -> None:
    store, _ = lab
    runs = [store.create("ada", "vae", "ring8", ENDLESS) for _ in range(2)]

    def trained() -> list[float]:
        return [store.get(run.id).seconds for run in runs]

    until(lambda: all(trained()), 60)  # a worker may be there long before the other
    began = trained()
    until(lambda: sum(trained()) - sum(began) > 6, 60)
    first, second = (now - then for now, then in zip(trained(), began, strict=True))
    assert abs(first - second) < 2 * LONGEST_SLICE  # one of them is a turn ahead, and turns are not of one length


def test_ten_runs_all_move(lab: tuple[Store, Scheduler], until: Until) -> None:
    store, _ = lab
    runs = [store.create("ada", "vae", "ring8", ENDLESS) for _ in range(10)]
    # Five turns of half a second on each of two workers; twice the time that an idle machine needs.
    until(lambda: all(store.get(run.id).step > 0 for run in runs), 10)


def test_a_run_moves_to_a_worker_that_has_nothing_to_do(lab: tuple[Store, Scheduler], until: Until) -> None:
    store, scheduler = lab
    runs = [store.create("ada", "vae", "ring8", ENDLESS) for _ in range(4)]
    until(lambda: [len(lane.runs) for lane in scheduler.lanes] == [2, 2])
    for run_id in list(scheduler.lanes[0].runs):
        store.delete(run_id)
    until(lambda: [len(lane.runs) for lane in scheduler.lanes] == [1, 1])
    left = [run for run in runs if run.id in {other.id for other in store.list()}]
    before = {run.id: store.get(run.id).step for run in left}
    until(lambda: all(store.get(run.id).step > before[run.id] for run in left))


def test_a_killed_worker_changes_nothing(
    lab: tuple[Store, Scheduler], until: Until, weights_of: Weights, trained_alone: Alone
) -> None:
    store, scheduler = lab
    run = store.create("ada", "vae", "mnist5k", DIGITS)
    kills = []
    for step in (100, 300):
        until(lambda step=step: store.get(run.id).step > step, 60)
        lane = next(lane for lane in scheduler.lanes if run.id in lane.runs)
        until(lambda lane=lane: lane.pid is not None)
        os.kill(lane.pid, signal.SIGKILL)
        kills.append(lane.pid)
        until(lambda: not alive(kills[-1]))
    until(lambda: store.get(run.id).state != "running", 90)
    done = store.get(run.id)
    assert (done.state, done.error, done.step) == ("finished", None, 500)
    weights, points = trained_alone("vae", "mnist5k", DIGITS)
    assert weights_of(store, run.id) == weights
    assert store.points(run.id) == points


def test_a_killed_server_takes_its_workers_along_and_another_takes_over(
    store: Store, until: Until, weights_of: Weights, trained_alone: Alone
) -> None:
    runs: list[Run] = [store.create("ada", "vae", "mnist5k", DIGITS | {"beta": beta}) for beta in (1, 2)]
    with subprocess.Popen([sys.executable, "-c", SERVER, store.url], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        pids = [int(pid) for pid in server.stdout.readline().split()]
        assert len(pids) == 2
        assert all(alive(pid) for pid in pids)
        second = Scheduler(store, workers=2)
        second.start()
        until(lambda: all(store.get(run.id).step > 100 for run in runs), 60)
        assert not second.working.is_set()
        server.kill()
        server.wait()
    until(lambda: not any(alive(pid) for pid in pids), 3)
    until(second.working.is_set, 3)
    until(lambda: all(store.get(run.id).state == "finished" for run in runs), 90)
    second.stop()
    for run, beta in zip(runs, (1, 2), strict=True):
        assert weights_of(store, run.id) == trained_alone("vae", "mnist5k", DIGITS | {"beta": beta})[0]


def test_stopping_saves_what_runs(store: Store, until: Until) -> None:
    run = store.create("ada", "vae", "ring8", ENDLESS)
    scheduler = Scheduler(store, workers=1)
    scheduler.start()
    until(lambda: store.get(run.id).step > 20, 60)
    pid = scheduler.lanes[0].pid
    scheduler.stop()
    stopped = store.get(run.id)
    assert (stopped.state, stopped.saved_step) == ("running", stopped.step)
    assert pid is not None
    until(lambda: not alive(pid), 3)


def test_a_fault_in_the_program_fails_the_run_and_no_other(
    lab: tuple[Store, Scheduler], until: Until, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store, scheduler = lab
    with monkeypatch.context() as patch:
        patch.setattr("genlab.runs.work.scheduler.run_slice", divmod)
        run = store.create("ada", "vae", "ring8", ENDLESS)
        scheduler.wake()
        until(lambda: store.get(run.id).state == "failed", 60)
    assert store.get(run.id).error == "a fault in the program; the server's log says more"
    assert run.id in caplog.text
    other = store.create("ada", "vae", "ring8", ENDLESS)
    until(lambda: store.get(other.id).step > 0, 60)


def test_a_cluster_without_its_package_is_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENLAB_CLUSTER", "tcp://127.0.0.1:1")
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(RuntimeError, match=r"GENLAB_CLUSTER is .*, but the package distributed"):
        lanes()
