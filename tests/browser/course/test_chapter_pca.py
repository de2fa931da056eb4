"""Chapter 3 in a browser: a linear autoencoder is trained on the stage and lands on PCA's line."""

from __future__ import annotations

import re

import pytest
from browser.served import Server
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_a_linear_autoencoder_lands_on_pcas_line(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/chapter-pca")
    question = page.get_by_test_id("question-1")
    question.get_by_test_id("guess-1").click()
    question.get_by_test_id("run-experiment").click()
    reveal = question.get_by_test_id("reveal")
    expect(reveal).to_be_visible(timeout=120_000)
    found = re.search(r"Its error is ([\d.]+), PCA's ([\d.]+)\.", reveal.inner_text())
    assert found is not None
    assert float(found[1]) == pytest.approx(float(found[2]), rel=0.02)
    expect(page.locator(".gl-run")).to_have_attribute("data-pca", re.compile(r"^0\.0247"))
    assert reveal.get_by_role("img").count() >= 2  # the curve with PCA's level, and the rebuilt digits
