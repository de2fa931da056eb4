"""One request given to the app's routes as a server would, and what came back."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from starlette.applications import Starlette
from starlette.types import ASGIApp

from genlab.live.door import routes


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


def get(address: str, **headers: str) -> Answer:
    """A GET, its path decoded."""
    return ask("GET", address, b"", headers)


def post(address: str, body: bytes) -> Answer:
    """A POST with its body."""
    return ask("POST", address, body)


def ask(
    method: str,
    address: str,
    body: bytes,
    headers: dict[str, str] | None = None,
    app: ASGIApp | None = None,
    scheme: str = "http",
) -> Answer:
    """One request, to the app's routes or to another app; in the names of headers "_" stands for "-"."""
    sent: list[dict[str, Any]] = []
    incoming = [{"type": "http.request", "body": body, "more_body": False}] if method not in ("GET", "HEAD") else []

    async def receive() -> dict[str, Any]:
        if incoming:
            return incoming.pop()
        await asyncio.Event().wait()  # the visitor neither sends more nor goes away
        raise AssertionError

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(
        (app or Starlette(routes=routes()))(
            scope_of("http", method, address, headers) | {"scheme": scheme}, receive, send
        )
    )
    answered = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], answered, b"".join(message.get("body", b"") for message in sent[1:]))


def connect(app: ASGIApp, address: str, headers: dict[str, str]) -> list[str]:
    """What an app does with a websocket that is opened: the kinds of its messages."""
    sent: list[str] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message["type"])

    asyncio.run(app(scope_of("websocket", "GET", address, headers), receive, send))
    return sent


def scope_of(kind: str, method: str, address: str, headers: dict[str, str] | None) -> dict[str, Any]:
    """The scope of a request, its path decoded."""
    given = [(name.replace("_", "-").lower().encode(), value.encode("latin-1", "replace"))
             for name, value in (headers or {}).items()]  # fmt: skip
    parts = urlsplit(address)
    return {
        "type": kind, "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": unquote(parts.path), "raw_path": parts.path.encode(), "query_string": parts.query.encode(),
        "root_path": "", "headers": given, "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip
