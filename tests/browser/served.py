"""The app as a process, for tests that visit it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path

from genlab.runs import Store

ROOT = Path(__file__).resolve().parents[2]
FROM_SOURCE = (sys.executable, "-m", "streamlit", "run", "app.py")


class Server:
    """The app as a person starts it, in a process group of its own. path: below which it is served ("/course/lab");
    environment: variables of its own; program: what is started, with Streamlit's options after it; folder: where."""

    def __init__(
        self,
        home: Path,
        path: str = "",
        environment: dict[str, str] | None = None,
        program: Sequence[str] = FROM_SOURCE,
        folder: Path = ROOT,
    ) -> None:
        self.home, self.path, self.environment = home, path, environment or {}
        self.program, self.folder = program, folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}{path}"
        self.process: subprocess.Popen[bytes] | None = None
        self.store = Store(f"sqlite:///{home / 'genlab.sqlite'}")

    def start(self) -> None:
        """Starts the app and waits until it answers."""
        options = ["--server.port", str(self.port), "--server.address", "127.0.0.1", "--server.baseUrlPath", self.path]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.program, *options],
                cwd=self.folder,
                env=os.environ | {"GENLAB_HOME": str(self.home)} | self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until(self.answers, 60, lambda: f"the app did not start:\n{self.log.read_text()}")

    def unpacked(self) -> None:
        """Waits until the runs that ship are in its store: the first of many tests is no test of a cold start."""
        wanted = {file.parent.name for file in (ROOT / "pretrained").glob("*/run.json")}
        until(
            lambda: wanted <= {run.id for run in self.store.list()},
            120,
            lambda: f"the runs that ship did not come:\n{self.log.read_text()}",
        )

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def answers(self) -> bool:
        """Whether the app is up."""
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()
        try:
            with urllib.request.urlopen(f"{self.address}/_stcore/health", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def group(self) -> dict[int, str]:
        """The live processes of the server's group: id and command line."""
        listed = subprocess.run(
            ["ps", "-A", "-o", "pid=,pgid=,state=,args="], capture_output=True, text=True, check=True
        )
        rows = [line.split(None, 3) for line in listed.stdout.splitlines()]
        return {int(pid): args for pid, group, state, args in rows if int(group) == self.pid and state[0] != "Z"}

    def workers(self) -> list[int]:
        """The ids of the processes that train."""
        return [pid for pid, args in self.group().items() if "LokyProcess" in args]

    def kill(self) -> None:
        """kill -9 of the server alone: its workers have to notice."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def end(self) -> None:
        """Ends the server as Ctrl-C does; no process of it may be left five seconds later."""
        assert self.process is not None
        code = self.process.poll()
        if code is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.kill()
        try:
            assert code is None, f"the app ended by itself, with code {code}:\n{self.log.read_text()}"
            until(lambda: not self.group(), 5, lambda: f"left over: {self.group()}")
        finally:
            if self.group():
                os.killpg(self.pid, signal.SIGKILL)
            self.store.close()


def until(condition: Callable[[], object], seconds: float, otherwise: Callable[[], str]) -> None:
    """Waits for a condition on the processes of this machine, which no browser event announces."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, otherwise()
        time.sleep(0.05)
