"""What a visitor on a slow network waits for: seconds until a page can be used, its requests and kilobytes, first visit
and second, ours and Streamlit's apart.

    python benchmarks/slow_network.py [--kbit 400] [--latency 40] [--against FOLDER]

Chromium's own network emulation; --against: another checkout, measured in turn with this one. A page can be used when
its live component has drawn.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import defaultdict
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
# Whether there is ink on a canvas.
DRAWN = """((canvas) => canvas?.width > 0 && canvas.getContext("2d")
  .getImageData(0, 0, canvas.width, canvas.height).data.some((value, i) => i % 4 === 3 && value > 0))"""
READY = {
    "vae": f"() => {DRAWN}(document.querySelector('.gl-pictures canvas'))",
    "latent": f"() => {DRAWN}(document.querySelector('[data-testid=latent-image]'))",
    "playground": f"() => {DRAWN}(document.querySelector('canvas[data-testid=playground]'))",
}
SETTLED_MS = 4000
LONGEST_MS = 300_000


@contextmanager
def served(root: Path):
    """The address of the app of a checkout, in a home of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = tempfile.mkdtemp()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    app = subprocess.Popen(
        command, cwd=root, env=os.environ | {"GENLAB_HOME": home}, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        for path in ("/_stcore/health", "/lab/runs/vae-20"):  # up, and its shipped runs unpacked
            while not answers(address + path):
                time.sleep(0.2)
        yield address
    finally:
        os.killpg(app.pid, signal.SIGINT)
        app.wait()
        shutil.rmtree(home)


def answers(address: str) -> bool:
    """Whether there is an answer."""
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, ConnectionError):
        return False


def visits(browser: Browser, address: str, page_name: str, kbit: int, latency: int) -> list[dict[str, Any]]:
    """The first visit of a new browser and its second."""
    context = browser.new_context(viewport={"width": 1180, "height": 760})
    found = []
    for visit in ("cold", "warm"):
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        rate = kbit * 1000 / 8
        limits = {"offline": False, "latency": latency, "downloadThroughput": rate, "uploadThroughput": rate}
        session.send("Network.emulateNetworkConditions", limits)
        urls: dict[str, str] = {}
        kept: set[str] = set()
        sizes: dict[str, float] = defaultdict(float)
        session.on(
            "Network.requestWillBeSent", lambda e, urls=urls: urls.__setitem__(e["requestId"], e["request"]["url"])
        )
        session.on("Network.requestServedFromCache", lambda e, kept=kept: kept.add(e["requestId"]))
        session.on(
            "Network.responseReceived",
            lambda e, kept=kept: e["response"].get("fromDiskCache") and kept.add(e["requestId"]),
        )
        session.on(
            "Network.loadingFinished",
            lambda e, sizes=sizes: sizes.__setitem__(e["requestId"], e["encodedDataLength"]),
        )
        begun = time.perf_counter()
        page.goto(f"{address}/{page_name}", wait_until="commit", timeout=LONGEST_MS)
        page.wait_for_function(READY[page_name], timeout=LONGEST_MS)
        seconds = time.perf_counter() - begun
        page.wait_for_timeout(SETTLED_MS)
        sent = [key for key, url in urls.items() if key not in kept and url.startswith("http")]
        ours = [key for key in sent if "/lab/" in urls[key]]
        found.append(
            {
                "visit": visit,
                "seconds": seconds,
                "ours": (len(ours), sum(sizes[key] for key in ours) / 1000),
                "streamlit": (len(sent) - len(ours), sum(sizes[key] for key in sent if key not in ours) / 1000),
            }
        )
        page.close()
    context.close()
    return found


def main() -> None:
    """Prints a line a page, visit and checkout."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kbit", type=int, default=400)
    parser.add_argument("--latency", type=int, default=40)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--pages", nargs="+", default=sorted(READY))
    given = parser.parse_args()
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        for root in filter(None, (given.against, ROOT)):
            with served(root.resolve()) as address:
                for name in given.pages:
                    for visit in visits(browser, address, name, given.kbit, given.latency):
                        (n, size), (m, other) = visit["ours"], visit["streamlit"]
                        print(
                            f"{root.name:>8} /{name:<11} {visit['visit']} {visit['seconds']:6.1f} s   "
                            f"ours {n:3d} requests {size:6.0f} kB   Streamlit's {m:3d} requests {other:6.0f} kB",
                            flush=True,
                        )
        browser.close()


if __name__ == "__main__":
    main()
