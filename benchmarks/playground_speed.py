"""How the playground moves in real Chromium: pictures a second while a GAN trains, and what drawing one costs.

    python -m benchmarks.playground_speed [--seconds 10]

A GAN on the ring trains on a server of its own, with data, fakes, D's field, the warped grid and the gradients on the
stage. Measured in the page: how many different pictures the stage shows a second, how long the page's own JavaScript
takes for one (all of the stage, and at the end of each way the overview's pictures), and the bytes of a snapshot.
Beside it, in the same browser, before and after: how many frames a second an empty page gets. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.app_speed import FLAGS, ROOT, serving, wait_until_served
from genlab.runs import Store

VIEWPORT = {"width": 1180, "height": 760}
LAYERS = "data,fakes,field,grid,gradient"
# Every callback of an animation frame is timed; a picture is one in which the stage drew.
WATCH = """() => {
  window.drawn = [];
  let began = 0, stage = 0;
  const clear = CanvasRenderingContext2D.prototype.clearRect;
  CanvasRenderingContext2D.prototype.clearRect = function (...all) {
    if (this.canvas.dataset.testid === "playground") stage++;
    return clear.apply(this, all);
  };
  const ask = window.requestAnimationFrame;
  window.requestAnimationFrame = (call) => ask((now) => {
    const before = stage, started = performance.now();
    call(now);
    if (stage > before) window.drawn.push(performance.now() - started);
  });
}"""
FRAMES = """(seconds) => new Promise((done) => {
  let frames = 0;
  const end = performance.now() + 1000 * seconds;
  const tick = () => (performance.now() < end ? (frames++, requestAnimationFrame(tick)) : done(frames / seconds));
  requestAnimationFrame(tick);
})"""


def frames_of_an_empty_page(browser: Browser, seconds: float) -> float:
    """Animation frames a second where there is nothing to draw."""
    page = browser.new_page(viewport=VIEWPORT)  # type: ignore[arg-type]
    page.set_content("<!doctype html><title>empty</title>")
    frames = page.evaluate(FRAMES, seconds)
    page.close()
    return frames


def trains(page: Page, address: str) -> str:
    """Starts a run there and waits until it moves; its id."""
    page.add_init_script(f"({WATCH})()")
    page.goto(f"{address}/playground?layers={LAYERS}&steps=100000")
    page.locator(".st-key-start button").first.click()
    page.wait_for_function("Number(document.querySelector('.gl-play')?.dataset.step ?? -1) > 100", timeout=60_000)
    return page.evaluate("new URLSearchParams(location.search).get('run')")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10)
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = Path(folder)
        with serving(ROOT / "app.py", home) as address:
            wait_until_served(address)
            path = os.environ.get("CHROMIUM") or shutil.which("chromium")
            browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
            empty = [frames_of_an_empty_page(browser, 3)]
            page = browser.new_page(viewport=VIEWPORT)  # type: ignore[arg-type]
            run = trains(page, address)
            page.evaluate("window.drawn.length = 0")
            page.wait_for_timeout(1000 * seconds)
            drawn: list[float] = page.evaluate("window.drawn")
            page.close()
            empty.append(frames_of_an_empty_page(browser, 3))
            browser.close()
            store = Store(f"sqlite:///{home / 'genlab.sqlite'}")
            sizes = [len(store.frame(run, step)) for step in store.frame_steps(run)]
            store.close()
    ordered = sorted(drawn)
    found: dict[str, Any] = {
        "pictures_a_second": len(drawn) / seconds,
        "frames_a_second_of_an_empty_page": empty,
        "script_ms_median": statistics.median(drawn),
        "script_ms_p95": ordered[int(0.95 * len(ordered))],
        "snapshot_bytes_at_most": max(sizes),
    }
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
