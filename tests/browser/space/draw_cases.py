"""A hand that draws on the sheet, and what is read off it."""

from __future__ import annotations

import re

import numpy as np
from browser.served import Server
from playwright.sync_api import Locator, Page, expect

# Points of strokes on the sheet, which counts as 560 wide: a three, a seven and its bar.
THREE = [(180, 130), (260, 95), (340, 120), (350, 190), (250, 255), (370, 320), (350, 410), (260, 440), (170, 400)]


BAR = [(220, 300), (390, 300)]


def sheet(page: Page) -> Locator:
    return page.get_by_test_id("draw-canvas")


def open_run(page: Page, server: Server, run: str = "vae-20", query: str = "") -> None:
    """Opens the view and waits until the nets are there: nothing drawn, and nothing to wait for."""
    page.goto(f"{server.address}/latent?view=draw&run={run}{query}")
    expect(page.get_by_test_id("draw-said")).to_have_text(re.compile("finger|手指"), timeout=60_000)


def stroke(page: Page, points: list[tuple[int, int]], lift: bool = True) -> None:
    box = sheet(page).bounding_box()
    assert box is not None
    places = [(box["x"] + x * box["width"] / 560, box["y"] + y * box["width"] / 560) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=3)
    if lift:
        page.mouse.up()


def drawn(page: Page) -> None:
    expect(page.get_by_test_id("draw")).to_have_attribute("data-state", "drawn")


def painted(page: Page) -> None:
    """Waits for the next frames: what was asked for is on the canvases."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def red(canvas: Locator) -> np.ndarray:
    """A canvas' red channel, u8 [height, width]."""
    levels, width = canvas.evaluate(
        """canvas => {
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          return [Array.from(data.filter((_, i) => i % 4 === 0)), canvas.width];
        }"""
    )
    return np.array(levels, np.uint8).reshape(-1, width)


def picture(page: Page, name: str) -> np.ndarray:
    return red(page.get_by_test_id(f"draw-{name}"))


def nearest_shown(page: Page, space: str) -> list[str]:
    """The captions of the nearest examples, once there are five."""
    captions = page.get_by_test_id(f"draw-nearest-{space}").locator("figcaption")
    for place in range(5):
        expect(captions.nth(place)).to_have_text(re.compile(r"^\d · [\d.]+$"))
    return captions.all_inner_texts()


def formula(page: Page) -> tuple[int, float, float, float, float]:
    """The formula's latent (from 0) and its numbers: mean, deviation, noise, z."""
    text = page.get_by_test_id("draw-formula").inner_text().replace("−", "-").replace("(", "").replace(")", "")
    text = text.translate(str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789"))
    found = re.fullmatch(r"z(\d+) = μ\1 \+ σ\1 ε\1 = (\S+) \+ (\S+) · (\S+) = (\S+)", text)
    assert found, text
    return int(found[1]) - 1, *(float(number) for number in found.groups()[1:])  # type: ignore[return-value]
