"""Chapter 4 in a browser: random z are decoded, and what they gave is told beside the guess."""

from __future__ import annotations

import re

import pytest
from browser.served import Server
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_random_z_give_half_digits_of_three_kinds(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/chapter-gaps")
    question = page.get_by_test_id("question-1")
    question.get_by_test_id("guess-2").click(timeout=60_000)
    question.get_by_test_id("run-experiment").click()
    reveal = question.get_by_test_id("reveal")
    expect(reveal).to_be_visible(timeout=120_000)
    expect(reveal).to_contain_text("The decoder is smooth")
    found = re.search(r"Three digits make (\d+) %.*VAE's: (\d+) %", reveal.inner_text())
    assert found is not None
    assert int(found[1]) > 55 > 45 > int(found[2])
    expect(reveal.locator("img")).to_be_visible()
