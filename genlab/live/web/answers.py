"""What the routes share: how they read a number and how they say no."""

from __future__ import annotations

import re

from starlette.convertors import IntegerConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config

from genlab.runs.store.record import UnknownRun
from genlab.runs.trouble import StoreTrouble

BYTES = "application/octet-stream"
FOREVER = "public, max-age=31536000, immutable"
# As long, but by the visitor's browser alone: who has a run's address may look at it, and nobody else.
KEPT = "private, max-age=31536000, immutable"
# Nine digits at most: a step that no run reaches, and that every database takes.
NUMBER = re.compile(r"-?[0-9]{1,9}")


def base_address() -> str:
    """The path below which the app is served, without a slash at its end; empty at the root."""
    path = str(config.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


def whole_number(text: str | None, otherwise: int) -> int:
    """A query's number; nonsense is ignored."""
    return int(text) if text is not None and NUMBER.fullmatch(text) else otherwise


def not_found(request: Request) -> Response:
    """The answer for a run, frame or net that is not there."""
    return JSONResponse({"error": "not found"}, status_code=404)


def refused(error: Exception, status: int) -> Response:
    """The sentence that says what is wrong."""
    return JSONResponse({"error": str(error)}, status_code=status, headers={"Cache-Control": "no-store"})


class TellsTrouble:
    """Answers for a route that asks for a run that is not there: 404; whose store is in trouble: 503, {"error": a
    sentence, "trouble": its kind}."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self.app(scope, receive, send)
        except UnknownRun:
            await not_found(Request(scope))(scope, receive, send)
        except StoreTrouble as trouble:
            said = {"error": str(trouble), "trouble": trouble.kind}
            headers = {"Cache-Control": "no-store", "Retry-After": "2"}
            await JSONResponse(said, status_code=503, headers=headers)(scope, receive, send)


class ShortNumber(IntegerConvertor):
    """A whole number in a path, `{name:short}`. Python refuses to read one of thousands of digits, and the server fails
    with it before any route is asked."""

    regex = "[0-9]{1,9}"


register_url_convertor("short", ShortNumber())
