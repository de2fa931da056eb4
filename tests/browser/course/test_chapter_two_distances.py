"""Chapter 6 in a browser: q is climbed from where one has put it, and log p(x) stays; the prior's absence is seen."""

from __future__ import annotations

import pytest
from browser.conftest import NewPage
from browser.served import Server
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_the_gap_closes_and_log_p_stays(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/chapter-two-distances")
    page.get_by_role("tab", name="2").click()
    question = page.get_by_test_id("question-2")
    expect(page.get_by_test_id("elbo-bars")).to_be_visible()
    question.get_by_test_id("guess-2").click()
    question.get_by_test_id("run-experiment").click()
    reveal = question.get_by_test_id("reveal")
    expect(reveal).to_contain_text("−4.826 + 2.283 = −2.543")
    expect(reveal).to_contain_text("It is: log p(x)")
    expect(page.get_by_test_id("term-kl_posterior")).to_have_text("0.000")

    page.get_by_test_id("elbo-mu").fill("-1")
    question.get_by_test_id("run-experiment").click()
    expect(reveal).not_to_contain_text("−4.826")
    expect(reveal).to_contain_text("log p(x) was −2.543 all the way")
    assert "mu" not in page.url  # the stage is the chapter's: nothing of it is in the address


def test_the_prior_is_missed_once_the_gap_is_closed(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/chapter-two-distances")
    page.get_by_role("tab", name="3").click()
    expect(page.get_by_test_id("elbo-bars")).to_be_visible()
    note = page.locator(".gl-lg-note")
    expect(note).to_be_hidden()
    question = page.get_by_test_id("question-3")
    question.get_by_test_id("guess-1").click()
    question.get_by_test_id("run-experiment").click()
    expect(question.get_by_test_id("reveal")).to_contain_text("reads −0.411: 2.133 nats above")
    expect(note).to_contain_text("−0.411")

    page.locator('[data-light="marginal"]').hover()
    expect(page.get_by_test_id("elbo-integral")).to_contain_text("0.0786")
    expect(page.get_by_test_id("elbo-integral")).to_contain_text("−2.543")


@pytest.mark.parametrize("size", [(1180, 760), (390, 844)])
def test_the_knobs_of_q_and_the_picture_that_answers_are_on_one_screen(
    new_page: NewPage, server: Server, size: tuple[int, int]
) -> None:
    page = new_page(viewport={"width": size[0], "height": size[1]})
    page.goto(f"{server.address}/chapter-two-distances")
    picture, knob = page.get_by_test_id("elbo-picture"), page.get_by_test_id("elbo-sigma")
    expect(picture).to_be_visible(timeout=60_000)
    if size[0] < 500:
        picture.evaluate("node => node.scrollIntoView(true)")  # below the questions
    boxes = [part.bounding_box() for part in (picture, knob, page.get_by_test_id("term-kl_posterior"))]
    assert all(boxes)
    assert min(box["y"] for box in boxes if box) >= 0
    assert max(box["y"] + box["height"] for box in boxes if box) <= size[1]
