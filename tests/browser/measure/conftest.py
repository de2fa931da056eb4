"""The picture of two densities, visited."""

from __future__ import annotations

import pytest
from browser.measure.density_cases import Visit, drawn
from browser.served import Server
from playwright.sync_api import Page


@pytest.fixture
def visit(page: Page, server: Server) -> Visit:
    """visit(query): the page of divergences, when its picture is drawn."""

    def go(query: str = "", page: Page = page) -> Page:
        page.goto(f"{server.address}/divergences?{query}")
        drawn(page)
        return page

    return go
