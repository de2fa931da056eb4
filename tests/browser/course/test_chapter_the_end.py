"""Chapter 9 in a browser: a missed mode and equal densities are seen on the chapter's own stage."""

from __future__ import annotations

import pytest
from browser.served import Server
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_the_stage_follows_the_question_and_misses_a_mode(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/chapter-where-the-game-ends")
    expect(page.get_by_test_id("playground")).to_be_visible(timeout=60_000)
    page.get_by_role("tab", name="5").click()
    question = page.get_by_test_id("question-5")
    expect(page.get_by_test_id("densities")).to_be_visible()
    expect(page.get_by_test_id("playground")).to_have_count(0)
    question.get_by_test_id("guess-1").click()
    question.get_by_test_id("run-experiment").click()
    reveal = question.get_by_test_id("reveal")
    expect(reveal).to_contain_text("It is: in between, at about −0.95")
    expect(reveal).to_contain_text("C(G) = −0.955")
    expect(page.get_by_test_id("preset-missed")).to_have_attribute("aria-pressed", "true")
    # All the numbers that the text names stand beside the picture, without scrolling.
    assert page.get_by_test_id("row-cost").evaluate("row => row.getBoundingClientRect().bottom < innerHeight")

    page.get_by_role("tab", name="6").click()
    equal = page.get_by_test_id("question-6")
    equal.get_by_test_id("run-experiment").click()
    expect(equal.get_by_test_id("reveal")).to_contain_text("C(G) = −1.3863 = −log 4")
    expect(page.get_by_test_id("preset-equal")).to_have_attribute("aria-pressed", "true")

    page.get_by_role("tab", name="1").click()
    expect(page.get_by_test_id("playground")).to_be_visible()
