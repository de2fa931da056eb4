"""From a pointer's move to the pixels that answer it, in real Chromium, on the latent page.

    python -m benchmarks.latent_speed [--repeats 3] [--moves 150]

A handle is dragged over the plane of a run with a 784-400-20 decoder and of one with a convolutional decoder. Measured
in the page: from the dispatch of a pointermove until after the frame in which the picture's canvas changed, and how
much of that the page's own JavaScript took. Beside it, in turn and in the same browser, a page that does nothing on a
pointermove but wait for its frame. Requests and websocket messages while the hand moves are counted, and then what 30
open pages ask of the server while they rest. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.app_speed import FLAGS, ROOT, serving, wait_until_served
from genlab.data import load
from genlab.models import FAMILIES
from genlab.runs import Store
from genlab.runs.bundle import import_bundle, write_bundle
from genlab.training import Trainer

DECODERS = {
    "784-400-20": {"net": "mlp", "hidden": 400, "decoder_depth": 1, "latents": 20},
    "convolutional": {"net": "conv", "hidden": 256, "latents": 20},
}
VIEWPORT = {"width": 1180, "height": 760}
OPEN_PAGES = 30
REST_SECONDS = 10.0
PAUSE_MS = 12.0
# Watches from outside the page's own code: a listener before all others, one after, and the frame's end.
WATCH = """() => {
  window.moves = [];
  let now = null;
  const put = CanvasRenderingContext2D.prototype.putImageData;
  CanvasRenderingContext2D.prototype.putImageData = function (...all) {
    if (now && this.canvas.dataset.testid === "latent-image") now.painted = true;
    return put.apply(this, all);
  };
  addEventListener("pointermove", () => {
    const move = (now = { began: performance.now(), painted: false });
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => moves.push({ ...move, frame: performance.now() - move.began });
      port2.postMessage(0);
    });
  }, true);
  addEventListener("pointermove", () => (now.js = performance.now() - now.began));
}"""
EMPTY = "<!doctype html><title>empty</title><body style='margin:0;height:100vh'><canvas></canvas>"


def short_run(store: Store, folder: Path, name: str) -> str:
    """The id of a finished run of ten steps with that decoder."""
    data = load("mnist5k")
    config = FAMILIES["vae"].preset("classroom", "images", DECODERS[name] | {"steps": 10})
    trainer = Trainer("vae", config, data)
    progress = trainer.advance()
    write_bundle(folder / name, trainer, progress.points, progress.frames)
    return import_bundle(store, folder / name, "benchmark").id


def drag(page: Page, box: dict[str, float], moves: int) -> list[dict[str, Any]]:
    """Moves a pressed pointer over a box; what the page measured of each move."""
    page.evaluate("window.moves = []")
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    for index in range(moves):
        x = 0.5 + 0.4 * math.sin(0.11 * index)
        y = 0.5 + 0.4 * math.cos(0.17 * index)
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        page.wait_for_timeout(PAUSE_MS)
    page.mouse.up()
    page.wait_for_timeout(200)
    return page.evaluate("window.moves.slice(2)")  # the press and the first move warm up


def open_empty(browser: Browser) -> Page:
    """A page with nothing on it but the watch."""
    page = browser.new_page(viewport=VIEWPORT)  # type: ignore[arg-type]
    page.set_content(EMPTY)
    page.evaluate(WATCH)
    return page


def open_latent(browser: Browser, address: str) -> tuple[Page, list[str]]:
    """A latent page at rest, and the list in which what it sends is noted."""
    page = browser.new_page(viewport=VIEWPORT)  # type: ignore[arg-type]
    sent: list[str] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda _: sent.append("message")))
    page.on("request", lambda request: sent.append(request.url))
    page.goto(address)
    page.wait_for_selector(".gl-explore[data-ready=true]", timeout=60_000)
    page.wait_for_timeout(3000)  # the map is drawn and the examples are there
    page.evaluate(WATCH)
    return page, sent


def percentile(values: list[float], share: float) -> float:
    """The value below which that share of them lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def summary(moves: list[dict[str, Any]]) -> dict[str, float]:
    """Milliseconds, median and 95th percentile."""
    frames, scripts = [move["frame"] for move in moves], [move["js"] for move in moves]
    return {
        "frame_median_ms": statistics.median(frames),
        "frame_p95_ms": percentile(frames, 0.95),
        "js_median_ms": statistics.median(scripts),
        "js_p95_ms": percentile(scripts, 0.95),
    }


def measure(browser: Browser, address: str, repeats: int, moves: int) -> dict[str, Any]:
    """One decoder beside the empty page, in turn."""
    page, sent = open_latent(browser, address)
    box = page.get_by_test_id("latent-plane").bounding_box()
    assert box
    empty = open_empty(browser)
    area = {"x": 0.0, "y": 0.0, "width": 400.0, "height": 400.0}
    ours: list[dict[str, Any]] = []
    plain: list[dict[str, Any]] = []
    pairs = []
    asked = 0
    for _ in range(repeats):
        empty.bring_to_front()
        first = drag(empty, area, moves)
        page.bring_to_front()
        sent.clear()
        second = drag(page, dict(box), moves)  # type: ignore[arg-type]
        asked += len(sent)
        pairs.append([statistics.median(move["frame"] for move in each) for each in (first, second)])
        plain += first
        ours += second
    page.close()
    empty.close()
    return {
        "ours": summary(ours),
        "empty_page": summary(plain),
        "pairs_median_ms": pairs,
        "moves": len(ours),
        "moves_that_painted": sum(move["painted"] for move in ours),
        "requests_and_messages_while_moving": asked,
    }


def at_rest(browser: Browser, address: str) -> int:
    """How many requests 30 open pages of one finished run make in ten seconds."""
    asked: list[str] = []
    pages = []
    for _ in range(OPEN_PAGES):
        page = browser.new_page(viewport=VIEWPORT)  # type: ignore[arg-type]
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address)
        page.wait_for_selector(".gl-explore[data-ready=true]", timeout=120_000)
        pages.append(page)
    pages[0].wait_for_timeout(3000)
    asked.clear()
    pages[0].wait_for_timeout(1000 * REST_SECONDS)
    count = len([url for url in asked if "/lab/" in url])
    for page in pages:
        page.close()
    return count


def main() -> None:
    """Measures both decoders and the rest, and prints them."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--repeats", type=int, default=3)
    arguments.add_argument("--moves", type=int, default=150)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = Path(folder)
        os.environ["GENLAB_HOME"] = str(home)
        store = Store(f"sqlite:///{home / 'genlab.sqlite'}")
        runs = {name: short_run(store, home, name) for name in DECODERS}
        chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        with serving(ROOT / "app.py", home) as address:
            wait_until_served(address)
            time.sleep(5)  # workers warm up and the shipped runs are unpacked
            load_before = os.getloadavg()[0]
            found: dict[str, Any] = {
                name: measure(browser, f"{address}/latent?run={run_id}", chosen.repeats, chosen.moves)
                for name, run_id in runs.items()
            }
            found["requests_of_30_pages_in_10_s"] = at_rest(browser, f"{address}/latent?run={runs['784-400-20']}")
        browser.close()
        store.close()
    print(json.dumps(found | {"cores": os.cpu_count(), "load_before": load_before}, indent=2))


if __name__ == "__main__":
    main()
