"""Chapter 2 in a browser: two bottlenecks are trained on the stage, and PCA stands beside them."""

from __future__ import annotations

import re

import pytest
from browser.served import Server
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_two_numbers_keep_most_digits(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/chapter-autoencoder")
    question = page.get_by_test_id("question-1")
    question.get_by_test_id("guess-2").click()
    question.get_by_test_id("run-experiment").click()
    reveal = question.get_by_test_id("reveal")
    expect(reveal).to_be_visible(timeout=120_000)
    expect(reveal).to_contain_text("So many are left by PCA")
    found = re.search(r"(\d+) of 100 are still read as themselves at N = 2, and (\d+) at N = 20", reveal.inner_text())
    assert found is not None
    assert 55 < int(found[1]) < 78
    assert int(found[2]) > 90
    expect(page.locator(".gl-run")).to_have_attribute("data-pca", re.compile(r"^0\.057"))  # PCA with 2 numbers
    strips = page.get_by_test_id("reconstructions")
    assert strips.evaluate("node => node.height / node.width") == pytest.approx(3 / 10)  # x, x', PCA's x' of ten digits
