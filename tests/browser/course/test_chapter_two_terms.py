"""Chapter 7 in a browser: two models are trained on the stage, and their terms are told beside the guess."""

from __future__ import annotations

import re

import pytest
from browser.served import Server
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_a_dearer_kl_is_paid_by_the_reconstruction(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/chapter-two-terms")
    question = page.get_by_test_id("question-1")
    question.get_by_test_id("guess-1").click()
    question.get_by_test_id("run-experiment").click()
    reveal = question.get_by_test_id("reveal")
    expect(reveal).to_be_visible(timeout=300_000)  # others may train, too
    expect(reveal).to_contain_text("That takes the weight for the value")
    found = re.search(r"KL fell from ([\d.]+) to ([\d.]+) nats", reveal.inner_text())
    assert found is not None
    assert float(found[1]) > 18 > 9 > float(found[2])
    expect(page.locator(".gl-formula")).to_contain_text("ELBO")  # the stage shows the heavier run


def test_a_curve_is_drawn_before_the_answer(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/chapter-two-terms")
    page.get_by_role("tab", name="6").click()
    chart = page.get_by_test_id("question-6").get_by_test_id("guess-1")
    box = chart.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    for share in range(1, 11):
        page.mouse.move(box["x"] + (0.2 + 0.06 * share) * box["width"], box["y"] + (0.2 + 0.05 * share) * box["height"])
    with page.expect_response(re.compile("/lab/chapters/two-terms/6")) as kept:
        page.mouse.up()
    guess = kept.value.json()["questions"]["6"]["guess"]
    assert guess[0][1] > guess[-1][1]  # fewer nats, a larger error
