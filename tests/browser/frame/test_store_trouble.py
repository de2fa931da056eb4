"""What a person sees while the store is locked, and while its folder is away: why, for how long it is, and no more."""

from __future__ import annotations

import sqlite3

import pytest
from browser.actions import LONG, begin, button, rises, state, step
from browser.served import Server
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

SOON = 2_500  # ms: a click that must wait says so in two seconds, and half a second for the browser
INNER_WORDS = ("sql", "Error", "Traceback", "database", "PRAGMA")


def test_a_locked_store_and_a_folder_that_is_away(own_server: Server, page: Page, problems: list[str]) -> None:
    begin(page, f"{own_server.address}/vae?data=ring8&{LONG}")
    other = sqlite3.connect(own_server.home / "genlab.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    said = page.locator(".gl-problem")
    expect(said).to_contain_text("Training stands still, because the store is locked", timeout=20_000)
    button(page, "pause").click()
    expect(page.get_by_test_id("stAlert").filter(has_text="locked by another program just now")).to_be_visible(
        timeout=SOON
    )
    expect(page.locator(".gl-run")).to_have_attribute("data-state", "running")
    text = page.inner_text("body")
    assert not [word for word in INNER_WORDS if word in text]
    assert str(own_server.home) not in text
    at = step(page)
    other.execute("ROLLBACK")
    other.close()
    rises(page, at + 20)
    expect(said).to_be_empty()

    elsewhere = own_server.home.rename(own_server.home.with_name("elsewhere"))
    expect(page.locator(".gl-words")).to_contain_text("was removed or replaced")
    at = step(page)
    elsewhere.rename(own_server.home)
    rises(page, at + 20)
    state(page, "running")
    button(page, "stop").click()
    state(page, "finished")
    problems.clear()  # the browser's log has the answers that said 503
