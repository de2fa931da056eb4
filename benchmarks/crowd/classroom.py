"""A classroom on one server: so many sessions on Streamlit's own websocket, each starts a small run and watches it.

    python -m benchmarks.crowd.classroom [--sessions 30] [--seconds 600] [--click-seconds 30] [--query KNOB=VALUE&...]
    python -m benchmarks.crowd.classroom --idle --sessions 100 --seconds 60

Every session asks for its run's news twice a second, at moments fixed beforehand, and for each new frame, as pages
do; now and then it presses Pause and Resume. The workers are there before the first Start: the teacher has tried it.
With --idle nobody trains: pages have come to rest on a run that ships, and look every ten seconds as pages then do
(--every 3: as those of a class). What the connections alone take, without a look, is told apart.

Prints one JSON object. An update is answered news; its latency counts from the moment it was due. Movements are as a
page sees them, so a gap is right to half a second. The server's memory is compared with that a tenth of the way in,
when all that is loaded once is loaded. What the sessions take themselves is of the same cores.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from benchmarks.app_speed import ROOT, serving, wait_until_served
from benchmarks.crowd.visitor import Visitor
from genlab.runs import Store

LIVE_SECONDS, IDLE_SECONDS = 0.5, 10.0  # as in genlab/live/static/shared/feed.js and core/poll.js
UNASKED_SECONDS = 10.0
ARRIVE_SECONDS = 0.2  # one student after the other opens the page
SMALL = "data=ring8&steps=1000000&latents=2&hidden=32&likelihood=gaussian"


@dataclass
class Seen:
    """What one page saw of its run, in seconds. late: of each update, from the moment at which it was due; first: from
    Start to the first movement; gaps: between movements that followed each other while it trained; starts, clicks:
    to their answer, of Start, which all press at once, and of what is pressed later."""

    late: list[float] = field(default_factory=list)
    refused: int = 0
    first: list[float] = field(default_factory=list)
    gaps: list[float] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)
    clicks: list[float] = field(default_factory=list)


class Session:
    """One student."""

    def __init__(self, visitor: Visitor, number: int, chosen: argparse.Namespace) -> None:
        self.visitor, self.number, self.chosen, self.seen = visitor, number, chosen, Seen()
        self.run_id, self.step, self.moved = visitor.run or "", -1, 0.0
        self.trains = False
        self.training = threading.Lock()

    def start(self) -> None:
        """Presses Start."""
        self.step, self.moved = 0, time.monotonic()
        self.seen.starts.append(self.visitor.press("start", "pause"))
        self.run_id, self.trains = self.visitor.run or "", True

    def watch(self, until: float) -> None:
        """Asks at the moments at which a page would, until then."""
        every = self.chosen.every
        due = time.monotonic() + every * self.number / self.chosen.sessions
        while (due := due + every) < until:
            time.sleep(max(0.0, due - time.monotonic()))
            news = self.visitor.news(self.run_id, self.step)
            now = time.monotonic()
            if news is None:
                self.seen.refused += 1
                continue
            self.seen.late.append(now - due)
            self.take(news, now)

    def take(self, news: dict[str, Any], now: float) -> None:
        """Notices a movement, and looks at its picture."""
        if news.get("step", -1) <= self.step:
            return
        with self.training:
            if self.trains and self.moved:
                (self.seen.gaps if self.step > 0 else self.seen.first).append(now - self.moved)
            self.step, self.moved = news["step"], now
        if news["frames"]:
            self.visitor.get(f"/lab/runs/{self.run_id}/frames/{news['frames'][-1]}?edition={news['edition']}")

    def click(self, until: float) -> None:
        """Presses Pause and Resume now and then."""
        every = self.chosen.click_seconds
        due = time.monotonic() + every * self.number / self.chosen.sessions
        while (due := due + every) < until:
            time.sleep(max(0.0, due - time.monotonic()))
            with self.training:
                self.trains = False
            self.seen.clicks.append(self.visitor.press("pause", "start"))
            self.seen.clicks.append(self.visitor.press("start", "pause"))
            with self.training:  # the next movement counts from no earlier one
                self.trains, self.moved = True, 0.0


def warm(port: int, query: str) -> None:
    """The teacher tries it: a run moves, and is stopped."""
    teacher = Visitor(port, "vae", query)
    teacher.ask()
    teacher.until_enabled("start")
    teacher.press("start", "pause")
    while not ((news := teacher.news(teacher.run or "", -1)) and news["step"]):
        time.sleep(LIVE_SECONDS)
    teacher.press("stop", "start")
    teacher.leave()


def sessions(port: int, chosen: argparse.Namespace, shipped: str) -> list[Session]:
    """All students, arrived; on a run that ships where they are idle."""
    found = []
    for number in range(chosen.sessions):
        visitor = Visitor(port, "vae", f"run={shipped}" if chosen.idle else chosen.query)
        visitor.ask()
        visitor.until_enabled("start")
        found.append(Session(visitor, number, chosen))
        time.sleep(ARRIVE_SECONDS)
    return found


def in_threads(work: Sequence[threading.Thread]) -> None:
    """Begins all, and waits for all."""
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()


def watched(students: list[Session], server: psutil.Process, chosen: argparse.Namespace) -> dict[str, Any]:
    """What all saw, and what the server took."""
    unasked = 0.0
    if chosen.idle:
        for student in students:
            student.take(student.visitor.news(student.run_id, student.step) or {}, 0.0)
        took = sum(server.cpu_times()[:2])
        time.sleep(UNASKED_SECONDS)
        unasked = (sum(server.cpu_times()[:2]) - took) / UNASKED_SECONDS
    else:
        in_threads([threading.Thread(target=student.start) for student in students])
    began, took = time.monotonic(), sum(server.cpu_times()[:2])
    until, sizes = began + chosen.seconds, [0.0, 0.0]

    def weigh() -> None:
        for place, share in enumerate((0.1, 0.98)):
            time.sleep(max(0.0, began + share * chosen.seconds - time.monotonic()))
            sizes[place] = server.memory_info().rss / 2**20

    work = [threading.Thread(target=student.watch, args=(until,)) for student in students]
    if not chosen.idle:
        work += [threading.Thread(target=student.click, args=(until,)) for student in students]
    in_threads([*work, threading.Thread(target=weigh)])
    core = (sum(server.cpu_times()[:2]) - took) / (time.monotonic() - began)
    late = pooled(student.seen.late for student in students)
    said: dict[str, Any] = {
        "updates_a_second": round(len(late) / chosen.seconds, 1),
        "asked_a_second": round(chosen.sessions / chosen.every, 1),
        "update_p95_ms": round(1000 * at(late, 0.95), 1),
        "refused": sum(student.seen.refused for student in students),
        "server_rss_mb": [round(size, 1) for size in sizes],
        "server_growth_percent": round(100 * (sizes[1] / sizes[0] - 1), 2),
        "server_percent_of_a_core": round(100 * core, 1),
    }
    if chosen.idle:
        return said | {"of_these_unasked": round(100 * unasked, 1)}
    firsts, gaps, starts, clicks = (
        pooled(getattr(student.seen, name) for student in students) for name in ("first", "gaps", "starts", "clicks")
    )
    return said | {
        "moved": len(firsts),
        "first_median_s": round(at(firsts, 0.5), 2),
        "first_max_s": round(at(firsts, 1.0), 2),
        "gap_median_s": round(at(gaps, 0.5), 2),
        "gap_p99_s": round(at(gaps, 0.99), 2),
        "slowest_run_gap_median_s": round(max(statistics.median(s.seen.gaps or [float("inf")]) for s in students), 2),
        "start_p95_ms": round(1000 * at(starts, 0.95), 1),
        "clicks": len(clicks),
        "click_p95_ms": round(1000 * at(clicks, 0.95), 1),
    }


def pooled(lists: Any) -> list[float]:
    """All numbers of all lists, in order."""
    return sorted(number for numbers in lists for number in numbers)


def at(ordered: list[float], share: float) -> float:
    """The number below which such a share lies."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def unpacked(home: Path) -> str:
    """The VAE that ships, once all are in the store."""
    names = {file.parent.name for file in (ROOT / "pretrained").glob("*/run.json")}
    store = Store(f"sqlite:///{home / 'genlab.sqlite'}")
    try:
        while True:
            vaes = {run.id: run.family == "vae" for run in store.list()}
            if names <= vaes.keys():
                return next(run_id for run_id in sorted(names) if vaes[run_id])
            time.sleep(LIVE_SECONDS)
    finally:
        store.close()


def main() -> None:
    """Opens the classroom, watches it, and prints what it saw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--click-seconds", type=float, default=30.0, help="between two pauses of a student")
    parser.add_argument("--query", default=SMALL, help="what the page's address says of the runs")
    parser.add_argument("--idle", action="store_true", help="nobody trains")
    parser.add_argument("--every", type=float, help="seconds between two looks of a page (.5, idle 10)")
    chosen = parser.parse_args()
    chosen.every = chosen.every or (IDLE_SECONDS if chosen.idle else LIVE_SECONDS)
    with tempfile.TemporaryDirectory() as folder, serving(ROOT / "app.py", Path(folder)) as address:
        wait_until_served(address)
        port = int(address.rpartition(":")[2])
        shipped = unpacked(Path(folder))
        (server,) = [
            process for process in psutil.Process().children() if address.rpartition(":")[2] in process.cmdline()
        ]
        if not chosen.idle:
            warm(port, chosen.query)
        students = sessions(port, chosen, shipped)
        result = {"sessions": chosen.sessions, "seconds": chosen.seconds, "idle": chosen.idle, "cores": os.cpu_count()}
        print(json.dumps(result | watched(students, server, chosen), indent=2))
        for student in students:
            student.visitor.leave()


if __name__ == "__main__":
    main()
