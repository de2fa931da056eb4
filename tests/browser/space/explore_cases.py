"""The explorer of a run's latent space in a browser."""

from __future__ import annotations

import json

from browser.served import Server
from playwright.sync_api import Locator, Page, expect

from genlab.runs.store.record import Run

UNUSED = 1


def explore(page: Page, server: Server, run: Run, query: str = "") -> Locator:
    """Opens the explorer and waits for its first picture."""
    page.goto(f"{server.address}/latent?run={run.id}&{query}")
    view = page.get_by_test_id("explore")
    expect(view).to_have_attribute("data-ready", "true", timeout=60_000)
    return view


def values(page: Page) -> list[float]:
    """The present z."""
    return json.loads(page.get_by_test_id("latent-values").inner_text())
