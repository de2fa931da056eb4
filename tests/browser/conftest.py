"""What the browser tests share: the app served on a free port with a home of its own, and a Chromium to visit it."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from browser.engines import NEEDS, absent
from browser.served import Server
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Response, expect, sync_playwright

# One process for all pages of a context: what it has compiled of Streamlit's scripts serves the next page too.
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--process-per-site",
    # What nginx shows in tests is signed by nobody; a context's own exception makes Chromium ask again and again.
    "--ignore-certificate-errors",
]  # fmt: skip
# Of the site of every app here, whatever its port; answered by playwright.
NOWHERE = "http://127.0.0.1/"
LAPTOP = {"width": 1180, "height": 760}
# Streamlit's client asks for these below the page's own address first, and then finds them at the root.
STREAMLITS_OWN = re.compile(r"/[^/]+/_stcore/(health|host-config)$")
# A busy machine of two cores trains and draws at once.
expect.set_options(timeout=20_000)

NewPage = Callable[..., Page]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselects the tests of an engine that is not on this machine."""
    for engine in NEEDS:
        needing = [item for item in items if item.get_closest_marker(engine)] if absent(engine) else []
        config.hook.pytest_deselected(items=needing)
        items[:] = [item for item in items if item not in needing]


def pytest_report_header() -> list[str]:
    """Says which engines are missed, and by what."""
    missed = {engine: absent(engine) for engine in NEEDS}
    return [
        f"{engine}: its tests are deselected, for this machine has no {', '.join(names)} (tests/browser/install.sh)"
        for engine, names in missed.items()
        if names
    ]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app that most tests visit."""
    server = Server(tmp_path_factory.mktemp("served"))
    server.start()
    server.unpacked()
    yield server
    server.end()


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """An app for one test alone, which may treat it badly."""
    server = Server(tmp_path)
    server.start()
    yield server
    server.end()


def chromium(ours: str) -> str:
    """The path of a Chromium: CHROMIUM, the system's, or playwright's own."""
    given = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome") or ours
    assert Path(given).is_file(), f"no Chromium at {given!r}: run tests/browser/install.sh, or set CHROMIUM to its path"
    return given


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium for all tests of this process: playwright refuses two at once in a thread."""
    with sync_playwright() as playwright:
        path = chromium(playwright.chromium.executable_path)
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def problems() -> list[str]:
    """What went wrong in the pages of this test; must be empty at its end."""
    return []


@pytest.fixture(scope="session")
def kept(browser: Browser) -> dict[str, list[BrowserContext]]:
    """Contexts of earlier tests by their options: what Chromium has fetched and compiled costs a second of work a page,
    and stays."""
    return {}


@pytest.fixture
def new_page(browser: Browser, kept: dict[str, list[BrowserContext]], problems: list[str]) -> Iterator[NewPage]:
    """new_page(**options of the context): a visitor of their own, watched for errors, of whom the browser remembers
    nothing but the app's files. again=False: nobody has their context after them, for it has a clock of its own, or
    what else a context never forgets."""
    with visitors(browser, kept, problems) as make:
        yield make


@contextmanager
def visitors(browser: Browser, kept: dict[str, list[BrowserContext]], problems: list[str]) -> Iterator[NewPage]:
    """new_page for as long as it lasts; then nothing may have gone wrong in any of its pages."""
    used: list[tuple[list[BrowserContext] | None, BrowserContext]] = []

    def make(again: bool = True, **options: Any) -> Page:
        of_context = {"viewport": LAPTOP} | options
        key = repr(sorted(of_context.items()))
        free = kept.setdefault(key, []) if again else None
        context = free.pop() if free else with_a_window(browser.new_context(**of_context))
        used.append((free, context))
        page = context.new_page()
        forget(page)
        watch(page, problems)
        return page

    yield make
    for free, context in used:
        if free is None:
            context.close()
            continue
        for page in context.pages[1:]:
            page.close()
        free.append(context)
    assert problems == []


def with_a_window(context: BrowserContext) -> BrowserContext:
    """The context with an empty page, its first, that stays: a page more is a tab of its window then, and to open and
    close a window of Chromium's costs as much as half a page of ours. It is of the site of our pages, so that their
    process stays with it."""
    page = context.new_page()
    page.route(NOWHERE, lambda route: route.fulfill(body="", content_type="text/html"))
    page.goto(NOWHERE)
    return context


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """One visitor with a laptop."""
    return new_page()


@pytest.fixture(autouse=True)
def idle_afterwards(request: pytest.FixtureRequest) -> Iterator[None]:
    """No run goes on training after the test that began it."""
    yield
    if "server" in request.fixturenames:
        store = request.getfixturevalue("server").store
        for run in store.list():
            if run.state == "running":
                store.set_state(run.id, "finished")


def forget(page: Page) -> None:
    """Takes from the page's context what sites have put there: cookies and storage, but not fetched files."""
    session = page.context.new_cdp_session(page)
    session.send("Storage.clearDataForOrigin", {"origin": "*", "storageTypes": "all"})
    session.detach()
    page.context.clear_cookies()


def watch(page: Page, problems: list[str]) -> None:
    """Collects the page's errors, and answers that refuse."""

    def console(message: ConsoleMessage) -> None:
        if message.type == "error" and not STREAMLITS_OWN.search(message.location["url"]):
            problems.append(f"console: {message.text} ({message.location['url']})")

    def failed(error: Error) -> None:
        problems.append(f"page: {error}")

    def answered(response: Response) -> None:
        if response.status >= 400 and not STREAMLITS_OWN.search(response.url):
            problems.append(f"{response.status}: {response.url}")

    page.on("console", console)
    page.on("pageerror", failed)
    page.on("response", answered)
