"""On points the curves carry the measured JS with its noise band, and what a single step shows of it."""

from __future__ import annotations

import pytest
from browser.actions import button, number, numbers_stand
from browser.served import Server
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

JS = "[data-testid=curves-js]"


def test_single_steps_draw_the_true_js_and_its_band(server: Server, page: Page) -> None:
    run = server.store.create("somebody", "gan", "ring8", preset="classroom", state="paused")
    for _ in range(3):
        server.store.request_step(run.id)
    page.goto(f"{server.address}/gan?run={run.id}")
    page.wait_for_function(f"document.querySelector('{JS}')?.data?.some((t) => t.mode === 'lines+markers')")
    box = page.get_by_test_id("curves-js")
    true = box.evaluate("box => box.data.filter((t) => t.mode === 'lines+markers').map((t) => [...t.y])")
    assert len(true) == 1
    assert all(0.3 < js <= 0.6932 for js in true[0])
    bands = box.evaluate("box => box.layout.shapes.filter((s) => s.type === 'rect').map((s) => [s.y0, s.y1])")
    assert len(bands) == 1
    low, high = bands[0]
    assert 0 <= low < high < 0.005
    value = page.get_by_test_id("curves-value")
    assert value.evaluate("box => box.data.filter((t) => t.mode === 'lines+markers').length") == 1
    numbers_stand(page, "value", "d_loss")
    assert number(page, "value") < 0
    assert button(page, "start").is_enabled()
