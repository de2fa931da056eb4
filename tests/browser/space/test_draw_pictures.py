"""A picture from a file, the clipboard or a drop is taken as if it were drawn."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from browser.served import Server
from browser.space.draw_cases import BAR, THREE, drawn, nearest_shown, open_run, painted, picture, stroke
from PIL import Image
from playwright.sync_api import Page, expect

from genlab.data import load_mnist5k
from genlab.locale import LANGUAGES, translate

pytestmark = pytest.mark.browser


def png(levels: np.ndarray, path: Path) -> Path:
    Image.fromarray(levels).save(path, "PNG")
    return path


def test_a_picture_is_taken_as_if_drawn(page: Page, server: Server, tmp_path: Path) -> None:
    open_run(page, server)
    digit = np.array(load_mnist5k().test_images[12])
    large = 255 - np.kron(digit, np.ones((9, 9), np.uint8))
    page.get_by_test_id("draw-file").set_input_files(png(large, tmp_path / "digit.png"))
    drawn(page)
    x = picture(page, "input").astype(float)
    moved = [np.roll(x, (down, right), (0, 1)) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    assert min(((each - digit) ** 2).mean() for each in moved) / 255**2 < 0.015
    nearest_shown(page, "codes")
    stroke(page, BAR)
    painted(page)
    assert not np.array_equal(picture(page, "input"), x)
    barred = picture(page, "input")
    page.reload()
    drawn(page)
    assert np.array_equal(picture(page, "input"), barred)
    page.get_by_test_id("draw-undo").click()
    assert np.array_equal(picture(page, "input"), x)
    page.get_by_test_id("draw-undo").click()
    expect(page.get_by_test_id("draw")).to_have_attribute("data-state", "empty")


def test_a_file_larger_than_is_sent_is_made_smaller_first(page: Page, server: Server, tmp_path: Path) -> None:
    open_run(page, server)
    path = png(255 - np.kron(np.array(load_mnist5k().test_images[12]), np.ones((9, 9), np.uint8)), tmp_path / "a.png")
    path.write_bytes(path.read_bytes() + bytes(3 * 2**20))  # what follows a picture's end is no part of it
    page.get_by_test_id("draw-file").set_input_files(path)
    drawn(page)
    assert nearest_shown(page, "pixels")[0].startswith("2 ")


def test_white_on_nothing_stays_white_when_it_is_made_smaller(page: Page, server: Server, tmp_path: Path) -> None:
    open_run(page, server)
    opacity = np.kron(np.array(load_mnist5k().test_images[12]), np.ones((60, 60), np.uint8))
    speckled = opacity.astype(int) + np.random.default_rng(0).integers(0, 2, opacity.shape)
    image = Image.new("RGBA", opacity.shape, (255, 255, 255, 0))
    image.putalpha(Image.fromarray(speckled.clip(0, 255).astype(np.uint8)))
    path = tmp_path / "white.png"
    image.save(path)
    path.write_bytes(path.read_bytes() + bytes(2**21))
    page.get_by_test_id("draw-file").set_input_files(path)
    drawn(page)
    assert nearest_shown(page, "pixels")[0].startswith("2 ")


def test_what_was_taken_is_framed_until_something_else_is_drawn(page: Page, server: Server, tmp_path: Path) -> None:
    open_run(page, server)
    digit = 255 - np.kron(np.array(load_mnist5k().test_images[12]), np.ones((9, 9), np.uint8))
    sheet = np.pad(digit, ((0, 0), (0, 252)), constant_values=255)  # the digit lies in the left half
    page.get_by_test_id("draw-file").set_input_files(png(sheet, tmp_path / "digit.png"))
    drawn(page)
    image = page.get_by_test_id("draw-taken").locator("img").bounding_box()
    frame = page.get_by_test_id("draw-crop").bounding_box()
    assert image
    assert frame
    assert image["x"] <= frame["x"] < frame["x"] + frame["width"] <= image["x"] + image["width"] / 2
    stroke(page, BAR)
    expect(page.get_by_test_id("draw-taken")).to_be_hidden()


BLANK = "Nothing stands out in this picture: it is of one tone. Take one with a dark digit on light paper."


FORMAT = "This file ({got}) is no picture that can be read here; allowed: PNG and JPEG."


HEIC = (
    "This is a HEIC photo, which neither this browser nor the server opens. Save it as JPEG: on an iPhone, "
    "Settings › Camera › Formats › Most Compatible, or take a screenshot of it."
)


DAMAGED = "The picture cannot be read: the file is damaged or incomplete. Save it anew."


SIZE = "The picture has {got}; allowed: 2 MB. Save it smaller, or cut out the digit."


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_cannot_be_taken_says_why_and_loses_nothing(
    page: Page, server: Server, problems: list[str], language: str
) -> None:
    open_run(page, server, query=f"&lang={language}")
    stroke(page, THREE)
    drawn(page)
    before = picture(page, "input")
    white = BytesIO()
    Image.new("L", (200, 200), 255).save(white, "PNG")
    noise = np.random.default_rng(0).integers(0, 256, (99, 99), np.uint8)
    whole = BytesIO()
    Image.fromarray(noise).save(whole, "PNG")
    for body, sentence, got in [
        (white.getvalue(), BLANK, ""),
        (b"GIF89a" + bytes(100), FORMAT, "GIF"),
        (bytes(100), FORMAT, translate("of an unknown kind", language)),
        (b"\0\0\0\x18ftypheic" + bytes(3 * 2**20), HEIC, ""),
        (whole.getvalue()[:3000], DAMAGED, ""),
        (b"\x89PNG" + bytes(3 * 2**20), SIZE, "3.0 MB"),
    ]:
        page.get_by_test_id("draw-file").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": body})
        expect(page.get_by_test_id("draw-said")).to_have_text(translate(sentence, language).replace("{got}", got))
        assert np.array_equal(picture(page, "input"), before)
    stroke(page, BAR)
    expect(page.get_by_test_id("draw-said")).to_have_text("")
    refusals = [problem for problem in problems if "422" in problem or "/lab/picture" in problem]
    assert len(refusals) >= 3
    problems[:] = [problem for problem in problems if problem not in refusals]
