"""The page of all runs: rows, a run carried away as a zip and brought back, and what is no zip of ours."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from browser.actions import begin, button, run_id, state, step
from browser.served import Server
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def choose_first_row(page: Page) -> None:
    """Ticks the first row, at its left."""
    table = page.locator("[class*=st-key-runs_table] canvas").first
    expect(table).to_be_visible()
    box = table.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 14, box["y"] + 52)


def import_file(page: Page, name: str, content: bytes) -> None:
    """Brings a file through the importer."""
    page.get_by_role("button", name="Import a run").click()
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "application/zip", "buffer": content})
    button(page, "do_import").click()


def test_a_run_goes_away_as_a_zip_and_comes_back(page: Page, server: Server, tmp_path: Path) -> None:
    run = begin(page, f"{server.address}/vae?data=ring8&steps=100")
    state(page, "finished")
    page.get_by_role("link", name="Runs").first.click()
    expect(page.get_by_role("heading", name="Runs")).to_be_visible()
    choose_first_row(page)
    expect(page.get_by_test_id("stPlotlyChart")).to_be_visible()

    with page.expect_download() as download:
        button(page, "export").click()
    zipped = tmp_path / "run.zip"
    download.value.save_as(zipped)
    with zipfile.ZipFile(zipped) as bundle:
        assert "run.json" in {Path(name).name for name in bundle.namelist()}

    import_file(page, "run.zip", zipped.read_bytes())
    page.wait_for_url("**/vae?*run=*")
    state(page, "finished")
    assert run_id(page) != run
    assert step(page) == 100
    assert server.store.points(run_id(page)) == server.store.points(run)


def test_garbage_is_refused_with_a_sentence(page: Page, server: Server) -> None:
    before = len(server.store.list())
    page.goto(f"{server.address}/runs")
    import_file(page, "garbage.zip", b"this is not a zip at all")
    alert = page.get_by_test_id("stAlert").filter(has_text="zip")
    expect(alert).to_be_visible()
    assert "Traceback" not in page.locator("body").inner_text()
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert len(server.store.list()) == before


def test_open_fork_and_delete(page: Page, server: Server) -> None:
    run = begin(page, f"{server.address}/gan?data=ring8&steps=100")
    state(page, "finished")
    page.get_by_role("link", name="Runs").first.click()
    choose_first_row(page)
    button(page, "open").click()
    page.wait_for_url(f"**/gan?*run={run}*")
    state(page, "finished")

    page.get_by_role("link", name="Runs").first.click()
    choose_first_row(page)
    page.get_by_role("button", name="Fork").click()
    button(page, "fork").click()
    page.wait_for_url("**/gan?*run=*")
    page.wait_for_function("run => new URLSearchParams(location.search).get('run') !== run", arg=run)
    assert server.store.get(run_id(page)).parent_id == run

    page.get_by_role("link", name="Runs").first.click()
    before = len(server.store.list())
    choose_first_row(page)
    page.get_by_role("button", name="Delete").first.click()
    button(page, "delete").click()
    expect(page.get_by_role("button", name="Delete for good")).to_have_count(0)
    assert len(server.store.list()) == before - 1
