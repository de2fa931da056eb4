"""axe-core finds nothing on any page or chapter, in either theme or size, before a run trains and while it does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from browser.actions import LONG, begin
from browser.conftest import NewPage
from browser.pages import PAGES, opened
from browser.served import Server
from playwright.sync_api import Page, expect

from genlab.lessons.loader import chapters

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[3] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PHONE = {"width": 390, "height": 844}
# A page is met in both languages, a chapter in one; each in each theme and in each size.
VISITS = [(address, language) for address in PAGES for language in ("en", "zh")] + [
    (chapter.address, ("en", "zh")[chapter.number % 2]) for chapter in chapters()
]
# The page's own styles may come a moment after what they style.
STYLED = "() => [...document.querySelectorAll('style')].some((sheet) => sheet.textContent.includes('#gl-skip'))"
# What can be folded open, all at once
UNFOLD = "document.querySelectorAll('[data-testid=stMain] details').forEach(one => one.open = true)"


@pytest.mark.parametrize(("address", "language"), VISITS)
def test_nothing_on_a_page_is_hard_to_read_or_to_reach(
    server: Server, new_page: NewPage, address: str, language: str
) -> None:
    first, second = ("light", "dark") if language == "en" else ("dark", "light")
    page = new_page(color_scheme=first, reduced_motion="reduce")
    opened(page, server.address, address, language)
    page.wait_for_function(STYLED)
    found = {f"{first}, laptop": violations(page)}
    elsewhere(page, second)
    found[f"{second}, phone"] = violations(page)
    assert not any(found.values()), found


@pytest.mark.parametrize("family", ["ae", "vae", "gan"])
def test_nor_is_it_while_one_trains(server: Server, new_page: NewPage, family: str) -> None:
    page = new_page(color_scheme="dark", reduced_motion="reduce")
    name = {"ae": "autoencoder"}.get(family, family)
    begin(page, f"{server.address}/{name}?{LONG}&lang=en")
    page.evaluate(UNFOLD)
    found = {"dark, laptop": violations(page)}
    elsewhere(page, "light")
    found["light, phone"] = violations(page)
    assert not any(found.values()), found


def elsewhere(page: Page, theme: str) -> None:
    """The same page on a phone, in the other theme."""
    app = page.get_by_test_id("stApp")
    before = app.evaluate("node => getComputedStyle(node).backgroundColor")
    page.emulate_media(color_scheme=theme)  # pyright: ignore[reportArgumentType]
    page.set_viewport_size(PHONE)  # pyright: ignore[reportArgumentType]
    expect(app).not_to_have_css("background-color", before)
    # The bar of pages has become a side bar.
    expect(page.locator("[data-testid=stSidebarNavItems] > div[role=listitem]")).to_be_attached()


def violations(page: Page) -> list[str]:
    """What axe finds: rule, element, and why."""
    page.evaluate(AXE.read_text())
    report = page.evaluate("rules => axe.run(document, { runOnly: rules, resultTypes: ['violations'] })", RULES)
    return [told(rule["id"], node) for rule in report["violations"] for node in rule["nodes"]]


def told(rule: str, node: dict[str, Any]) -> str:
    """One violation in a line."""
    reasons = [check["message"] for kind in ("any", "all", "none") for check in node[kind]]
    return f"{rule}: {node['html'][:120]}: {'; '.join(reasons)[:200]}"
