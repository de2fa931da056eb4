"""What the browser tests share: the app served on a free port with a home of its own, and a Chromium to visit it."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browser.engines import NEEDS, absent
from browser.served import Server
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Response, expect, sync_playwright

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
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


# One playwright a module: two at once in a thread are refused, and other modules here start their own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium."""
    with sync_playwright() as playwright:
        path = chromium(playwright.chromium.executable_path)
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def problems() -> list[str]:
    """What went wrong in the pages of this test; must be empty at its end."""
    return []


@pytest.fixture
def new_page(browser: Browser, problems: list[str]) -> Iterator[NewPage]:
    """new_page(**options of the context): a visitor of their own, watched for errors."""
    contexts = []

    def make(**options: Any) -> Page:
        context = browser.new_context(**{"viewport": LAPTOP} | options)
        contexts.append(context)
        page = context.new_page()
        watch(page, problems)
        return page

    yield make
    for context in contexts:
        context.close()
    assert problems == []


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
