"""Critics in a worker process: queued, kept, killed; and what the server says of them."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, current_thread
from typing import Any

import pytest
from live.asked import ask, get, post

from genlab.live.lab import PRETRAINED, lab, make_lab
from genlab.live.queues import critics as module
from genlab.live.queues import one_worker
from genlab.live.queues.critics import Critics, Job, TooMany
from genlab.live.web.keys import new_key
from genlab.runs import Store
from genlab.runs.bundle import import_bundle
from genlab.runs.trouble import StoreTrouble
from genlab.runs.work.critics import CriticSlice, Verdict

STEPS = 40


def wait(condition: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "did not come true in time"
        time.sleep(0.02)


def ended(job: Job) -> bool:
    return job.state in ("done", "failed")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with the shipped GAN, a VAE and an unfinished run without a checkpoint."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENLAB_HOME", str(tmp_path_factory.mktemp("critics")))
        patch.delenv("GENLAB_STORE", raising=False)
        make_lab.cache_clear()
        module.critics.cache_clear()
        for name in ("gan", "vae-20"):
            import_bundle(lab().store, PRETRAINED / name, "ada", run_id=name)
        yield lab().store
        make_lab.cache_clear()
        module.critics.cache_clear()


@pytest.fixture(scope="module")
def queue(store: Store) -> Critics:
    """One queue for all these tests: its worker takes seconds to start."""
    return Critics(store.url, STEPS)


def step_of(store: Store, run_id: str) -> int:
    step = store.get(run_id).saved_step
    assert step is not None
    return step


def test_jobs_wait_for_each_other_and_are_kept(store: Store, queue: Critics) -> None:
    first = queue.ask("vae-20", step_of(store, "vae-20"))
    second = queue.ask("gan", step_of(store, "gan"))
    assert queue.ask("gan", step_of(store, "gan")) is second
    assert queue.ahead(second) >= queue.ahead(first)
    wait(lambda: ended(second))
    for job in (first, second):
        assert job.state == "done"
        assert [row[0] for row in job.rows] == [0, 20, 40]
        assert job.verdict is not None
        assert abs(job.rows[0][1]) < 1e-6
    assert first.verdict is not None
    assert second.verdict is not None
    assert first.verdict.bound > second.verdict.bound  # the VAE's digits are blurred, the GAN's are not
    assert queue.ask("vae-20", step_of(store, "vae-20")) is first
    assert queue.get("vae-20") is first


def test_a_step_later_it_is_another_job_and_wrong_ones_fail_in_words(store: Store, queue: Critics) -> None:
    gone = queue.ask("gan", 12345)
    wait(lambda: ended(gone))
    assert (gone.state, gone.problem) == ("failed", "gone")
    nobody = queue.ask("nobody", 1)
    wait(lambda: ended(nobody))
    assert (nobody.state, nobody.problem) == ("failed", "gone")


def test_a_killed_worker_fails_its_job_and_no_other(store: Store) -> None:
    queue = Critics(store.url)  # as long as critics take: there is time to kill its worker
    job = queue.ask("gan", step_of(store, "gan"))
    wait(lambda: len(job.rows) > 1)
    os.kill(job.pid, signal.SIGKILL)
    wait(lambda: ended(job))
    assert (job.state, job.problem) == ("failed", "killed")
    queue.steps = STEPS
    again = queue.ask("gan", step_of(store, "gan"))
    assert again is not job
    wait(lambda: ended(again))
    assert again.state == "done"

    os.kill(again.pid, signal.SIGKILL)  # while it has nothing to do: nobody notices
    other = queue.ask("vae-20", step_of(store, "vae-20"))
    wait(lambda: ended(other))
    assert other.state == "done"


def test_a_critic_is_given_up_when_nobody_wants_it_any_more(store: Store, queue: Critics) -> None:
    long = Critics(store.url)
    steps = {name: step_of(store, name) for name in ("gan", "vae-20")}
    first = long.ask("gan", steps["gan"], "ada")
    assert long.ask("gan", steps["gan"], "bob") is first
    next_one = long.ask("vae-20", steps["vae-20"], "ada")
    wait(lambda: len(first.rows) > 1)
    assert long.cancel("gan", "eve") is first
    long.cancel("gan", "ada")
    assert first.state == "running"  # bob still wants it
    long.cancel("gan", "bob")
    assert first.state == "cancelled"
    wait(lambda: next_one.state == "running")
    long.cancel("vae-20", "ada")
    assert next_one.state == "cancelled"
    made = len(first.rows)
    long.steps = STEPS
    again = long.ask("gan", steps["gan"], "ada")
    assert again is not first
    wait(lambda: ended(again))
    # from its beginning, though the worker had come half way
    assert [row[0] for row in again.rows] == [0, 20, 40]
    assert len(first.rows) == made
    assert long.cancel("gan", "ada") is again
    assert again.state == "done"
    assert long.cancel("nobody", "ada") is None


@pytest.fixture
def busy(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Critics]:
    """Critics whose worker is being started as long as the test lasts, for a run "first"."""
    begun, over, threads = Event(), Event(), []

    def make() -> Any:
        threads.append(current_thread())
        begun.set()
        over.wait()
        raise MemoryError

    monkeypatch.setattr(one_worker, "lanes", lambda: ([make], 1))
    queue = Critics(store.url)
    queue.worker.idle_seconds = 0.01
    queue.ask("first", 1)
    begun.wait()
    yield queue
    over.set()
    threads[0].join()


def test_a_waiting_critic_is_taken_out_of_the_queue(busy: Critics) -> None:
    first, second, third = (busy.ask(name, 1, "ada") for name in ("first", "b", "c"))
    assert busy.ahead(third) == 2
    busy.cancel("b", "ada")
    assert (first.state, second.state, busy.ahead(third)) == ("running", "cancelled", 1)


def broken(error: Exception) -> Callable[[], Any]:
    """A way to make a worker that fails."""

    def make() -> Any:
        raise error

    return make


@pytest.mark.parametrize(
    ("error", "problem"),
    [(OSError(12, "Cannot allocate memory"), "killed"), (StoreTrouble("busy"), "trouble_busy")],
)
def test_a_worker_that_cannot_start_and_a_locked_store_are_no_fault_of_the_program(
    store: Store, monkeypatch: pytest.MonkeyPatch, error: Exception, problem: str
) -> None:
    monkeypatch.setattr(one_worker, "lanes", lambda: ([broken(error)], 1))
    job = Critics(store.url, STEPS).ask("gan", step_of(store, "gan"))
    wait(lambda: ended(job))
    assert (job.state, job.problem) == ("failed", problem)


def test_an_idle_worker_is_ended(store: Store, queue: Critics, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue.worker, "idle_seconds", 0.01)
    job = queue.ask("vae-20", 12345)
    wait(lambda: ended(job))
    wait(lambda: not Path(f"/proc/{job.pid}").exists())


def test_only_so_many_wait(busy: Critics) -> None:
    for number in range(1, module.WAITING_AT_MOST):
        assert busy.ahead(busy.ask(f"run{number}", 1)) == number
    with pytest.raises(TooMany):
        busy.ask("one more", 1)


@pytest.fixture
def idle(busy: Critics, monkeypatch: pytest.MonkeyPatch) -> Critics:
    """The server's critics, which do not come to what is asked of them."""
    monkeypatch.setattr(module, "critics", lambda: busy)
    return busy


def test_what_the_server_says(store: Store, idle: Critics) -> None:
    address = "/lab/runs/gan/critic"
    assert get(address).json() == {"state": "none", "saved_step": step_of(store, "gan")}
    asked = post(address, b"").json()
    assert (asked["state"], asked["step"], asked["ahead"]) == ("waiting", step_of(store, "gan"), 1)
    assert post("/lab/runs/vae-20/critic", b"").json()["ahead"] == 2

    assert asked["mine"]
    eve = f"genlab_key={new_key()}"
    assert not get(address, cookie=eve).json()["mine"]
    assert ask("DELETE", address, b"", {"cookie": eve}).json()["state"] == "waiting"
    assert ask("DELETE", "/lab/runs/vae-20/critic", b"").json()["state"] == "cancelled"
    assert ask("DELETE", "/lab/runs/nobody/critic", b"").status == 404

    job = idle.get("gan")
    assert job is not None
    job.take(CriticSlice(((0, 0.0, 0.1, 0.0, 0.1),), Verdict(0, 0.0, 0.1, 0.0, 0.1, 500), done=False))
    job.take(CriticSlice(((20, 0.3, 0.1, 0.0, 0.1),), Verdict(20, 0.3, 0.1, 0.0, 0.1, 500), done=True))
    news: dict[str, Any] = get(address).json()
    assert news["state"] == "done"
    assert [row[:2] for row in news["rows"]] == [[0, 0.0], [20, 0.3]]
    assert news["verdict"]["bound"] == 0.3


def test_what_the_server_refuses(store: Store, idle: Critics) -> None:
    points = store.create("ada", "gan", "ring8", preset="classroom")
    fresh = store.create("ada", "gan", "mnist5k", preset="classroom", state="paused")
    assert get("/lab/runs/nobody/critic").status == 404
    assert post("/lab/runs/nobody/critic", b"").status == 404
    assert post(f"/lab/runs/{points.id}/critic", b"").status == 422
    assert post(f"/lab/runs/{fresh.id}/critic", b"").json() == {"state": "none", "saved_step": None}
