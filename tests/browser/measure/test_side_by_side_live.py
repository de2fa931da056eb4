"""Side by side, in a browser: one press, and a table fills that survives a reload."""

from __future__ import annotations

import pytest
from browser.served import Server
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_one_press_fills_the_table(server: Server, page: Page) -> None:
    page.goto(f"{server.address}/compare?data=two_gaussians_1d")
    page.locator(".st-key-compare_guess button", has_text="VAE").click()
    page.locator(".st-key-train_all button").click()
    rows = page.locator(".gl-table tbody tr")
    expect(rows).to_have_count(6, timeout=120_000)
    expect(rows.locator("th")).to_have_text(
        ["real examples", "PCA and a normal", "AE and a normal", "AE and a mixture of 10 normals", "VAE", "GAN"]
    )
    expect(page.get_by_text("Nearest of these:")).to_have_count(1)  # the one before goes when the table is whole
    page.goto(page.url.replace("lang=en", "lang=zh"))
    expect(rows).to_have_count(6)
    expect(rows.first.locator("th")).to_have_text("真实样例")
