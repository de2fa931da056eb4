"""The app as a person feels it, in real Chromium: first paint against a hello-world app, a click's answer while two
runs train, and what being watched costs a run.

    python -m benchmarks.app_speed [--repeats 5]

First paint: from starting the server's process to the page's heading, hello-world and ours in turn. A click: from
pressing Pause or Resume to the enabled button that answers, while two other runs train. Watched: steps a second of one
run with a page open on it against none, in turn. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from playwright.sync_api import Browser, Page, sync_playwright

from genlab.models import FAMILIES
from genlab.runs import Store

ROOT = Path(__file__).resolve().parents[1]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
HELLO = 'import streamlit as st\n\nst.title("Hello, world")\n'
LOOK_SECONDS = 0.02
WINDOW_SECONDS = 8.0


def free_port() -> int:
    """A loopback port nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(script: Path, home: Path, log: IO[bytes] | int = subprocess.DEVNULL) -> Iterator[str]:
    """The address of `streamlit run script`; returned at once, before it answers. log: where it writes."""
    port = free_port()
    options = ["--server.port", str(port), "--server.address", "127.0.0.1", "--server.headless", "true"]
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(script), *options, "--browser.gatherUsageStats", "false"],
        cwd=script.parent,
        env=os.environ | {"GENLAB_HOME": str(home)},
        stdout=log,
        stderr=log,
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def wait_until_served(address: str) -> None:
    """Returns when the server answers its health check."""
    while True:
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=1).close()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(LOOK_SECONDS)
        else:
            return


def first_paint(browser: Browser, script: Path, home: Path) -> float:
    """Seconds from the process' start to the page's heading."""
    started = time.perf_counter()
    with serving(script, home) as address:
        wait_until_served(address)
        page = browser.new_page()
        page.goto(address)
        page.wait_for_selector("h1", timeout=60_000)
        seconds = time.perf_counter() - started
        page.close()
    return seconds


def start_run(store: Store) -> str:
    """A long VAE run, training."""
    config = FAMILIES["vae"].preset(
        "classroom", "images", {"steps": 500_000, "learning_rate": 1e-3, "schedule": "constant"}
    )
    return store.create("benchmark", "vae", "mnist5k", config.model_dump()).id


def rate(store: Store, run_id: str) -> float:
    """Steps a second of wall time over a window."""
    began, first = time.perf_counter(), store.get(run_id).step
    time.sleep(WINDOW_SECONDS)
    return (store.get(run_id).step - first) / (time.perf_counter() - began)


def watched_ratios(browser: Browser, address: str, store: Store, repeats: int) -> list[float]:
    """Watched over unwatched speed of one run, pair by pair."""
    run_id = start_run(store)
    while store.get(run_id).step < 200:
        time.sleep(LOOK_SECONDS)
    ratios = []
    for _ in range(repeats):
        unwatched = rate(store, run_id)
        page = browser.new_page()
        page.goto(f"{address}/vae?run={run_id}")
        page.wait_for_selector('[data-testid="curves-loss"] svg', timeout=60_000)
        ratios.append(rate(store, run_id) / unwatched)
        page.close()
    store.set_state(run_id, "finished")
    return ratios


def click_seconds(page: Page, repeats: int) -> list[float]:
    """From a click to the button that it enables, by the page's own clock."""
    seconds = []
    for index in range(2 * repeats):
        pressed, answer = ("pause", "start") if index % 2 == 0 else ("start", "pause")
        page.wait_for_selector(f".st-key-{pressed} button:not([disabled])")
        milliseconds = page.evaluate(
            """async ([pressed, answer]) => {
              const began = performance.now();
              document.querySelector(`.st-key-${pressed} button`).click();
              while (!document.querySelector(`.st-key-${answer} button:not([disabled])`))
                await new Promise(requestAnimationFrame);
              return performance.now() - began;
            }""",
            [pressed, answer],
        )
        seconds.append(milliseconds / 1000)
    return seconds


def main() -> None:
    """Measures all three and prints them."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--repeats", type=int, default=5)
    repeats = arguments.parse_args().repeats
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = Path(folder)
        hello = home / "hello" / "app.py"
        hello.parent.mkdir()
        hello.write_text(HELLO)
        chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        pairs = []
        for _ in range(repeats + 1):  # the first pair warms the disk's cache and is not counted
            plain = first_paint(browser, hello, home)
            pairs.append((plain, first_paint(browser, ROOT / "app.py", home)))
        pairs = pairs[1:]
        with serving(ROOT / "app.py", home) as address:
            wait_until_served(address)
            store = Store(f"sqlite:///{home / 'genlab.sqlite'}")
            watched = watched_ratios(browser, address, store, repeats)
            others = [start_run(store) for _ in range(2)]
            page = browser.new_page()
            page.goto(f"{address}/vae")
            page.wait_for_selector(".st-key-start button:not([disabled])", timeout=60_000)
            page.click(".st-key-start button")
            clicks = click_seconds(page, repeats)
            for run_id in others:
                store.set_state(run_id, "finished")
        browser.close()
    result = {
        "first_paint_hello_s": statistics.median(plain for plain, _ in pairs),
        "first_paint_genlab_s": statistics.median(ours for _, ours in pairs),
        "first_paint_ratio": statistics.median(ours / plain for plain, ours in pairs),
        "click_median_s": statistics.median(clicks),
        "click_worst_s": max(clicks),
        "watched_over_unwatched": statistics.median(watched),
        "cores": os.cpu_count(),
        "repeats": repeats,
    }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
