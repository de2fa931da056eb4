"""Chapter 10 in a browser: a place is marked on the losses, and the samples' distance appears with the mark on it."""

from __future__ import annotations

import re

import pytest
from browser.conftest import NewPage
from browser.served import Server
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_a_step_is_marked_and_then_its_worth_is_seen(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/chapter-side-by-side")
    question = page.get_by_test_id("question-1")
    chart, slider = question.get_by_test_id("guess-1"), question.get_by_test_id("guess-mark")
    expect(slider).to_have_attribute("aria-valuetext", "nothing is marked yet", timeout=60_000)
    expect(chart.locator(".gl-chart-mark line")).to_have_count(0)

    # On the curve, and then with the keyboard: the same mark.
    chart.click()
    expect(chart.locator(".gl-chart-mark line")).to_have_count(1)
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"^step [\d,]+$"))
    before = slider.get_attribute("aria-valuetext")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(slider).not_to_have_attribute("aria-valuetext", before or "")
    page.keyboard.press("Home")
    expect(slider).to_have_attribute("aria-valuetext", "step 135")
    expect(chart.locator(".gl-chart-mark circle")).to_have_count(2)

    question.get_by_test_id("run-experiment").click()
    reveal = question.get_by_test_id("reveal")
    expect(reveal).to_contain_text(re.compile(r"You said: step 135: Fréchet distance \d+"), timeout=60_000)
    expect(reveal.locator(".gl-chart-mark line")).to_have_count(2)

    # It is kept, and may be moved: the worth follows.
    page.reload()
    expect(slider).to_have_attribute("aria-valuetext", "step 135", timeout=60_000)
    slider.focus()
    page.keyboard.press("End")
    expect(reveal).to_contain_text("You said: step 6,000: Fréchet distance 7.")


def test_a_finger_marks_too(new_page: NewPage, server: Server) -> None:
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.goto(f"{server.address}/chapter-side-by-side?lang=zh")
    chart = page.get_by_test_id("question-1").get_by_test_id("guess-1")
    expect(chart).to_be_visible(timeout=60_000)
    chart.scroll_into_view_if_needed()
    chart.tap()
    expect(page.get_by_test_id("guess-mark")).to_have_attribute("aria-valuetext", re.compile(r"^第 [\d,]+ 步$"))
