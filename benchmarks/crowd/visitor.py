"""One browser's worth of traffic without a browser: Streamlit's websocket by its own messages, and a page's polls."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import threading
import time
from typing import Any
from urllib.parse import parse_qs

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Button_pb2 import Button
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

ANSWER_SECONDS = 60.0


class Visitor:
    """A session on one page. Its buttons are known by their keys, as the page's script names them."""

    def __init__(self, port: int, page: str, query: str = "") -> None:
        self.host, self.query, self.page = f"127.0.0.1:{port}", query, page
        self.buttons: dict[str, tuple[Button, str]] = {}
        self.changed = threading.Condition()
        self.known: dict[str, tuple[str, bytes]] = {}
        self.http = http.client.HTTPConnection(self.host, timeout=ANSWER_SECONDS)
        self.cookie = self.key()
        self.socket = connect(
            f"ws://{self.host}/_stcore/stream",
            origin=f"http://{self.host}",  # type: ignore[arg-type]
            subprotocols=["streamlit"],  # type: ignore[arg-type]
            additional_headers={"Cookie": self.cookie},
            max_size=None,
        )
        self.reader = threading.Thread(target=self.listen, daemon=True)
        self.reader.start()

    def key(self) -> str:
        """The cookie that comes with the page."""
        self.http.request("GET", f"/{self.page}?{self.query}", headers={"Accept": "text/html"})
        answer = self.http.getresponse()
        answer.read()
        return str(answer.getheader("Set-Cookie")).partition(";")[0]

    def listen(self) -> None:
        """Takes what the server sends until the connection ends."""
        try:
            for data in self.socket:
                assert isinstance(data, bytes)
                message = ForwardMsg.FromString(data)
                with self.changed:
                    self.take(message)
                    self.changed.notify_all()
        except ConnectionClosed:
            return

    def take(self, message: ForwardMsg) -> None:
        """Keeps the buttons and the address that a message tells of."""
        kind = message.WhichOneof("type")
        if kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "delta" and message.delta.new_element.WhichOneof("type") == "button":
            button = message.delta.new_element.button
            named = re.search(r"-(\w+)$", button.id)
            if named:
                self.buttons[named[1]] = button, message.delta.fragment_id

    def ask(self, pressed: str | None = None) -> None:
        """Has the page's script run, for a button that is pressed or (None) for the first time."""
        back = BackMsg()
        asked = back.rerun_script
        asked.query_string, asked.page_name = self.query, self.page
        if pressed is not None:
            button, fragment = self.buttons[pressed]
            asked.fragment_id = fragment
            state = asked.widget_states.widgets.add()
            state.id, state.trigger_value = button.id, True
        self.socket.send(back.SerializeToString())

    def until_enabled(self, key: str) -> None:
        """Waits until a button can be pressed."""
        with self.changed:
            if not self.changed.wait_for(lambda: self.can(key), ANSWER_SECONDS):
                raise TimeoutError(f"{key} cannot be pressed; there are {sorted(self.buttons)}")

    def can(self, key: str) -> bool:
        """Whether there is such a button, enabled."""
        return key in self.buttons and not self.buttons[key][0].disabled

    def press(self, key: str, answer: str) -> float:
        """Presses a button; the seconds until the one that answers can be pressed."""
        began = time.monotonic()
        self.ask(key)
        self.until_enabled(answer)
        return time.monotonic() - began

    @property
    def run(self) -> str | None:
        """The run that the page's address names."""
        return next(iter(parse_qs(self.query.lstrip("?")).get("run", [])), None)

    def get(self, path: str) -> tuple[int, bytes]:
        """What the server answers at an address, with its status; asked as browsers do whether it still holds."""
        known = self.known.get(path)
        asked = {"Cookie": self.cookie, "Accept-Encoding": "gzip"} | ({"If-None-Match": known[0]} if known else {})
        for _ in range(2):  # a connection that rested is closed by the server; browsers open another, too
            try:
                self.http.request("GET", path, headers=asked)
                answer = self.http.getresponse()
                body = answer.read()
            except (http.client.RemoteDisconnected, ConnectionError):
                self.http.close()
            else:
                if known and answer.status == 304:
                    return 200, known[1]
                if answer.getheader("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                if tag := answer.getheader("ETag"):
                    self.known = {path: (tag, body)}  # the next address is another
                return answer.status, body
        return 0, b""

    def news(self, run_id: str, after: int) -> dict[str, Any] | None:
        """What is new of a run; None where that is refused."""
        status, body = self.get(f"/lab/runs/{run_id}?after={after}&lang=en")
        return json.loads(body) if status == 200 else None

    def leave(self) -> None:
        """Closes the page."""
        self.socket.close()
        self.http.close()
