"""Whatever is sent to a real server: it answers, says nothing of its inside, logs no traceback, and does not grow.

    python -m benchmarks.crowd.fuzz [--requests 10000] [--seed 0] [--threads 4]

Nine tenths are HTTP: every route of ours by every method with odd words in its path, its query and its headers, with
pictures, archives, tables, arrays and noise for bodies, and Streamlit's own addresses. The rest are frames to its
websocket: noise, texts, and messages of its own protocol with bytes turned. Prints one JSON object; ends with 1 where
anything was answered with 500 and more (503 beside a route's sentence of trouble counts too) or a traceback was logged.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import io
import json
import random
import sys
import tempfile
import threading
import time
import zipfile
from collections import Counter
from pathlib import Path
from urllib.parse import quote

import numpy as np
import psutil
from PIL import Image
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from benchmarks.app_speed import ROOT, serving, wait_until_served
from genlab.live.api import ROUTES
from genlab.live.web import modules

METHODS = ["GET"] * 4 + ["POST"] * 3 + ["DELETE", "HEAD", "PUT", "PATCH", "OPTIONS", "TRACE", "BREW"]
WORDS = [
    "", " ", "0", "-1", "1e3", "NaN", "inf", "9" * 10, "9" * 5000, "x" * 3000, "字", "%", "%00", "../..", "//", "\\",
    "\U0001f600", "null", "true", "'; drop table runs; --", "<script>", "{}", "[]", "0x10", "drawn-", "own-",
    "drawn-" + "A" * 2000, "mnist5k", "ring8", "vae", "gan", "decoder", "probe", "1", "2", "28", "zh", "pixels",
]  # fmt: skip
NAMES = [
    "after", "have", "step", "edition", "run", "space", "width", "height", "milliseconds", "family", "data", "latents",
    "hidden", "depth", "net", "loss", "steps", "lang", "as", "code",
]  # fmt: skip
HEADERS = [
    "Accept", "Accept-Encoding", "If-None-Match", "Cookie", "Range", "Content-Type", "Origin", "Sec-Fetch-Site",
    "X-Forwarded-For", "X-Forwarded-Proto", "Content-Encoding", "Expect", "Upgrade",
]  # fmt: skip
STREAMLITS = [
    "/",
    "/vae",
    "/_stcore/health",
    "/_stcore/host-config",
    "/_stcore/upload_file/a/b",
    "/media/x.png",
    "/a/b/c",
]
EVERY = 10  # of so many, one is frames to the websocket


def files(draw: random.Random) -> list[bytes]:
    """Bodies as people have them, and as nobody should."""
    picture, packed, array = io.BytesIO(), io.BytesIO(), io.BytesIO()
    Image.fromarray(np.arange(784, dtype=np.uint8).reshape(28, 28)).save(picture, "PNG")
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../run.json", "{}")
        archive.writestr("zeros", bytes(2_000_000))
    np.save(array, np.full((4, 2), np.nan))
    whole = [picture.getvalue(), packed.getvalue(), array.getvalue(), b"x,y\n1,2\n3,nan\n", gzip.compress(bytes(10**6))]
    cut = [blob[: draw.randrange(len(blob))] for blob in whole]
    sentences = [
        b"{}",
        b"[]",
        b'{"guess": 1e999}',
        b'{"guess": ' + b"[" * 5000,
        b'{"numbers": {"a": null}}',
        b"\xff" * 784,
    ]
    return [*whole, *cut, *sentences, b"", bytes(784), draw.randbytes(3000), bytes(3_000_000)]


class Sender:
    """Sends what nobody would, from one thread."""

    def __init__(self, port: int, seed: int, paths: list[str]) -> None:
        self.port, self.draw, self.paths = port, random.Random(seed), paths
        self.statuses: Counter[str] = Counter()
        self.faults: list[str] = []
        self.http = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.bodies = files(self.draw)

    def word(self) -> str:
        """One that is odd in its own way, or noise."""
        if self.draw.random() < 0.8:
            return self.draw.choice(WORDS)
        return "".join(chr(self.draw.randrange(1, 0x500)) for _ in range(6))

    def address(self) -> str:
        """A route of ours with words in its places, or one of Streamlit's, and a query."""
        parts = self.draw.choice(self.paths if self.draw.random() < 0.85 else STREAMLITS).split("/")
        filled = [quote(self.word(), safe="") if part.startswith("{") else part for part in parts]
        chosen = self.draw.sample(NAMES, self.draw.randrange(6))
        query = "&".join(f"{name}={quote(self.word(), safe='')}" for name in chosen)
        return f"{'/'.join(filled) or '/'}?{query}"

    def request(self) -> None:
        """One by HTTP."""
        method, address, body = self.draw.choice(METHODS), self.address(), self.draw.choice(self.bodies)
        given = {
            name: "".join(letter for letter in self.word() if " " <= letter < "\x7f")
            for name in self.draw.sample(HEADERS, self.draw.randrange(3))
        }
        try:
            self.http.request(method, address, None if method in ("GET", "HEAD") else body, given)
            answer = self.http.getresponse()
            said = answer.read()
        except (http.client.HTTPException, OSError) as error:  # the server may close on what is no HTTP
            self.http.close()
            self.statuses[type(error).__name__] += 1
            return
        self.statuses[str(answer.status)] += 1
        if answer.status >= 500 or b"Traceback" in said or b"sqlalchemy" in said.lower():
            self.faults.append(f"{answer.status} {method} {address[:200]} {said[:200]!r}")

    def frames(self) -> None:
        """A few on a websocket."""
        message = BackMsg()
        message.rerun_script.query_string, message.rerun_script.page_name = self.word(), self.word()
        state = message.rerun_script.widget_states.widgets.add()
        state.id, state.int_value = self.word(), self.draw.randrange(2**31)
        own = bytearray(message.SerializeToString())
        own[self.draw.randrange(len(own))] ^= 1 << self.draw.randrange(8)
        try:
            with connect(
                f"ws://127.0.0.1:{self.port}/_stcore/stream", origin=f"http://127.0.0.1:{self.port}",  # type: ignore[arg-type]
                subprotocols=["streamlit"], max_size=None, close_timeout=2,  # type: ignore[arg-type]
            ) as socket:  # fmt: skip
                for _ in range(self.draw.randrange(1, 4)):
                    socket.send(self.draw.choice([bytes(own), self.draw.randbytes(200), self.word(), b""]))
            self.statuses["websocket"] += 1
        except (WebSocketException, OSError) as error:
            self.statuses[f"websocket: {type(error).__name__}"] += 1

    def send(self, until: int) -> None:
        """So many."""
        for number in range(until):
            if number % EVERY == 0:
                self.frames()
            else:
                self.request()


def run(senders: list[Sender], requests: int) -> None:
    """All at once, each its share."""
    threads = [threading.Thread(target=sender.send, args=(requests // len(senders),)) for sender in senders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def main() -> None:
    """Sends, and prints what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=4)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("w+b") as log:
        with serving(ROOT / "app.py", Path(folder) / "home", log) as address:
            wait_until_served(address)
            port = int(address.rpartition(":")[2])
            (server,) = [child for child in psutil.Process().children() if str(port) in child.cmdline()]
            paths = sorted({route.path for route in (modules.ROUTE, *ROUTES)})
            senders = [Sender(port, chosen.seed * 100 + number, paths) for number in range(chosen.threads)]
            began = time.monotonic()
            run(senders, chosen.requests // 5)  # what is loaded once is loaded
            before = server.memory_info().rss / 2**20
            run(senders, chosen.requests - chosen.requests // 5)
            seconds = time.monotonic() - began
            after = server.memory_info().rss / 2**20
        log.seek(0)
        lines = log.read().decode(errors="replace")
    faults = [fault for sender in senders for fault in sender.faults]
    statuses = sum((sender.statuses for sender in senders), Counter())
    tracebacks = lines.count("Traceback (most recent call last)")
    said = {
        "seconds": round(seconds, 1), "answers": dict(sorted(statuses.items())), "faults": faults[:20],
        "tracebacks": tracebacks, "memory_mb": [round(before, 1), round(after, 1)],
    }  # fmt: skip
    print(json.dumps(said, indent=2))
    if tracebacks:
        print(lines[lines.index("Traceback") :][:6000], file=sys.stderr)
    sys.exit(1 if faults or tracebacks else 0)


if __name__ == "__main__":
    main()
