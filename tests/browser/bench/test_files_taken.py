"""Files that a page gives: a chart as it stands, and what the menu makes."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser.served import Server
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_a_chart_is_saved_as_it_stands(page: Page, server: Server, tmp_path: Path) -> None:
    page.goto(f"{server.address}/vae")  # a shipped run
    page.wait_for_function("document.querySelector('[data-testid=curves-loss]')?.data?.length > 0")
    for kind, begins in (("svg", b"<svg"), ("png", b"\x89PNG")):
        with page.expect_download() as download:
            page.locator(".gl-course").get_by_test_id(f"save-{kind}").click()
        download.value.save_as(tmp_path / kind)
        assert (tmp_path / kind).read_bytes().startswith(begins)
        assert download.value.suggested_filename.endswith(f".{kind}")
    assert "Reconstruction" in (tmp_path / "svg").read_text()  # the curves' names are in the file


def test_the_menu_gives_a_table_and_a_film(page: Page, server: Server, tmp_path: Path) -> None:
    page.goto(f"{server.address}/vae")
    # The menu goes with its button, which moves until all above it is there; by keyboard it is in reach wherever it is.
    page.wait_for_function("document.querySelector('[data-testid=curves-loss]')?.data?.length > 0")
    page.locator(".st-key-take_away button").first.press("Enter")
    for key, begins in (("csv", b"\xef\xbb\xbfstep,"), ("gif", b"GIF89a"), ("onnx", b"")):
        with page.expect_download(timeout=60_000) as download:
            page.locator(f".st-key-take_{key} button").press("Enter")
        download.value.save_as(tmp_path / key)
        assert (tmp_path / key).read_bytes().startswith(begins)
    expect(page.get_by_text("genlab 0.", exact=False).first).to_be_visible()
