"""How soon a chapter's words stand on the screen, against a hello-world app's, in real Chromium.

    python -m benchmarks.chapters_paint [--repeats 3]

Both servers are warm. Each chapter and the hello-world page are opened in turn, each by a browser that has fetched
nothing yet: from asking for the address to the page's heading; for a chapter also to its first question. Prints one
JSON object a chapter: the medians in seconds and the median ratio of the pairs.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from benchmarks.app_speed import FLAGS, HELLO, ROOT, serving, wait_until_served
from genlab.lessons.loader import chapters

QUESTION = '[data-testid="question-1"]'


def opened(browser: Browser, address: str, *wanted: str) -> list[float]:
    """Seconds until each of these elements is there, in a context of its own."""
    context = browser.new_context(viewport={"width": 1180, "height": 760})
    try:
        page = context.new_page()
        begun = time.perf_counter()
        page.goto(address)
        seconds = []
        for selector in wanted:
            page.wait_for_selector(selector, timeout=60_000)
            seconds.append(time.perf_counter() - begun)
        return seconds
    finally:
        context.close()


def measured(browser: Browser, hello: str, chapter: str, repeats: int) -> dict[str, object]:
    """A chapter's figures; the first pair fills the servers' caches and is not counted."""
    pairs = [(opened(browser, hello, "h1"), opened(browser, chapter, "h1", QUESTION)) for _ in range(repeats + 1)][1:]
    return {
        "hello_s": round(statistics.median(plain for (plain,), _ in pairs), 2),
        "heading_s": round(statistics.median(heading for _, (heading, _question) in pairs), 2),
        "question_s": round(statistics.median(question for _, (_heading, question) in pairs), 2),
        "ratio": round(statistics.median(heading / plain for (plain,), (heading, _question) in pairs), 2),
    }


def main() -> None:
    """Measures every chapter."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--repeats", type=int, default=3)
    repeats = arguments.parse_args().repeats
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        plain = Path(folder) / "hello" / "app.py"
        plain.parent.mkdir()
        plain.write_text(HELLO)
        chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        with serving(plain, Path(folder)) as hello, serving(ROOT / "app.py", Path(folder)) as ours:
            wait_until_served(hello)
            wait_until_served(ours)
            for chapter in chapters():
                figures = measured(browser, hello, f"{ours}/{chapter.address}", repeats)
                print(json.dumps({"chapter": chapter.name} | figures), flush=True)
        browser.close()


if __name__ == "__main__":
    main()
