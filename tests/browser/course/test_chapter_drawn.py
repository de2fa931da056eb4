"""Chapter 5 in a browser: z is drawn before one's eyes, and the numbers add up."""

from __future__ import annotations

import re

import pytest
from browser.served import Server
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser


def numbers(row: Locator) -> dict[str, float]:
    """A latent's numbers on the stage, by column."""
    cells = row.locator("[data-value]")
    found = cells.evaluate_all("nodes => nodes.map(node => [node.dataset.value, node.textContent])")
    return {name: float(text.replace("−", "-").strip()) for name, text in found}


def test_z_is_mu_and_sigma_times_eps(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/chapter-drawn")
    expect(page.get_by_test_id("sampling")).to_have_attribute("data-ready", "true", timeout=60_000)
    first, least = page.get_by_test_id("sampling-latent-1"), page.get_by_test_id("sampling-latent-5")
    before = numbers(first)
    assert before["z"] == pytest.approx(before["mean"] + before["sigma"] * before["eps"], abs=0.04)
    assert numbers(least)["sigma"] > 0.9 > 0.5 > before["sigma"]

    page.get_by_test_id("sampling-resample").click()
    after = numbers(first)
    assert (after["mean"], after["sigma"]) == (before["mean"], before["sigma"])
    assert after["eps"] != before["eps"]
    expect(page.get_by_test_id("sampling-draws").locator("canvas")).to_have_count(2)

    page.get_by_test_id("sampling-freeze").click()
    page.get_by_test_id("sampling-digit-7").click()
    other = numbers(first)
    assert other["eps"] == after["eps"]
    assert other["mean"] != after["mean"]
    page.get_by_test_id("sampling-zero").click()
    assert numbers(first)["z"] == numbers(first)["mean"]


def test_a_digit_stays_itself(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/chapter-drawn")
    question = page.get_by_test_id("question-1")
    question.get_by_test_id("guess-1").click(timeout=60_000)
    question.get_by_test_id("run-experiment").click()
    reveal = question.get_by_test_id("reveal")
    expect(reveal).to_be_visible(timeout=120_000)
    expect(reveal).to_contain_text("Random does not mean anything goes")
    found = re.search(r"(\d+) of 100 draws", reveal.inner_text())
    assert found is not None
    assert int(found[1]) > 90
    expect(reveal.locator("img")).to_be_visible()
