"""Puts our module of the address before Streamlit's own script in the page that Streamlit serves, and our icon in place
of Streamlit's. For an icon that a script names Streamlit would first read a library, or its list of emojis.

Streamlit makes every change of st.query_params a step of the Back button, beginning with the first message of a visit,
when no component is there yet. static/core/address.js says which changes are steps; it must run first.

The page is served at every address that is nobody's, and finds its scripts beside it: at /a/b/c it would stay blank. So
such an address is sent to /a-b-c, where the app can say that there is no such page.
"""

from __future__ import annotations

import threading
from urllib.parse import quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from genlab.live.web.answers import base_address
from genlab.live.web.modules import modules

HEAD = b"<head>"
STREAMLIT_ICON = b'<link rel="shortcut icon" href="./favicon.png" />'
# Data's curve, and the generated one's that comes to lie on it.
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" fill="none" stroke-width="4" stroke-linecap="round">'
    '<path stroke="#0072B2" d="M2 27C9 27 8 6 13 6s4 21 11 21"/>'
    '<path stroke="#E69F00" d="M8 27c7 0 6-15 11-15s4 15 11 15"/></svg>'
)
ICON = f'<link rel="icon" href="data:image/svg+xml,{quote(DRAWING)}" />'.encode()
# What the page at the root would be called, by its file: Streamlit gives that name to no other page.
HOME = "home"
# What would make the page come compressed, or not at all because the browser has it without the script.
ASKS = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")
SAYS = ("etag", "last-modified", "accept-ranges")
# Set when the first page has gone out: the lab, whose libraries take a second or two, opens after it.
served = threading.Event()


def script() -> bytes:
    """What comes first in a page. Relative, as Streamlit's own scripts are: so it holds below a path, too."""
    return f'<script type="module" src="./lab/static/{modules().version}/core/address.js"></script>'.encode()


class AddressFirst:
    """ASGI middleware that adds the script to every whole HTML page; everything else passes untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] != "http" or scope["method"] != "GET" or not wants_page(scope):
            await self.app(scope, receive, send)
            return
        asked = [(name, value) for name, value in scope["headers"] if name.lower() not in ASKS]
        await self.app({**scope, "headers": asked}, receive, page_sender(send, elsewhere(scope)))


def wants_page(scope: Scope) -> bool:
    """Whether a browser asks for a page, not for a script, a picture or data."""
    return "text/html" in Headers(scope=scope).get("accept", "")


def elsewhere(scope: Scope) -> str | None:
    """Where a page of this address is to be asked for, if its path is not the app's with one name in it."""
    base = base_address()
    rest = scope["path"].removeprefix(base).lstrip("/")
    if rest == HOME:
        rest = ""
    elif "/" not in rest:
        return None
    query = scope["query_string"].decode("latin-1")
    return f"{base}/{quote(rest.strip('/').replace('/', '-'))}" + (f"?{query}" if query else "")


def page_sender(send: Send, address: str | None) -> Send:
    """Collects the page and sends it with the script in its head, or sends the browser to another address; what is no
    HTML goes on as it comes."""
    start: Message | None = None
    body = b""

    async def forward(message: Message) -> None:
        nonlocal start, body
        if message["type"] == "http.response.start":
            if not Headers(raw=message["headers"]).get("content-type", "").startswith("text/html"):
                await send(message)
                return
            start = message
        elif message["type"] != "http.response.body" or start is None:
            await send(message)
        else:
            body += message.get("body", b"")
            if message.get("more_body", False):
                return
            headers = MutableHeaders(raw=start["headers"])
            if address is not None:
                start["status"], headers["location"] = 307, address
            body = body.replace(HEAD, HEAD + script(), 1).replace(STREAMLIT_ICON, ICON, 1)
            for name in SAYS:
                del headers[name]
            headers["content-length"] = str(len(body))
            await send(start)
            await send({**message, "body": body})
            served.set()

    return forward
