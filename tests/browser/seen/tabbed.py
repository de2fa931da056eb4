"""The stops of the Tab key on an open page."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

MOST = 260
# The element that has the focus: what it is, where it is on the page, and which it is.
FOCUSED = """() => {
  let node = document.activeElement;
  while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
  if (!node?.parentElement?.closest('.stMain')) return null;
  window.stops ??= new Map();
  if (!window.stops.has(node)) window.stops.set(node, window.stops.size);
  const seen = node.closest('label') ?? node;
  const main = document.querySelector('.stMain');
  const inner = [];
  for (let around = seen.parentElement; around !== main; around = around.parentElement)
    if (around.scrollHeight > around.clientHeight + 1 || around.scrollWidth > around.clientWidth + 1) {
      const { overflowX, overflowY } = getComputedStyle(around);
      if (/auto|scroll/.test(overflowX + overflowY)) inner.push(around);
    }
  // Within a box that scrolls a place is one of its contents; seen from outside it is where the box is.
  const placed = (one, within) => {
    const { left, right, top, bottom } = one.getBoundingClientRect();
    const [x, y] = [within.scrollLeft, within.scrollTop];
    return { left: left + x, right: right + x, top: top + y, bottom: bottom + y };
  };
  window.boxes ??= [];
  if (inner[0] && !window.boxes.includes(inner[0])) window.boxes.push(inner[0]);
  const around = inner.length ? inner[inner.length - 1] : null;
  const name = node.getAttribute('aria-label') || seen.textContent || node.tagName;
  return { id: window.stops.get(node), name: name.trim().slice(0, 50), box: window.boxes.indexOf(inner[0]),
           inside: placed(seen, inner[0] ?? main), outside: placed(around ?? seen, main) };
}"""
# Controls that one sees and that Tab has not come to. Of radio buttons and tabs one is a stop, the others are chosen by
# arrows; a button within a choice of Streamlit's is passed by.
MISSED = """() => [...document.querySelectorAll('.stMain *')]
  .filter((node) => node.matches('button, input, select, textarea, a[href], summary, [role=slider]'))
  .filter((node) => node.checkVisibility({ visibilityProperty: true }) && !node.disabled && node.tabIndex >= 0)
  .filter((node) => node.type !== 'radio' && !node.closest('[role=radio], [role=tablist], [inert], [aria-hidden=true]'))
  .filter((node) => node.getBoundingClientRect().width > 1 && !window.stops.has(node))
  .map((node) => node.outerHTML.slice(0, 200))"""


def walked(page: Page) -> list[dict[str, Any]]:
    """The stops of the Tab key in the page's own part, once round."""
    stops: list[dict[str, Any]] = []
    for _ in range(MOST):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop is None:
            if stops:
                break
            continue
        if any(stop["id"] == before["id"] for before in stops):
            break
        stops.append(stop)
    assert len(stops) < MOST
    return stops


def against(one: dict[str, Any], next_one: dict[str, Any]) -> str:
    """Why the second should not come after the first: it stands above it and not in a column to its right, or on the
    same line to its left."""
    where = "inside" if one["box"] == next_one["box"] else "outside"
    here, there = one[where], next_one[where]
    up = there["bottom"] <= here["top"] + 1 and there["left"] < here["right"] - 1
    overlap = min(here["bottom"], there["bottom"]) - max(here["top"], there["top"])
    level = overlap > 0.6 * min(here["bottom"] - here["top"], there["bottom"] - there["top"])
    back = level and there["right"] <= here["left"] + 1
    return f"{one['name']!r} -> {next_one['name']!r} ({'up' if up else 'left'})" if up or back else ""
