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


def test_one_menu_gives_all_there_is_by_keyboard_alone(page: Page, server: Server, tmp_path: Path) -> None:
    page.goto(f"{server.address}/vae")
    page.wait_for_function("document.querySelector('[data-testid=curves-loss]')?.data?.length > 0")
    menu = page.get_by_test_id("take-away")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    begins = {"script": b'"""', "csv": b"\xef\xbb\xbfstep,", "png": b"\x89PNG", "gif": b"GIF89a", "onnx": b""}
    for key in ("script", "notebook", "csv", "tensorboard", "png", "svg", "gif", "safetensors", "onnx"):
        page.keyboard.press("Tab")
        if menu.evaluate("node => document.activeElement === node.querySelector('div')"):
            page.keyboard.press("Tab")
        file = menu.get_by_test_id(f"take-{key}")
        expect(file).to_be_focused()
        if key not in begins:
            continue
        with page.expect_download(timeout=60_000) as download:
            page.keyboard.press("Enter")
        download.value.save_as(tmp_path / key)
        assert (tmp_path / key).read_bytes().startswith(begins[key])
    expect(menu.get_by_text("genlab 0.", exact=False)).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu.locator("summary")).to_be_focused()
    expect(menu.get_by_test_id("take-gif")).to_be_hidden()
