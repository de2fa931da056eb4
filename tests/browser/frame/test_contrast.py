"""axe-core finds nothing on any page, in either theme, in both languages, with the live components mounted."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser.conftest import NewPage
from browser.pages import PAGES
from browser.served import Server
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Each page and its views, and what is there once the live component has drawn.
# What is let pass: rule and a part of the element. A handle stands where its density is, which may be beside another
# one (WCAG 2.5.8, essential); the nearest to the pointer is meant, and each is reached by keys.
ESSENTIAL = (("target-size", "gl-dn-hand"),)


@pytest.fixture(params=["en", "zh"])
def language(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.mark.parametrize("address", PAGES)
def test_nothing_on_a_page_is_hard_to_read_or_to_reach(
    server: Server, new_page: NewPage, address: str, language: str
) -> None:
    page = new_page(color_scheme="light", reduced_motion="reduce")
    page.goto(f"{server.address}/{address}{'&' if '?' in address else '?'}lang={language}")
    expect(page.locator(PAGES[address]).first).to_be_visible()
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    found = {"light": violations(page)}
    before = page.get_by_test_id("stApp").evaluate("node => getComputedStyle(node).backgroundColor")
    page.emulate_media(color_scheme="dark")
    expect(page.get_by_test_id("stApp")).not_to_have_css("background-color", before)
    found["dark"] = violations(page)
    assert found == {"light": [], "dark": []}


def violations(page: Page) -> list[str]:
    """What axe finds, but for what is essential: rule, element, and why."""
    report = Axe().run(page, options={"runOnly": RULES}).response
    return [
        told(rule["id"], node)
        for rule in report["violations"]
        for node in rule["nodes"]
        if not any(rule["id"] == name and part in node["html"] for name, part in ESSENTIAL)
    ]


def told(rule: str, node: dict[str, Any]) -> str:
    """One violation in a line."""
    reasons = [check["message"] for kind in ("any", "all", "none") for check in node[kind]]
    return f"{rule}: {node['html'][:120]}: {'; '.join(reasons)[:200]}"
