"""Over https a visitor's key stays theirs, also within a page of another site, where a browser keeps less."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser.behind import behind_nginx
from browser.conftest import NewPage
from browser.framing import course_showing
from browser.served import Server
from playwright.sync_api import Page, expect

from genlab.live.web.keys import COOKIE

pytestmark = [pytest.mark.browser, pytest.mark.nginx]
FRAMED = {"GENLAB_FRAME_ANCESTORS": "http://localhost:*"}


@pytest.fixture
def secure(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """The app behind https; other sites may show it, or not."""
    with behind_nginx(tmp_path, request.param, https=True) as server:
        yield server


def key_of(page: Page) -> dict[str, Any]:
    """The cookie that the browser keeps."""
    (found,) = [cookie for cookie in page.context.cookies() if cookie.get("name") == COOKIE]
    return dict(found)


@pytest.mark.parametrize("secure", [{}], ids=["a tab"], indirect=True)
def test_the_key_goes_nowhere_but_over_https(secure: Server, new_page: NewPage) -> None:
    page = new_page(again=False)
    page.goto(f"{secure.address}/runs")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    kept = key_of(page)
    assert (kept["secure"], kept["httpOnly"], kept["sameSite"]) == (True, True, "Lax")


@pytest.mark.parametrize("secure", [FRAMED], ids=["framed"], indirect=True)
def test_within_another_sites_page_runs_are_kept_over_a_reload(secure: Server, new_page: NewPage) -> None:
    page = new_page(again=False)
    with course_showing(f"{secure.address}/runs?lang=en") as course:
        page.goto(course)
        frame = page.frame_locator("iframe")
        expect(frame.get_by_role("heading", level=1)).to_be_visible()
        expect(frame.locator("#gl-skip")).to_have_count(1)
        expect(frame.locator("#gl-unkept")).to_have_count(0)
        kept = key_of(page)
        assert (kept["secure"], kept["httpOnly"], kept["sameSite"]) == (True, True, "None")
        secure.store.create(kept["value"], "ae", "ring8", preset="classroom", state="paused", name="made in a frame")
        page.reload()
        expect(frame.get_by_text("made in a frame").first).to_be_attached()  # a table draws itself
        assert key_of(page)["value"] == kept["value"]
