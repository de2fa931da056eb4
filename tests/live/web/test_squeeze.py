"""Streamlit's own files come squeezed, once the server has had its first moments."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from live.asked import ask
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.types import ASGIApp
from streamlit import file_util
from streamlit.web.server.starlette.starlette_static_routes import create_streamlit_static_assets_routes

from genlab.live.web import squeeze
from genlab.live.web.squeeze import Squeeze, files


@pytest.fixture
def app() -> Iterator[ASGIApp]:
    """A server after its first moments."""
    squeeze.begun.set()
    yield Starlette(routes=create_streamlit_static_assets_routes(""), middleware=[Middleware(Squeeze)])
    squeeze.begun.clear()


def a_script() -> tuple[str, bytes]:
    address = next(name for name in sorted(files()) if name.startswith("static/js/index."))
    return f"/{address}", (Path(file_util.get_static_dir()) / address).read_bytes()


def test_a_script_comes_squeezed_and_is_kept_for_ever(app: ASGIApp) -> None:
    address, body = a_script()
    answer = ask("GET", address, b"", {"accept_encoding": "gzip, br"}, app)
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]
    assert len(answer.body) < len(body) / 2
    assert gzip.decompress(answer.body) == body


def test_who_cannot_take_it_gets_the_file(app: ASGIApp) -> None:
    address, body = a_script()
    for headers in ({"accept_encoding": "identity"}, {"accept_encoding": "gzip", "range": "bytes=0-9"}):
        answer = ask("GET", address, b"", headers, app)
        assert "content-encoding" not in answer.headers
        assert body.startswith(answer.body)
    squeeze.begun.clear()
    assert "content-encoding" not in ask("GET", address, b"", {"accept_encoding": "gzip"}, app).headers


@pytest.mark.parametrize("name", ["index.html", "", "static/js/nothing.js", "static/js/../../index.html"])
def test_all_else_is_streamlits_to_answer(app: ASGIApp, name: str) -> None:
    assert "content-encoding" not in ask("GET", f"/{name}", b"", {"accept_encoding": "gzip"}, app).headers
