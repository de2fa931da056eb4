"""Streamlit's own files, squeezed. It sends them as they lie on the disk, 2.3 MB before a first page: on a slow network
most of the wait."""

from __future__ import annotations

import gzip
import threading
from functools import lru_cache
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import file_util

from genlab.live.web.answers import FOREVER, base_address

KINDS = {".js": "text/javascript", ".css": "text/css"}
# Set a moment after the server's start: the first page need not wait for its files to be squeezed.
begun = threading.Event()


@lru_cache(maxsize=1)
def files() -> dict[str, Path]:
    """Streamlit's scripts and style sheets by their paths below the app's address. A name changes with the content."""
    static = Path(file_util.get_static_dir())
    return {
        path.relative_to(static).as_posix(): path
        for path in (static / "static").rglob("*")
        if path.suffix in KINDS and path.is_file()
    }


@lru_cache(maxsize=512)
def squeezed(path: Path) -> bytes:
    """A file for the wire, squeezed once."""
    return gzip.compress(path.read_bytes(), compresslevel=6, mtime=0)


class Squeeze:
    """An ASGI middleware that answers for Streamlit's files, where the browser takes gzip."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "GET" and begun.is_set():
            path = files().get(scope["path"].removeprefix(f"{base_address()}/"))
            headers = Headers(scope=scope)
            if path is not None and "gzip" in headers.get("accept-encoding", "") and "range" not in headers:
                body = await run_in_threadpool(squeezed, path)
                told = {"Content-Encoding": "gzip", "Cache-Control": FOREVER, "Vary": "Accept-Encoding"}
                await Response(body, media_type=KINDS[path.suffix], headers=told)(scope, receive, send)
                return
        await self.app(scope, receive, send)
