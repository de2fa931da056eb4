"""The code beside the picture: what one points at or focuses lights its lines, slow motion its stage's, and a run is
taken away as a script."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from browser.served import Server
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser


def opened(page: Page) -> Locator:
    """The panel, open, with its lines."""
    panel = page.get_by_test_id("code")
    panel.locator("summary").click()
    expect(panel.locator("[data-marks]").first).to_be_visible()
    return panel


def test_a_term_that_is_focused_lights_its_lines_and_a_line_its_term(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/vae?lang=en")
    panel = opened(page)
    term = page.locator('[data-term="kl"]')
    term.focus()
    lit = panel.locator("code.gl-lit")
    expect(lit.filter(has_text="kl = kl_per_latent.sum()")).to_be_visible()
    expect(lit.filter(has_text="torch.expm1(log_variance)")).to_have_count(1)
    term.blur()
    expect(lit).to_have_count(0)
    panel.locator("code", has_text="kl = kl_per_latent.sum()").hover()
    expect(term).to_have_class("gl-piece gl-term gl-lit")


def test_the_lines_scroll_by_keyboard(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/gan?lang=zh")
    lines = opened(page).get_by_role("region")
    lines.focus()
    page.keyboard.press("End")
    page.wait_for_function("document.querySelector('.gl-code-lines').scrollTop > 100")


def test_a_stage_of_slow_motion_lights_its_lines(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/playground?lang=en")
    panel = opened(page)
    page.get_by_test_id("slow").click()
    expect(page.locator(".gl-play")).to_have_attribute("data-stage", "1", timeout=40_000)
    expect(panel.locator("code.gl-lit").filter(has_text="self.noise(len(x)")).to_be_visible()
    page.get_by_test_id("slow-next").click()
    page.get_by_test_id("slow-next").click()
    expect(panel.locator("code.gl-lit").filter(has_text="step.next_batch()")).to_be_visible()


def test_a_run_is_taken_away_as_a_script(page: Page, server: Server, tmp_path: Path) -> None:
    page.goto(f"{server.address}/vae?lang=en")
    take = page.get_by_test_id("take-away")
    take.locator("summary").click()
    with page.expect_download() as download:
        take.get_by_test_id("take-script").click()
    assert download.value.suggested_filename.endswith(".py")
    download.value.save_as(tmp_path / "run.py")
    ast.parse((tmp_path / "run.py").read_text())
    page.keyboard.press("Escape")
    expect(take.get_by_test_id("take-script")).to_be_hidden()
