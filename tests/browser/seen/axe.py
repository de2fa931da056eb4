"""axe-core, asked of an open page: as it is, and on a phone in the other theme."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

AXE = Path(__file__).resolve().parents[3] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PHONE = {"width": 390, "height": 844}


def elsewhere(page: Page) -> None:
    """The same page on a phone, in the other theme, with nothing focused."""
    page.evaluate("document.activeElement?.blur()")
    app = page.get_by_test_id("stApp")
    before = app.evaluate("node => getComputedStyle(node).backgroundColor")
    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    page.emulate_media(color_scheme="light" if dark else "dark")
    page.set_viewport_size(PHONE)  # pyright: ignore[reportArgumentType]
    expect(app).not_to_have_css("background-color", before)
    # The bar of pages has become a side bar.
    expect(page.locator("[data-testid=stSidebarNavItems] > div[role=listitem]")).to_be_attached()


def violations(page: Page) -> list[str]:
    """What axe finds: rule, element, and why."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    report = page.evaluate("rules => axe.run(document, { runOnly: rules, resultTypes: ['violations'] })", RULES)
    return [told(rule["id"], node) for rule in report["violations"] for node in rule["nodes"]]


def told(rule: str, node: dict[str, Any]) -> str:
    """One violation in a line."""
    reasons = [check["message"] for kind in ("any", "all", "none") for check in node[kind]]
    return f"{rule}: {node['html'][:120]}: {'; '.join(reasons)[:200]}"
