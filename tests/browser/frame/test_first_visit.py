"""The pages as a newcomer finds them: by a link, in another language, on a phone, in the dark."""

from __future__ import annotations

import re

import pytest
from browser.actions import button, view
from browser.conftest import NewPage
from browser.served import Server
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

PAGES = ("", "autoencoder", "vae", "gan", "runs")
HAN = re.compile(r"[\u4e00-\u9fff]{2}")


def test_the_very_first_request_may_be_a_deep_link(own_server: Server, page: Page) -> None:
    page.goto(f"{own_server.address}/vae")
    expect(page.get_by_role("heading", name="Variational autoencoder")).to_be_visible()
    expect(button(page, "start")).to_be_enabled()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert "not found" not in page.locator("body").inner_text().lower()


def test_a_link_speaks_chinese(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/vae?lang=zh")
    expect(page.get_by_role("heading", level=1)).to_have_text(HAN)
    expect(button(page, "start")).to_have_text(HAN)
    page.get_by_role("radio", name="English").or_(page.get_by_role("button", name="English")).first.click()
    expect(page.get_by_role("heading", name="Variational autoencoder")).to_be_visible()
    page.wait_for_function("new URLSearchParams(location.search).get('lang') === 'en'")


def test_nonsense_in_a_link_is_ignored(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/vae?latents=99999&beta=abc&lang=xx&data=nothing&run=nobody")
    expect(page.get_by_role("heading", name="Variational autoencoder")).to_be_visible()
    expect(button(page, "start")).to_be_enabled()
    expect(page.locator(".st-key-latents").get_by_role("slider")).to_have_value("20")
    expect(page.locator(".st-key-beta").get_by_test_id("stSliderThumbValue")).to_have_text("1")
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_a_phone_shows_each_page_in_one_column(new_page: NewPage, server: Server) -> None:
    page = new_page(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    run = server.store.create("somebody", "vae", "ring8", preset="classroom", state="paused")
    for address in [*PAGES, f"vae?run={run.id}"]:
        page.goto(f"{server.address}/{address}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        if address in ("autoencoder", "vae", "gan"):
            expect(page.get_by_test_id("stMainBlockContainer").get_by_role("button", name="Stop")).to_be_visible()
        if "run=" in address:
            expect(view(page)).to_have_attribute("data-state", "paused")
        too_wide = page.evaluate(
            """() => {
              const wide = [...document.querySelectorAll("[data-testid=stMain] *")].filter((node) => {
                const box = node.getBoundingClientRect();
                return box.width && box.right > innerWidth + 1;
              });
              const scrolls = document.scrollingElement.scrollWidth > innerWidth;
              const main = document.querySelector("[data-testid=stMain]");
              return scrolls || main.scrollWidth > main.clientWidth ? wide.map((node) => node.className) : [];
            }"""
        )
        assert too_wide == [], address


def test_a_phone_shows_the_buttons_then_what_they_move_then_the_knobs(new_page: NewPage, server: Server) -> None:
    page = new_page(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    page.goto(f"{server.address}/vae")
    parts = [button(page, "start"), view(page), page.locator(".st-key-settings")]
    for part in parts:
        expect(part).to_be_visible()
    tops = [part.evaluate("node => node.getBoundingClientRect().top") for part in parts]
    assert tops == sorted(tops)
    assert tops[0] < 844


def test_only_the_components_own_files_are_served(page: Page, server: Server) -> None:
    static = f"{server.address}/lab/static"
    assert page.request.get(f"{static}/run/index.js").headers["content-type"].startswith("text/javascript")
    for name in ("..%2fapi.py", "..%2f..%2f..%2fapp.py", "%2e%2e%2fapi.py", "..%5capi.py", "nothing.js"):
        assert page.request.get(f"{static}/{name}").status in (400, 404), name
