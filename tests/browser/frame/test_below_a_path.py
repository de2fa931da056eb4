"""Served below a path, by the app itself or by a proxy of which it knows nothing, every page lives; and what cannot be
fetched says so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browser.proxied import Proxy
from browser.served import Server
from playwright.sync_api import Page, Route, expect

pytestmark = pytest.mark.browser

# Each page, and what a live component of it draws once its module has come.
LIVE = {
    "": ".gl-parade canvas",
    "autoencoder": ".gl-run",
    "vae": ".gl-run",
    "gan": ".gl-run",
    "playground": "[data-testid=playground]",
    "divergences": "[data-testid=densities]",
    "latent": "[data-testid=latent-image]",
}


@pytest.fixture(scope="module")
def below(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app with `server.baseUrlPath`."""
    server = Server(tmp_path_factory.mktemp("below"), path="/kurs/genlab")
    server.start()
    server.unpacked()
    yield server
    server.end()


@pytest.fixture
def proxied(server: Server) -> Iterator[Proxy]:
    """The app that most tests visit, behind a proxy."""
    proxy = Proxy(server.port)
    yield proxy
    proxy.end()


def lives(page: Page, address: str) -> None:
    """Visits every page; no component of any may be missing."""
    for name, component in LIVE.items():
        page.goto(f"{address}/{name}")
        expect(page.locator(component).first).to_be_visible()
        expect(page.locator(".gl-absent")).to_have_count(0)
    page.goto(f"{address}/runs")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_every_page_lives_below_a_path(page: Page, below: Server) -> None:
    lives(page, below.address)


# Before the page, so that it ends after it: a page that is left still fetches what it was about to show.
def test_every_page_lives_behind_a_proxy_that_takes_the_path_away(proxied: Proxy, page: Page) -> None:
    lives(page, proxied.address)


@pytest.mark.parametrize(("language", "sentence"), [("en", "has not arrived"), ("zh", "没有送达")])
def test_what_cannot_be_fetched_says_so_and_comes_when_it_can(
    page: Page, server: Server, problems: list[str], language: str, sentence: str
) -> None:
    away = True

    def keep_back(route: Route) -> None:
        if away:
            route.abort()
        else:
            route.continue_()

    page.route("**/densities/state.js", keep_back)  # not the component itself but one that it imports
    page.goto(f"{server.address}/divergences?lang={language}")
    alert = page.locator(".gl-absent")
    expect(alert.first).to_contain_text(sentence)
    assert problems  # the console tells it too
    away = False
    expect(page.locator("[data-testid=densities]").first).to_be_visible()
    expect(alert).to_have_count(0)
    problems.clear()


def test_a_module_that_is_broken_says_so(page: Page, server: Server, problems: list[str]) -> None:
    page.route(
        "**/densities/index.js", lambda route: route.fulfill(body="export function (", content_type="text/javascript")
    )
    page.goto(f"{server.address}/divergences")
    expect(page.locator(".gl-absent").first).to_be_visible()
    problems.clear()
