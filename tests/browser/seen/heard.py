"""What is heard of an open page: its figures' numbers, and what its controls are."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from playwright.sync_api import Page, TimeoutError

from genlab.live.told import TOLD
from genlab.locale import LANGUAGES, translate

# Pictures without a number in their name, of those that one sees: what stands in a button or beside a choice has its
# words there, a table of Streamlit's has one for those who hear it, and an empty alt marks an ornament.
UNNUMBERED = """() => [
    ...document.querySelectorAll('.stMain :is(canvas, svg, img, [role=img], [role=figure][aria-label])')]
  .filter((node) => node.checkVisibility({ visibilityProperty: true }))
  .filter((node) => node.getBoundingClientRect().width > 24 && node.getBoundingClientRect().height > 24)
  .filter((node) => !node.closest("[aria-hidden=true], button, label, .stDataFrame, [alt='']"))
  .filter((node) => !node.parentElement.closest('[role=img], [role=figure][aria-label]'))
  .map((node) => [node.getAttribute('aria-label') ?? node.getAttribute('alt') ?? '', node.outerHTML.slice(0, 160)])
  .filter(([name]) => !/[0-9]/.test(name) && !EMPTY.some((words) => name.includes(words)))
  .map((pair) => pair.join(' | '))"""
UNNUMBERED = UNNUMBERED.replace("EMPTY", json.dumps([translate(TOLD["empty"], language) for language in LANGUAGES]))
CONTROLS = {"button", "slider", "spinbutton", "combobox", "textbox", "searchbox", "checkbox", "radio", "switch", "tab"}
# A choice of Streamlit's has its own, which Tab passes by.
PASSED_BY = ("button", "Open", "")
PARTS = {"group", "region", "radiogroup", "tablist", "figure", "application", "toolbar", "list"}


def told(page: Page) -> None:
    """Waits until every figure has been told, and fails with those that are not."""
    try:
        page.wait_for_function(f"() => ({UNNUMBERED})().length === 0", timeout=15_000, polling=250)
    except TimeoutError:
        assert page.evaluate(UNNUMBERED) == []


def controls(page: Page) -> tuple[list[str], list[str]]:
    """As the browser tells them to a screen reader: those without a name, and those that none can tell apart, for they
    share role, name and the part of the page that they are in."""
    session = page.context.new_cdp_session(page)
    nodes = {node["nodeId"]: node for node in session.send("Accessibility.getFullAXTree")["nodes"]}
    session.detach()
    seen = [node for node in nodes.values() if not node["ignored"] and value(node, "role") in CONTROLS]
    found = [(value(node, "role"), value(node, "name").strip(), part(nodes, node)) for node in seen]
    nameless = [f"{role} in {within}" for role, name, within in found if not name]
    return nameless, [f"{count} x {one}" for one, count in Counter(found).items() if count > 1 and one != PASSED_BY]


def value(node: dict[str, Any], key: str) -> str:
    """A property of a node of the accessibility tree."""
    return str(node.get(key, {}).get("value", ""))


def part(nodes: dict[str, dict[str, Any]], node: dict[str, Any]) -> str:
    """The names of the parts of the page that a node lies in, the innermost first."""
    names = []
    while (above := node.get("parentId")) in nodes:
        node = nodes[above]
        if value(node, "role") in PARTS and value(node, "name"):
            names.append(value(node, "name"))
    return " < ".join(names)
