"""A person brings a zip of pictures, sees it, takes it, trains on it and looks at what was learned; likewise points."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from browser.actions import LONG, button, pause, rises, run_id, view
from browser.conftest import NewPage
from browser.served import Server
from data.own import own_files as make
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def bring(page: Page, path: Path) -> None:
    """Opens the small button, gives the file, and waits until it is shown."""
    page.get_by_role("button", name="Bring your own").click()
    page.locator(".st-key-own_file input[type=file]").set_input_files(path)
    expect(button(page, "own_take")).to_be_visible()


def test_a_zip_is_brought_and_trained_on(new_page: NewPage, server: Server, tmp_path: Path) -> None:
    path = tmp_path / "signs.zip"
    path.write_bytes(make.zipped(make.in_folders(12, 20, side=90, ground=250, ink=10)))
    page = new_page()
    page.goto(f"{server.address}/vae?{LONG}&hidden=64")
    bring(page, path)
    expect(page.get_by_text("Classes: 12.")).to_be_visible()
    expect(page.get_by_text("Dark on light was turned round")).to_be_visible()
    button(page, "own_take").click()
    page.wait_for_function("new URLSearchParams(location.search).get('data')?.startsWith('own-images-12-')")
    page.keyboard.press("Escape")
    button(page, "start").click()
    rises(page, 5)
    pause(page)
    expect(view(page).locator("canvas").first).to_be_visible()
    run = run_id(page)
    for view_name in ("explore", "draw", "walks"):
        page.goto(f"{server.address}/latent?view={view_name}&run={run}")
        expect(page.locator(f".gl-{view_name}").first).to_be_visible()
    page.get_by_test_id("walk-part-arithmetic").click()
    expect(page.get_by_test_id("walk-plus").locator("option")).to_have_count(12)
    page.get_by_test_id("walk-part-holes").click()
    expect(page.get_by_test_id("holes-said-vae")).to_contain_text("%", timeout=40_000)


def test_points_are_brought_to_the_playground(new_page: NewPage, server: Server, tmp_path: Path) -> None:
    path = tmp_path / "heights.csv"
    path.write_bytes(make.table(make.points(300), "height;weight", ";", ","))
    page = new_page()
    page.goto(f"{server.address}/playground?steps=100000")
    bring(page, path)
    button(page, "own_take").click()
    page.wait_for_function("new URLSearchParams(location.search).get('data')?.startsWith('own-2d-0-')")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("no-density")).to_be_visible()
    expect(page.get_by_test_id("layer-best")).to_have_count(0)
    button(page, "start").click()
    page.wait_for_function("Number(document.querySelector('[data-testid=playground]')?.dataset.step ?? -1) > 5")
    button(page, "pause").click()


def test_what_is_wrong_with_a_file_is_said(new_page: NewPage, server: Server, tmp_path: Path) -> None:
    path = tmp_path / "broken.csv"
    path.write_bytes(b"x,y\n1,2\n3\n")
    page = new_page()
    page.goto(f"{server.address}/gan")
    page.get_by_role("button", name="Bring your own").click()
    page.locator(".st-key-own_file input[type=file]").set_input_files(path)
    expect(page.get_by_text("broken.csv: got 1 columns in row 3; allowed: 2, as in the first row")).to_be_visible()


def test_a_file_as_large_as_promised_is_taken(new_page: NewPage, server: Server, tmp_path: Path) -> None:
    path = tmp_path / "large.npy"
    pictures = np.random.default_rng(0).random((200, 28, 28), np.float32)
    np.save(path, np.tile(pictures, (125, 1, 1)))
    assert 70e6 < path.stat().st_size < 100e6
    page = new_page()
    page.goto(f"{server.address}/vae?{LONG}&hidden=64")
    bring(page, path)
