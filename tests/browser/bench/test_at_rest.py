"""A page on which nothing moves asks its server less and less, and at once where somebody presses something."""

from __future__ import annotations

import re

import pytest
from browser.conftest import NewPage
from browser.served import Server
from playwright.sync_api import Request, expect

pytestmark = pytest.mark.browser


def test_a_page_at_rest_asks_seldom_and_looks_up_when_a_key_is_pressed(new_page: NewPage, server: Server) -> None:
    page = new_page(again=False)
    run = server.store.create("another", "vae", "ring8", preset="classroom", state="paused")
    asked: list[str] = []
    of_run = re.compile(rf"/lab/runs/{run.id}\?")

    def note(request: Request) -> None:
        if of_run.search(request.url):
            asked.append(request.url)

    page.on("request", note)
    page.clock.install()
    page.goto(f"{server.address}/vae?data=ring8&run={run.id}")
    view = page.locator(f".gl-run[data-run='{run.id}']")
    expect(view).to_have_attribute("data-state", "paused", timeout=60_000)
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 60)
    with page.expect_response(of_run):  # after a minute of rest
        page.clock.fast_forward(10_000)

    server.store.set_state(run.id, "finished")  # as in another tab
    before = len(asked)
    page.clock.fast_forward(6_000)
    assert len(asked) == before
    page.keyboard.press("Shift")
    expect(view).to_have_attribute("data-state", "finished")
