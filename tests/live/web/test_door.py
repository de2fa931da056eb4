"""All routes of ours are reached by the server, though most are imported with the first request for one."""

from __future__ import annotations

import re

import pytest
from starlette.routing import Match, Route
from starlette.types import Scope

from genlab.live import api
from genlab.live.door import PREFIXES, routes
from genlab.live.web import modules


def chosen(path: str, method: str) -> tuple[Match, Route | None]:
    """What the app's routes make of a request: how well the best fits, and the route itself."""
    scope: Scope = {"type": "http", "path": path, "method": method, "root_path": "", "headers": []}
    best: tuple[Match, Route | None] = (Match.NONE, None)
    for route in routes():
        match, told = route.matches(scope)
        if match.value > best[0].value:
            best = match, told.get("genlab.route", route)
    return best


@pytest.mark.parametrize("route", [modules.ROUTE, *api.ROUTES], ids=lambda route: route.path)
def test_every_route_is_found(route: Route) -> None:
    assert route.path.startswith(PREFIXES)
    path = re.sub(r"\{\w+(:\w+)?\}", "3", route.path)
    for method in route.methods or set():
        match, found = chosen(path, method)
        assert match is Match.FULL
        assert found is not None
        assert found.path == route.path


def test_another_method_is_refused_and_not_unknown() -> None:
    match, found = chosen("/healthz", "DELETE")
    assert match is Match.PARTIAL
    assert found is not None
    assert found.path == "/healthz"


@pytest.mark.parametrize("path", ["/", "/vae", "/labels", "/lab/nothing/of/this/kind", "/static/js/index.js"])
def test_what_is_not_ours_is_left_to_streamlit(path: str) -> None:
    assert chosen(path, "GET") == (Match.NONE, None)
