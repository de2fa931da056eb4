"""What a bench fetches while it trains: only what somebody looks at; below it z is drawn by the run's own weights."""

from __future__ import annotations

import pytest
from browser.actions import LONG, begin, pause, rises, step
from browser.conftest import NewPage
from browser.served import Server
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def weights(page: Page) -> list[str]:
    """The addresses of nets that the page asks for from now on."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/nets/" in request.url else None)
    return asked


def test_weights_are_fetched_for_what_is_in_sight(new_page: NewPage, server: Server) -> None:
    # On a phone the hand on z lies below the first screen.
    page = new_page(viewport={"width": 390, "height": 844})
    asked = weights(page)
    begin(page, f"{server.address}/vae?{LONG}")
    rises(page, step(page) + 100)
    assert not [address for address in asked if "decoder" in address or "encoder" in address]
    pause(page)
    page.locator(".gl-latent").scroll_into_view_if_needed()
    expect(page.locator(".gl-latent-body")).to_have_attribute("data-step", str(step(page)))


def test_z_is_drawn_below_the_bench_by_the_weights_of_the_run(page: Page, server: Server) -> None:
    asked = weights(page)
    page.goto(f"{server.address}/vae?run=vae-20")
    expect(page.locator(".gl-latent-body")).to_have_attribute("data-step", "900", timeout=60_000)
    assert not [address for address in asked if "encoder" in address]
    page.get_by_test_id("sampling").scroll_into_view_if_needed()
    graph = page.get_by_test_id("sampling")
    expect(graph).to_have_attribute("data-ready", "true", timeout=60_000)
    cells = graph.get_by_test_id("sampling-latent-1").locator("[data-value]")
    found = dict(cells.evaluate_all("nodes => nodes.map(node => [node.dataset.value, node.textContent])"))
    numbers = {name: float(text.replace("−", "-")) for name, text in found.items()}
    assert numbers["z"] == pytest.approx(numbers["mean"] + numbers["sigma"] * numbers["eps"], abs=0.04)


def test_ones_own_drawing_is_among_the_digits(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/latent?view=draw&run=vae-20")
    sheet = page.get_by_test_id("draw-canvas")
    expect(sheet).to_be_visible(timeout=60_000)
    box = sheet.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 4
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + box["height"] / 2, steps=6)
    page.mouse.up()
    page.goto(f"{server.address}/vae?run=vae-20")
    own = page.get_by_test_id("sampling-digit-own")
    page.get_by_test_id("sampling").scroll_into_view_if_needed(timeout=60_000)
    own.click(timeout=60_000)
    expect(own).to_have_attribute("aria-pressed", "true")
