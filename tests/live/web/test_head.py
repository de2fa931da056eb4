"""The module that comes before Streamlit's own: in every page, whole and uncompressed, and nowhere else."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from live.asked import Answer, ask
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from streamlit import file_util

from genlab.live.web.head import AddressFirst, script

PAGE = "<!DOCTYPE html><html><head><title>x</title></head><body>" + "word " * 500 + "</body></html>"
BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"


async def page(request: Request) -> Response:
    unchanged = request.headers.get("if-none-match") == '"1"'
    return Response(status_code=304) if unchanged else HTMLResponse(PAGE, headers={"etag": '"1"'})


async def data(request: Request) -> Response:
    return JSONResponse({"head": "<head>"})


inner = Starlette(
    routes=[Route("/data", data), Route("/{path:path}", page)],
    middleware=[Middleware(AddressFirst), Middleware(GZipMiddleware)],
)


def get(address: str, **headers: str) -> Answer:
    return ask("GET", address, b"", headers, inner)


def test_a_page_begins_with_the_module() -> None:
    answer = get("/vae", accept=BROWSER, accept_encoding="gzip")
    assert answer.body == PAGE.replace("<head>", "<head>" + script().decode()).encode()
    assert int(answer.headers["content-length"]) == len(answer.body)
    assert "etag" not in answer.headers


def test_a_browser_that_has_the_page_without_the_module_gets_it_anew() -> None:
    answer = get("/vae", accept=BROWSER, if_none_match='"1"')
    assert answer.status == 200
    assert script() in answer.body


def test_all_else_passes_untouched() -> None:
    assert get("/data", accept=BROWSER).json() == {"head": "<head>"}
    assert get("/vae", accept="*/*").body == PAGE.encode()
    assert gzip.decompress(get("/vae", accept="*/*", accept_encoding="gzip").body) == PAGE.encode()


@pytest.mark.parametrize(("asked", "sent"), [("/a/b", "/a-b"), ("/vae/", "/vae"), ("/home", "/")])
def test_a_page_deeper_than_its_scripts_is_asked_for_beside_them(asked: str, sent: str) -> None:
    assert get(asked, accept=BROWSER).headers["location"] == sent
    assert "location" not in get(sent, accept=BROWSER).headers


def test_the_page_has_our_icon_and_no_other() -> None:
    served = (Path(file_util.get_static_dir()) / "index.html").read_bytes()
    app = Starlette(routes=[Route("/", lambda _: HTMLResponse(served))], middleware=[Middleware(AddressFirst)])
    icons = re.findall(rb"<link[^>]*icon[^>]*>", ask("GET", "/", b"", {"accept": BROWSER}, app).body)
    assert len(icons) == 1
    (drawing,) = re.findall(r'href="data:image/svg\+xml,([^"]*)"', icons[0].decode())
    assert ElementTree.fromstring(unquote(drawing)).tag == "{http://www.w3.org/2000/svg}svg"
