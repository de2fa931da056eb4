"""Chapter 8 in a browser: D alone is watched on the stage, then G alone by the stage's own buttons."""

from __future__ import annotations

import re

import pytest
from browser.served import Server
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_d_alone_brings_v_to_nearly_0_and_one_may_go_on(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/chapter-the-game")
    stage = page.locator(".gl-play")
    expect(stage).to_be_visible()
    question = page.get_by_test_id("question-1")
    question.get_by_test_id("guess-1").click()
    question.get_by_test_id("run-experiment").click()
    reveal = question.get_by_test_id("reveal")
    expect(reveal).to_contain_text(re.compile(r"V went from −1\.\d+ to −0\.0\d+"), timeout=60_000)
    expect(reveal).to_contain_text("It is: to about 0")
    expect(stage).to_have_attribute("data-step", "200")
    page.get_by_test_id("alone-generator-10").click()
    expect(stage).to_have_attribute("data-step", "210", timeout=30_000)
    expect(stage).to_have_attribute("data-state", "paused")
