"""Chapter 1 in a browser: the instrument fits, is asked, and draws; what it shows is judged."""

from __future__ import annotations

import re

import pytest
from browser.served import Server
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
FIRST_MS = 60_000


def test_one_normal_covers_both_peaks_and_a_gan_has_no_density(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/chapter-generative")
    expect(page.get_by_test_id("explicit-row-implicit")).to_contain_text("no answer", timeout=FIRST_MS)
    question = page.get_by_test_id("question-1")
    question.get_by_test_id("guess-1").click()
    question.get_by_test_id("run-experiment").click()
    reveal = question.get_by_test_id("reveal")
    expect(reveal).to_contain_text("It ends at mean", timeout=FIRST_MS)
    found = re.search(r"at mean (\S+) with deviation (\S+): (\S+) nats an example", reveal.inner_text())
    assert found is not None
    mean, deviation, likelihood = (float(value.replace("−", "-")) for value in found.groups())
    assert abs(mean) < 0.1
    assert deviation == pytest.approx(0.61, abs=0.03)
    assert likelihood == pytest.approx(-0.93, abs=0.05)

    page.get_by_role("tab", name="2").click()
    question = page.get_by_test_id("question-2")
    question.get_by_test_id("guess-3").click()
    question.get_by_test_id("run-experiment").click()
    expect(question.get_by_test_id("reveal")).to_contain_text("The GAN has no p(x)", timeout=FIRST_MS)
    expect(page.get_by_test_id("explicit-row-normal")).to_contain_text(re.compile(r"p\(x\) = 0\.5\d"))


def test_a_hand_moves_the_normal_and_the_place(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/chapter-generative")
    row = page.get_by_test_id("explicit-row-normal")
    expect(row).to_contain_text("p(x) =", timeout=FIRST_MS)
    page.get_by_test_id("explicit-x").fill("0.6")
    page.get_by_test_id("explicit-mean").fill("0.6")
    page.get_by_test_id("explicit-std").fill("0.2")
    expect(row).to_contain_text("p(x) = 1.995")  # 1 / (.2 sqrt(2 pi))
    before = page.get_by_test_id("explicit-row-implicit").locator(".gl-ex-marks").get_attribute("d")
    page.get_by_test_id("explicit-one").click()
    after = page.get_by_test_id("explicit-row-implicit").locator(".gl-ex-marks").get_attribute("d")
    assert not before
    assert after is not None
    assert after.count("M") == 1


def test_four_sheets_are_seen_before_they_are_told_apart(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/chapter-generative?lang=zh")
    page.get_by_role("tab", name="3").click(timeout=FIRST_MS)
    question = page.get_by_test_id("question-3")
    picture = question.get_by_role("img").first
    expect(picture).to_be_visible()
    assert picture.evaluate("node => node.naturalWidth") > 200
    question.get_by_test_id("guess-2").click()
    question.get_by_test_id("run-experiment").click()
    expect(question.get_by_test_id("reveal")).to_contain_text("C 是真的", timeout=FIRST_MS)
