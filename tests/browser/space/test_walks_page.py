"""Walks through latent space as a person takes them."""

from __future__ import annotations

import csv
import io
import re

import numpy as np
import pytest
from browser.actions import ink
from browser.served import Server
from browser.space.walk_cases import SIDE_BY_SIDE, all_walked, decoded, encoded, grey, now, taken, walk
from PIL import Image
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

PATHS = ("straight", "spherical")


POLL = "?after="


def test_the_handle_moves_every_row_and_asks_the_server_nothing(page: Page, server: Server) -> None:
    walk(page, server, "vae-20")
    all_walked(page)
    canvases = [now(page, family, path) for family in SIDE_BY_SIDE for path in PATHS]
    before = [ink(canvas) for canvas in canvases]
    asked: list[str] = []
    page.on("request", lambda request: POLL in request.url or asked.append(request.url))
    handle = page.get_by_test_id("walk-t")
    handle.focus()
    for _ in range(12):
        handle.press("ArrowRight")
    expect(page.locator(".gl-walk-slider output")).to_have_text("0.62")
    after = [ink(canvas) for canvas in canvases]
    assert all(old != new for old, new in zip(before, after, strict=True))
    # Pointing at the last station of a strip goes to the end of every walk.
    strip = page.get_by_test_id("walk-strip-gan-spherical").bounding_box()
    assert strip
    page.mouse.move(strip["x"] + strip["width"] / 2, strip["y"] + 5)
    page.mouse.down()
    page.mouse.move(strip["x"] + strip["width"] - 3, strip["y"] + 5, steps=4)
    page.mouse.up()
    expect(page.locator(".gl-walk-slider output")).to_have_text("1.00")
    assert asked == []


def test_the_ends_are_the_reconstructions_of_the_two_digits(page: Page, server: Server) -> None:
    digits = walk(page, server, "vae-20", **{"from": 3, "to": 28})
    all_walked(page)
    handle = page.get_by_test_id("walk-t")
    for end, key in enumerate(("Home", "End")):
        handle.press(key)
        page.wait_for_function("t => new URLSearchParams(location.search).get('t') === t", arg=str(end))
        chosen = digits["images"][[(3, 28)[end]]]
        for family, name in (("ae", "ae-20"), ("vae", "vae-20")):
            reconstruction = decoded(name, encoded(name, chosen))[0]
            for path in PATHS:
                assert np.abs(grey(page, f"walk-now-{family}-{path}") - reconstruction).max() <= 2
            error = ((reconstruction / 255 - chosen[0] / 255) ** 2).mean()
            said = page.get_by_test_id(f"walk-said-{family}").inner_text()
            assert float(re.findall(r"0\.\d{4}", said)[end]) == pytest.approx(error, abs=2e-4)


def test_the_table_and_the_film_say_what_is_seen(page: Page, server: Server) -> None:
    digits = walk(page, server, "vae-20", t=0.5)
    all_walked(page)
    first, last = encoded("vae-20", digits["images"][[2, 7]])
    rows = list(csv.DictReader(io.StringIO(taken(page, "take-csv-vae").decode())))
    assert len(rows) == 2 * 33
    for row in rows:
        z = np.array([float(row[f"z{k + 1}"]) for k in range(20)])
        t = float(row["t"])
        if row["path"] == "straight":
            np.testing.assert_allclose(z, (1 - t) * first + t * last, atol=1e-4)
        elif t in (0, 1):
            np.testing.assert_allclose(z, (first, last)[int(t)], atol=1e-4)
    middle = next(row for row in rows if row["path"] == "spherical" and row["t"] == "0.5")
    z = np.array([[float(middle[f"z{k + 1}"]) for k in range(20)]])
    assert np.abs(grey(page, "walk-now-vae-spherical") - decoded("vae-20", z)[0]).max() <= 2

    with Image.open(io.BytesIO(taken(page, "take-gif"))) as film:
        assert (film.n_frames, film.size) == (64, (3 * 84, 2 * 84))  # pyright: ignore[reportAttributeAccessIssue]
        film.seek(16)  # halfway there
        frame = np.asarray(film.convert("L")).astype(int)
    halfway = grey(page, "walk-now-vae-spherical")
    assert np.abs(frame[84::3, 84:168:3] - halfway).max() <= 1

    with Image.open(io.BytesIO(taken(page, "take-png"))) as sheet:
        assert sheet.width > 9 * 84
        assert np.asarray(sheet.convert("L")).std() > 30


def test_a_link_restores_the_walk_and_nonsense_is_ignored(page: Page, server: Server) -> None:
    walk(page, server, "vae-20", t=0.25, **{"from": 12, "to": "abc"})
    expect(page.locator(".gl-walk-slider output")).to_have_text("0.25")
    expect(page.get_by_test_id("pick-from-12")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_test_id("pick-to-7")).to_have_attribute("aria-pressed", "true")
    page.get_by_test_id("pick-to-17").click()
    page.get_by_test_id("pick-class-from").select_option("4")
    page.get_by_test_id("walk-t").fill("0.75")
    page.wait_for_function("new URLSearchParams(location.search).get('t') === '0.75'")
    query = page.evaluate("Object.fromEntries(new URLSearchParams(location.search))")
    assert query.items() >= {"view": "walks", "run": "vae-20", "from": "4", "to": "17", "t": "0.75"}.items()
    page.reload()
    expect(page.locator(".gl-walk-slider output")).to_have_text("0.75")
    expect(page.get_by_test_id("pick-from-4")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_test_id("pick-to-17")).to_have_attribute("aria-pressed", "true")


def test_another_language_keeps_the_walk(page: Page, server: Server) -> None:
    walk(page, server, "ae-20", lang="zh")
    page.get_by_test_id("walk-part-arithmetic").click()
    page.get_by_test_id("walk-s").fill("-1.25")
    page.wait_for_function("new URLSearchParams(location.search).get('s') === '-1.25'")
    page.get_by_role("radio", name="English").or_(page.get_by_role("button", name="English")).first.click()
    expect(page.get_by_test_id("walk-part-arithmetic")).to_have_text("Arithmetic with class means")
    expect(page.get_by_test_id("walk-part-arithmetic")).to_have_attribute("aria-selected", "true")
    expect(page.locator(".gl-walk-slider output")).to_have_text("−1.25")
