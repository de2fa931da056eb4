"""Another theme, chosen from the page's menu while a page is open: nothing stays in the old one's ink."""

from __future__ import annotations

import re

import pytest
from browser.actions import numbers_stand
from browser.served import Server
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

# The strongest pixels of a canvas' first rows: its words.
WORDS = """canvas => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, Math.round(canvas.height / 12));
  const dense = [];
  for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 200) dense.push((data[i] + data[i + 1] + data[i + 2]) / 3);
  return dense.length ? dense.reduce((sum, value) => sum + value, 0) / dense.length : null;
}"""


def choose(page: Page, theme: str) -> None:
    """Chooses a theme from the menu at the page's top right."""
    page.get_by_test_id("stMainMenu").locator("button").click()
    page.get_by_test_id(f"stMainMenuItem-theme-{theme}").click()
    page.keyboard.press("Escape")


def ink(page: Page) -> str:
    """The ink of the live component."""
    return page.locator(".gl-run").first.evaluate("node => getComputedStyle(node).color")


def filled(texts: Locator) -> set[str]:
    """The colours of these words of a chart."""
    return set(texts.evaluate_all("nodes => nodes.map((node) => getComputedStyle(node).fill)"))


def test_curves_and_words_follow_a_theme_at_once(server: Server, page: Page) -> None:
    page.goto(f"{server.address}/vae")
    numbers_stand(page, "negative_elbo", "kl")
    legend, axes = page.locator(".gl-run .gl-chart-names").first, page.locator(".gl-run .xtick text")
    expect(axes.first).to_be_visible()
    bars = page.get_by_test_id("klBars")
    expect(bars).to_be_visible()
    light = ink(page)
    assert filled(axes) == {light}
    expect(legend).to_have_css("color", light)
    assert bars.evaluate(WORDS) < 100
    choose(page, "Dark")
    expect(page.locator(".gl-run").first).not_to_have_css("color", light)
    dark = ink(page)
    expect(legend).to_have_css("color", dark)
    expect(axes.first).to_have_css("fill", dark)
    assert filled(axes) == {dark}
    page.wait_for_function(f"() => ({WORDS})(document.querySelector('[data-testid=klBars]')) > 150")
    choose(page, "Light")
    expect(axes.first).to_have_css("fill", light)


def test_the_densities_follow_a_theme_at_once(server: Server, page: Page) -> None:
    page.goto(f"{server.address}/divergences")
    expect(page.get_by_test_id("number-js")).to_have_text(re.compile(r"\d"))
    canvas = page.get_by_test_id("densities")
    assert canvas.evaluate(WORDS) < 150
    choose(page, "Dark")
    page.wait_for_function(f"() => ({WORDS})(document.querySelector('[data-testid=densities]')) > 150")


def test_the_playground_follows_a_theme_at_once(server: Server, page: Page) -> None:
    page.goto(f"{server.address}/playground")
    stage = page.locator(".gl-play-canvas")
    expect(stage).to_have_attribute("data-moving", "false")
    corner = """canvas => [...canvas.getContext("2d").getImageData(2, 2, 1, 1).data].slice(0, 3).join()"""
    expect(page.get_by_test_id("layer-field")).to_have_attribute("aria-pressed", "true")
    light = stage.evaluate(corner)
    choose(page, "Dark")
    page.wait_for_function(f"light => ({corner})(document.querySelector('.gl-play-canvas')) !== light", arg=light)
