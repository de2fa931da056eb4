"""Who may talk to the server: its own names, its own pages, keys of its own form; and what browsers are told."""

from __future__ import annotations

import re

import pytest
from live.asked import Answer, ask, connect
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket

from genlab.live.web import guard
from genlab.live.web.guard import FRAMES, HOSTS, Guard
from genlab.live.web.keys import COOKIE, kept_key, new_key


def guarded() -> ASGIApp:
    """An app with a page, a route of ours, one of Streamlit's and a websocket."""

    def page(request: Request) -> Response:
        return HTMLResponse("<p>lab</p>")

    def change(request: Request) -> Response:
        return PlainTextResponse("changed")

    async def stream(socket: WebSocket) -> None:
        await socket.accept()
        await socket.close()

    paths = [
        Route(path, change, methods=["POST", "DELETE", "PUT"]) for path in ("/lab/thing", "/_stcore/upload_file/x")
    ]

    def same(request: Request) -> Response:
        return Response(status_code=304)

    routes = [Route("/", page), Route("/same", same), *paths, WebSocketRoute("/_stcore/stream", stream)]
    return Starlette(routes=routes, middleware=[Middleware(Guard)])


def sent(address: str, method: str = "GET", **headers: str) -> Answer:
    """What the app answers."""
    return ask(method, address, b"", {"host": "localhost"} | headers, guarded())


@pytest.fixture(autouse=True)
def this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "own_names", lambda: ("teacher", "teacher.local", "teacher.school.example"))


KNOWN = [
    "localhost", "localhost:8501", "LOCALHOST", "lab.localhost:8501", "127.0.0.1:8501", "192.168.1.20:8501", "10.0.0.7",
    "[::1]:8501", "[fe80::1]", "teacher", "Teacher.local:8501", "teacher.school.example", "teacher.school.example.",
]  # fmt: skip
UNKNOWN = [
    "evil.example", "evil.example:8501", "localhost.evil.example", "127.0.0.1.evil.example", "teacher.evil.example",
    "evil.example:80@localhost", "localhost@evil.example", "localhost evil.example", "localhost/evil", "", "a" * 5000,
    "<script>alert(1)</script>", "[::1", "localhost:port", "2130706433x", "\xff",
]  # fmt: skip


@pytest.mark.parametrize("host", KNOWN)
def test_the_machines_own_names_and_addresses_are_known(host: str) -> None:
    assert sent("/", host=host).body == b"<p>lab</p>"
    assert connect(guarded(), "/_stcore/stream", {"host": host}) == ["websocket.accept", "websocket.close"]


@pytest.mark.parametrize("host", UNKNOWN)
def test_another_name_is_refused_in_a_sentence_and_for_the_websocket_too(host: str) -> None:
    answer = sent("/", host=host)
    assert answer.status == 421
    assert HOSTS in answer.body.decode()
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert len(answer.body) < 1000
    own = {"host": host, "origin": f"http://{host}"}
    assert connect(guarded(), "/_stcore/stream", own) == ["websocket.close"]  # before it opens


def test_names_may_be_added(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOSTS, "lab.example.edu, *.example.org")
    for host, status in [
        ("lab.example.edu", 200), ("a.example.org:8501", 200), ("example.org", 421), ("example.edu", 421),
        ("aexample.org", 421), ("localhost", 200),
    ]:  # fmt: skip
        assert sent("/", host=host).status == status, host
    monkeypatch.setenv(HOSTS, "*")
    assert sent("/", host="whatever.example").status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),  # no browser: a script of the person's own
        ({"origin": "http://localhost"}, True),
        ({"origin": "https://localhost", "sec-fetch-site": "same-origin"}, True),
        ({"origin": "https://hub.example", "sec-fetch-site": "same-origin"}, True),  # a proxy changed the host
        ({"sec-fetch-site": "same-origin"}, True),
        ({"origin": "http://evil.example"}, False),
        ({"origin": "null"}, False),
        ({"origin": ""}, False),
        ({"origin": "http://localhost:9999"}, False),
        ({"origin": "http://localhost.evil.example"}, False),
        ({"origin": "http://localhost", "sec-fetch-site": "cross-site"}, False),
        ({"origin": "http://localhost", "sec-fetch-site": "same-site"}, False),
    ],
)
def test_only_our_own_pages_change_anything(method: str, headers: dict[str, str], allowed: bool) -> None:
    answer = sent("/lab/thing", method, **headers)
    assert answer.status == (200 if allowed else 403)
    if not allowed:
        assert "another site" in answer.body.decode()
        assert re.search("[一-鿿]", answer.body.decode())


def test_streamlits_routes_guard_themselves_and_reading_is_free() -> None:
    foreign = {"origin": "http://evil.example", "sec-fetch-site": "cross-site"}
    assert sent("/_stcore/upload_file/x", "POST", **foreign).status == 200
    assert sent("/", **foreign).status == 200  # a link from elsewhere


def test_every_answer_carries_its_headers_and_a_page_its_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    for path in ("/", "/lab/thing", "/nothing"):
        answer = sent(path)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
    policy = sent("/").headers["content-security-policy"]
    assert "frame-ancestors 'self'" in policy
    assert "object-src 'none'" in policy
    assert re.search(r"script-src [^;]*'sha256-", policy)
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
    monkeypatch.setenv(FRAMES, "'self' https://moodle.example.edu https://*.example.org:8443")
    policy = sent("/").headers["content-security-policy"]
    assert policy.endswith("frame-ancestors 'self' https://moodle.example.edu https://*.example.org:8443")


@pytest.mark.parametrize(
    ("setting", "value"),
    [(FRAMES, "'self'; script-src *"), (FRAMES, "https://a.example\r\nX: y"), (FRAMES, "self'"),
     (HOSTS, "http://lab.example"), (HOSTS, "lab.example/x"), (HOSTS, "*evil")],
)  # fmt: skip
def test_a_setting_of_another_form_is_refused_in_a_sentence(
    setting: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(setting, value)
    with pytest.raises(ValueError, match=f"{setting}: got .*, allowed: "):
        sent("/")


def test_only_keys_that_we_made_are_taken() -> None:
    key = new_key()
    assert kept_key({COOKIE: key}) == key
    for other in (
        "",
        "eve",
        "admin",
        "shipped",
        key[:-1],
        key + "A",
        f"{key[:-1]}B",
        f"{key[:-1]}\n",
        "ö" * 22,
        " " * 22,
    ):
        assert kept_key({COOKIE: other}) is None, other
    assert kept_key({}) is None


@pytest.mark.parametrize(
    ("scheme", "ancestors", "expected"),
    [
        ("http", "", "SameSite=Lax"),
        ("https", "", "SameSite=Lax; Secure"),
        ("https", "'self'", "SameSite=Lax; Secure"),
        ("http", "https://moodle.example", "SameSite=Lax"),
        ("https", "'self' https://moodle.example", "SameSite=None; Secure; Partitioned"),
    ],
)
def test_a_page_brings_a_key_that_no_script_reads(
    monkeypatch: pytest.MonkeyPatch, scheme: str, ancestors: str, expected: str
) -> None:
    monkeypatch.setenv(FRAMES, ancestors)
    made = ask("GET", "/", b"", {"host": "localhost"}, guarded(), scheme)
    cookie = made.headers["set-cookie"]
    name, _, rest = cookie.partition("=")
    key, _, attributes = rest.partition("; ")
    assert (name, kept_key({COOKIE: key})) == (COOKIE, key)
    assert attributes == f"Path=/; Max-Age=31536000; HttpOnly; {expected}"
    assert made.headers["cache-control"] == "private, no-cache"
    assert key not in ask("GET", "/", b"", {"host": "localhost"}, guarded(), scheme).headers["set-cookie"]


def test_the_key_that_a_browser_has_stays_and_another_form_is_replaced() -> None:
    key = new_key()
    kept = sent("/", cookie=f"other=1; {COOKIE}={key}").headers["set-cookie"]
    assert kept.startswith(f"{COOKIE}={key}; ")
    assert "HttpOnly" in kept
    assert kept_key({COOKIE: sent("/", cookie=f"{COOKIE}=mine").headers["set-cookie"][11:33]})


def test_a_page_that_the_browser_has_already_brings_a_key_too_and_nothing_else_does() -> None:
    assert COOKIE in sent("/same", accept="text/html,*/*").headers["set-cookie"]
    assert "set-cookie" not in sent("/same", accept="*/*").headers
    assert "set-cookie" not in sent("/lab/thing", "POST", accept="text/html").headers
    assert "set-cookie" not in sent("/nowhere", accept="text/html").headers
