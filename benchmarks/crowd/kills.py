"""A server and its workers, killed often: `python -m benchmarks.crowd.kills [--kills 100] [--runs 6] [--steps 400]`.

Runs train on two workers. At moments drawn at random, but never before a run has moved since the last time, kill -9
of a worker, or one time in five of the server, which is started again. When all runs are done, the bytes of their
weights and optimisers are compared with those of runs that one process made in one go. Then the app is given 97
runs of as many people and told to end (SIGTERM). Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil
import torch

from benchmarks.app_speed import ROOT, serving, wait_until_served
from genlab.data import load
from genlab.models import family_named
from genlab.runs import Store
from genlab.runs.bundle.contents import read_tensors
from genlab.training import Trainer

SETTINGS: dict[str, Any] = {"likelihood": "gaussian", "latents": 2, "hidden": 32, "batch": 32}
BETAS = (0.5, 1.0, 2.0)
SERVER = """
import os, sys, time
os.environ["LOKY_MAX_CPU_COUNT"] = "2"
from genlab.runs import Store
from genlab.runs.work.scheduler import Scheduler
scheduler = Scheduler(Store(sys.argv[1]), workers=2)
scheduler.start()
time.sleep(36000)
"""
LOOK_SECONDS = 0.05
LONGEST_SECONDS = 1.5
MANY = 97


def start(url: str) -> subprocess.Popen[bytes]:
    """A server with two workers."""
    return subprocess.Popen([sys.executable, "-c", SERVER, url], stderr=subprocess.DEVNULL)


def config(number: int, steps: int) -> dict[str, Any]:
    """The settings of a run."""
    return SETTINGS | {"beta": BETAS[number % len(BETAS)], "steps": steps}


def alone(number: int, steps: int) -> dict[str, bytes]:
    """What one process makes of such a run in one go."""
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    trainer = Trainer("vae", family_named("vae").config.parse(config(number, steps)), load("ring8"))
    trainer.advance()
    return tensors(trainer.checkpoint())


def tensors(checkpoint: bytes) -> dict[str, bytes]:
    """The bytes of each tensor of a checkpoint."""
    return {name: array.tobytes() for name, array in read_tensors("checkpoint", checkpoint).items()}


def killed(store: Store, chosen: argparse.Namespace) -> list[str]:
    """Lets runs train and kills as often as it was asked to; the runs, done."""
    runs: list[str] = []
    server = start(store.url)
    kills = 0
    try:
        while kills < chosen.kills or store.runnable():
            while kills < chosen.kills and len(store.runnable()) < chosen.runs:
                runs.append(store.create(f"student {len(runs)}", "vae", "ring8", config(len(runs), chosen.steps)).id)
            wait_for_a_move(store, runs)
            if kills >= chosen.kills:
                continue
            time.sleep(random.uniform(0.0, LONGEST_SECONDS))
            # Only what trains: a tracker of loky's own holds nothing.
            workers = [
                child for child in psutil.Process(server.pid).children() if "LokyProcess" in " ".join(child.cmdline())
            ]
            if kills % 5 == 4 or not workers:
                server.kill()
                server.wait()
                server = start(store.url)
            else:
                random.choice(workers).kill()
            kills += 1
    finally:
        server.kill()
        server.wait()
    return runs


def wait_for_a_move(store: Store, runs: list[str]) -> None:
    """Until a run has moved, or none is left that could."""
    before = {run.id: run.step for run in store.several(runs)}
    while store.runnable() and all(run.step <= before.get(run.id, 0) for run in store.several(runs)):
        time.sleep(LOOK_SECONDS)


def seconds_to_end(folder: Path) -> float:
    """From SIGTERM to the end of the app with very many runs."""
    with serving(ROOT / "app.py", folder) as address:
        wait_until_served(address)
        store = Store(f"sqlite:///{folder / 'genlab.sqlite'}")
        runs = [
            store.create(f"student {number}", "vae", "ring8", SETTINGS | {"steps": 1_000_000}).id
            for number in range(MANY)
        ]
        while any(run.step == 0 for run in store.several(runs)):
            time.sleep(1.0)
        port = address.rpartition(":")[2]
        (server,) = [child for child in psutil.Process().children() if port in child.cmdline()]
        everything = [server, *server.children(recursive=True)]
        began = time.monotonic()
        server.send_signal(signal.SIGTERM)
        psutil.wait_procs(everything, timeout=60)
        took = time.monotonic() - began
        assert not [process for process in everything if process.is_running() and process.status() != "zombie"]
        store.close()
        return took


def main() -> None:
    """Kills, compares, ends, and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--runs", type=int, default=6)
    parser.add_argument("--steps", type=int, default=400)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        store = Store(f"sqlite:///{folder}/genlab.sqlite")
        runs = killed(store, chosen)
        expected = [alone(number, chosen.steps) for number in range(len(BETAS))]
        lost = [run.id for run in store.several(runs) if run.state != "finished"]
        other = [
            run_id
            for number, run_id in enumerate(runs)
            if run_id not in lost and tensors(store.checkpoint(run_id)) != expected[number % len(BETAS)]
        ]
        store.close()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        ended = seconds_to_end(Path(folder))
    print(
        json.dumps(
            vars(chosen)
            | {"made": len(runs), "lost": len(lost), "other_bytes": len(other), f"end_with_{MANY}_s": round(ended, 2)}
        )
    )


if __name__ == "__main__":
    main()
