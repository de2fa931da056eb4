"""How many requests to routes of ours one visitor, and one address, may make: far more than pages do, but an end.

A visitor is known by the key in their cookie. Anybody can think of keys, so all of one address count together too: a
class of a hundred behind one router, each of whom loads a page and watches a run, stays far below.
"""

from __future__ import annotations

import time
from collections import OrderedDict

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from genlab.live.web.keys import kept_key

SENTENCE = "Too many requests at once: wait a few seconds. 请求过于频繁：请等几秒钟再试。"


class Rates:
    """Token buckets by name: each holds `burst` at most and gets `a_second` back. The longest unused of more than
    `most` are forgotten, which makes them full again."""

    def __init__(self, a_second: float, burst: float, most: int = 4096) -> None:
        self.a_second, self.burst, self.most = a_second, burst, most
        self.left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, name: str) -> bool:
        """Whether there is one left, which is taken."""
        now = time.monotonic()
        left, then = self.left.pop(name, (self.burst, now))
        left = min(self.burst, left + (now - then) * self.a_second)
        allowed = left >= 1
        self.left[name] = (left - 1 if allowed else left, now)
        if len(self.left) > self.most:
            self.left.popitem(last=False)
        return allowed


# A page takes some eighty files when it opens and, with eight seeds that train, twenty answers a second.
BY_KEY = Rates(a_second=60, burst=1500)
BY_ADDRESS = Rates(a_second=500, burst=10_000)


class Limited:
    """An ASGI middleware of a route: 429 and a sentence for who asks too often."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        key, address = kept_key(request.cookies), request.client.host if request.client else ""
        # Both are asked: what is refused to one key still counts for its address.
        by_address, by_key = BY_ADDRESS.take(address), key is None or BY_KEY.take(key)
        if by_address and by_key:
            await self.app(scope, receive, send)
            return
        headers = {"Cache-Control": "no-store", "Retry-After": "5"}
        await JSONResponse({"error": SENTENCE}, status_code=429, headers=headers)(scope, receive, send)
