"""The first page: what a newcomer sees and does first."""

from __future__ import annotations

import pytest
from browser.conftest import NewPage
from browser.served import Server
from playwright.sync_api import Page, expect

from genlab.lessons.loader import chapters

pytestmark = pytest.mark.browser

# Of a server that has just begun: it imports torch and unpacks the shipped runs.
FIRST_MS = 60_000
NAMES = {1: "GAN", 2: "AE", 3: "VAE"}


def test_a_newcomer_sees_course_models_and_lab_at_once(new_page: NewPage, server: Server) -> None:
    page = new_page(viewport={"width": 1180, "height": 760})
    page.goto(server.address)
    expect(page.get_by_test_id("parade-3")).to_be_visible(timeout=FIRST_MS)
    for place in (page.locator(".st-key-go_on a"), page.get_by_test_id("parade-3"), page.locator(".st-key-lab a").last):
        expect(place).to_be_visible()
        assert place.evaluate("node => node.getBoundingClientRect().bottom") < 760
    expect(page.locator(".st-key-contents a").filter(visible=True)).to_have_count(len(chapters()))


def test_names_are_told_when_all_are_guessed(page: Page, server: Server) -> None:
    page.goto(server.address)
    figures = page.locator("[data-testid=parade] figure")
    verdict = page.get_by_test_id("parade-verdict")
    for number, name in ((1, "GAN"), (2, "VAE"), (3, "AE")):
        expect(verdict).to_be_empty()
        figures.nth(number - 1).get_by_role("button", name=name, exact=True).click()
    expect(verdict).to_contain_text("1 of 3 right.")
    page.reload()
    expect(verdict).to_contain_text("1 of 3 right.")
    verdict.get_by_role("button").click()
    for number, name in NAMES.items():
        figures.nth(number - 1).get_by_role("button", name=name, exact=True).click()
    expect(verdict).to_contain_text("3 of 3 right.")


def test_one_slider_moves_all_sheets(page: Page, server: Server) -> None:
    page.goto(server.address)
    ink = """id => {
      const c = document.querySelector(`[data-testid=${id}]`);
      return c ? c.getContext("2d").getImageData(0, 0, c.width, c.height).data.reduce((a, b) => a + b, 0) : 0;
    }"""
    blank = page.evaluate("() => 255 * 140 * 140")
    page.wait_for_function(f"[1, 2, 3].every(n => ({ink})(`parade-${{n}}`) > {blank})")
    last = [page.evaluate(ink, f"parade-{number}") for number in NAMES]
    page.get_by_test_id("parade-time").fill("0")
    page.wait_for_function(f"(last) => [1, 2, 3].every((n, i) => ({ink})(`parade-${{n}}`) !== last[i])", arg=last)


def test_the_first_tab_stop_leads_to_what_is_to_be_done(page: Page, server: Server) -> None:
    for address, first in (("", ".st-key-go_on a"), ("vae", ".st-key-start button"), ("gan", ".st-key-start button")):
        page.goto(f"{server.address}/{address}")
        expect(page.locator(first)).to_be_visible()
        expect(page.locator("#gl-skip")).to_be_attached()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator(first)).to_be_focused()
