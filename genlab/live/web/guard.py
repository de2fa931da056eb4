"""Who may talk to the server, and what browsers are told of it: every request, a websocket's too, passes here first.

Other sites must not reach a lab through a visitor's browser. A name that is not the lab's own could be another site's
that was pointed at this machine (DNS rebinding), so hosts are checked; a form or script elsewhere could change
something here in the visitor's name, so what changes anything must come from the lab's own pages.

GENLAB_ALLOWED_HOSTS     names by which the lab is reached beside the machine's own: "lab.example.edu, *.example.org",
                         or "*" for any
GENLAB_FRAME_ANCESTORS   pages that may show the lab in a frame, as "'self' https://moodle.example.edu"; usually 'self'
"""

from __future__ import annotations

import ipaddress
import os
import re
import socket
from base64 import b64encode
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config, file_util

from genlab.live.web.answers import base_address
from genlab.live.web.keys import kept_key, key_cookie

HOSTS, FRAMES = "GENLAB_ALLOWED_HOSTS", "GENLAB_FRAME_ANCESTORS"
HOST = re.compile(r"(?P<name>\[[0-9a-fA-F:.%]+\]|[^\[\]:/@?#\s]+)(?::[0-9]{1,5})?")
PATTERN = re.compile(r"\*|(\*\.)?[\w-]+(\.[\w-]+)*\.?|\[?[0-9a-fA-F:.]+\]?")
ANCESTOR = re.compile(r"'(self|none)'|\*|[a-z][a-z0-9+.-]*:|([a-z][a-z0-9+.-]*://)?(\*\.)?[\w.-]+(:([0-9]{1,5}|\*))?")
READING = frozenset({"GET", "HEAD", "OPTIONS"})
INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def parts(setting: str, separator: str, form: re.Pattern[str], allowed: str) -> list[str]:
    """A setting's parts; ValueError for what is not of the form."""
    found = [part for part in re.split(separator, os.environ.get(setting, "").strip()) if part]
    for part in found:
        if not form.fullmatch(part):
            raise ValueError(f"{setting}: got {part[:80]!r}, allowed: {allowed}")
    return found


def settings() -> tuple[list[str], list[str]]:
    """The hosts and the frames' ancestors that the environment names. Raises ValueError for another form."""
    return (
        parts(HOSTS, r"[,\s]+", PATTERN, "names of hosts, *.NAME or *, commas between them"),
        parts(FRAMES, r"[\s,]+", ANCESTOR, "'self', 'none' or addresses as https://NAME, spaces between them"),
    )


class Guard:
    """An ASGI middleware around the whole app. Raises ValueError for settings that are not of their form."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        hosts, ancestors = settings()
        ours = [str(config.get_option(name) or "") for name in ("server.address", "browser.serverAddress")]
        given = [str(host) for host in config.get_option("server.allowedHosts") or ()]
        self.patterns = [host.lower().rstrip(".") for host in (*hosts, *given, *ours) if host]
        self.framed = any(ancestor not in ("'self'", "'none'") for ancestor in ancestors)
        self.policy = content_policy(" ".join(ancestors) or "'self'")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not await self.knows(host):
            await refuse(scope, receive, send, 421, stranger(host))
        elif scope["type"] == "http" and changes(scope) and not from_our_pages(headers, host):
            await refuse(scope, receive, send, 403, ELSEWHERE)
        else:
            await self.app(scope, receive, self.telling(send, scope, host))

    async def knows(self, host: str) -> bool:
        """Whether this is one of the lab's names, or an address in numbers, which no other site can be known by."""
        found = HOST.fullmatch(host)
        if found is None:
            return False
        name = found["name"].strip("[]").lower().rstrip(".")
        if name == "localhost" or name.endswith(".localhost") or is_address(name) or matches(name, self.patterns):
            return True
        return matches(name, await run_in_threadpool(own_names))

    def telling(self, send: Send, scope: Scope, host: str) -> Send:
        """Adds the headers of every answer, and a page's policy and key."""
        asked = Headers(scope=scope)

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "same-origin"  # a run's address is the right to look at it
                if headers.get("content-type", "").startswith("text/html"):
                    headers["Content-Security-Policy"] = self.policy.replace("HOST", host)
                # A page that the browser has is told to be that page (304), which has no type.
                if message["status"] < 400 and "text/html" in (headers.get("content-type") or asked.get("accept", "")):
                    key = kept_key(cookie_parser(asked.get("cookie", "")))
                    headers.append("Set-Cookie", key_cookie(key, scope.get("scheme") == "https", self.framed))
                    headers["Cache-Control"] = "private, no-cache"  # it is one visitor's
            await send(message)

        return told


def is_address(name: str) -> bool:
    """Whether a host is an IP address."""
    try:
        ipaddress.ip_address(name.split("%")[0])
    except ValueError:
        return False
    return True


def matches(name: str, patterns: Iterable[str]) -> bool:
    """Whether a host is one of these, or below one that begins with "*."."""
    return any(
        pattern in ("*", name) or (pattern.startswith("*.") and name.endswith(pattern[1:])) for pattern in patterns
    )


@cache
def own_names() -> tuple[str, ...]:
    """How this machine is called, by itself and in its network. Asked for once, off the event loop: it may take
    seconds where the network does not know."""
    short = socket.gethostname().lower()
    return (short, f"{short.split('.')[0]}.local", socket.getfqdn().lower().rstrip("."))


def changes(scope: Scope) -> bool:
    """Whether the request may change something by a route of ours; Streamlit's own guard themselves."""
    return scope["method"] not in READING and str(scope["path"]).startswith(f"{base_address()}/lab/")


def from_our_pages(headers: Headers, host: str) -> bool:
    """Whether a request comes from the lab's own pages, or from no page at all. Browsers say which, and no script can
    have them say otherwise."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc.lower() == host.lower()


ELSEWHERE = (
    "Refused: this changes something in the lab and was sent by a page of another site.\n"
    "已拒绝：这个请求会改动实验室中的内容，却来自另一个网站的页面。\n"
)


def stranger(host: str) -> str:
    """What a visitor is told who came by a name that is not known."""
    shown = "".join(letter for letter in host[:80] if letter.isprintable()) or "no name"
    return (
        f"This lab is not known by the name {shown}. Use the machine's own name or its address in numbers, or let the "
        f"person who runs the lab add the name to {HOSTS}.\n"
        f"本实验室不认识“{shown}”这个名称。请使用这台机器自己的名称或数字地址，"
        f"或者请运行实验室的人把该名称加入 {HOSTS}。\n"
    )


async def refuse(scope: Scope, receive: Receive, send: Send, status: int, sentence: str) -> None:
    """Says no; a websocket is closed before it opens."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": ""})
        return
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    await PlainTextResponse(sentence, status, headers)(scope, receive, send)


def content_policy(ancestors: str) -> str:
    """What a page may load: its own. Streamlit styles by attributes, makes modules of texts (blob:), and its index page
    has a script of one line, known by its hash; its Vega charts make functions of texts, as browser drivers do. HOST:
    Safari does not take 'self' for websockets."""
    index = (Path(file_util.get_static_dir()) / "index.html").read_text()
    inline = [f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in INLINE.findall(index)]
    return "; ".join(
        [
            "default-src 'self'",
            " ".join(["script-src 'self' blob: 'unsafe-eval'", *inline]),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "media-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self' ws://HOST wss://HOST blob: data:",
            "worker-src 'self' blob:",
            "frame-src 'self' blob: data:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            f"frame-ancestors {ancestors}",
        ]
    )
