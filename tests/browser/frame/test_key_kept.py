"""Whose runs are whose is kept in a cookie that no script reads; where a browser keeps none, the page says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.framing import course_showing
from browser.served import Server
from playwright.sync_api import Page, expect

from genlab.live.web.keys import COOKIE, new_key

pytestmark = pytest.mark.browser


def key_of(page: Page) -> dict[str, object]:
    """The cookie that the browser keeps."""
    (found,) = [cookie for cookie in page.context.cookies() if cookie.get("name") == COOKIE]
    return dict(found)


def test_no_script_reads_the_key_and_a_run_is_still_ones_own_after_a_reload(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/autoencoder?data=ring8&latents=2")
    page.get_by_role("button", name="Start", exact=True).click()
    stop = page.get_by_test_id("stMainBlockContainer").get_by_role("button", name="Stop", exact=True)
    expect(stop).to_be_enabled()  # the page's own: Streamlit's header has a Stop while its script runs
    kept = key_of(page)
    assert kept["httpOnly"]
    assert COOKIE not in page.evaluate("document.cookie")
    page.reload()
    stop.click()
    expect(page.locator("#gl-unkept")).to_have_count(0)
    assert key_of(page)["value"] == kept["value"]


def test_a_key_that_an_older_version_has_set_stays(page: Page, server: Server) -> None:
    key = new_key()
    run = server.store.create(key, "ae", "ring8", preset="classroom", state="paused", name="an older one")
    page.context.add_cookies([{"name": COOKIE, "value": key, "url": server.address, "sameSite": "Lax"}])
    page.goto(f"{server.address}/runs")
    expect(page.get_by_text("an older one").first).to_be_attached()  # a table draws itself
    kept = key_of(page)
    assert (kept["value"], kept["httpOnly"]) == (key, True)
    server.store.delete(run.id)


@pytest.fixture
def course(tmp_path: Path) -> Iterator[str]:
    """The address of a page of another site that shows the app."""
    server = Server(tmp_path, environment={"GENLAB_FRAME_ANCESTORS": "http://localhost:*"})
    server.start()
    with course_showing(f"{server.address}/?lang=zh") as address:
        yield address
    server.end()


def test_within_another_sites_page_one_is_told_and_led_out(course: str, page: Page) -> None:
    page.goto(course)
    note = page.frame_locator("iframe").locator("#gl-unkept")
    expect(note).to_contain_text("在标签页中打开")
    with page.expect_popup() as opening:
        note.get_by_role("link").click()
    tab = opening.value
    expect(tab.get_by_role("heading", level=1)).to_be_visible()
    expect(tab.locator("#gl-skip")).to_have_count(1)
    expect(tab.locator("#gl-unkept")).to_have_count(0)
