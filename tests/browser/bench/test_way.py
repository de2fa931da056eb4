"""The slider over t on the page of flow matching, by a real hand in a real browser."""

from __future__ import annotations

import re

import pytest
from browser.actions import ink
from browser.served import Server
from playwright.sync_api import Page, Route, expect

from genlab.models import family_named

pytestmark = pytest.mark.browser
SMALL = {"hidden": 16, "batch": 16, "steps": 20, "ode_steps": 4}


@pytest.mark.parametrize(("data", "made"), [("mnist5k", 15), ("ring8", 200), ("two_gaussians_1d", 200)])
def test_t_carries_noise_to_samples(server: Server, page: Page, data: str, made: int) -> None:
    kind = "images" if data == "mnist5k" else "points"
    config = family_named("flow").preset("classroom", kind, SMALL).model_dump()
    run = server.store.create("somebody", "flow", data, config)
    page.goto(f"{server.address}/flow?run={run.id}")
    picture, slider = page.get_by_test_id("way-picture"), page.get_by_test_id("way-time")
    # The net of its last step comes after the state, a point's data after its net: both change the picture.
    expect(page.locator(".gl-latent-body")).to_have_attribute("data-step", "20", timeout=30_000)
    expect(picture).to_have_attribute("data-made", str(made), timeout=30_000)
    if kind == "points":
        expect(picture).to_have_attribute("data-behind", re.compile("[1-9]"))
    seen = {ink(picture)}
    slider.focus()
    slider.press("Home")
    expect(slider).to_have_attribute("aria-valuetext", "t = 0.00")
    page.wait_for_function(
        "drawn => document.querySelector('[data-testid=way-picture]').toDataURL() !== drawn", arg=seen.copy().pop()
    )
    noise = ink(picture)
    page.get_by_test_id("way-play").click()
    expect(slider).to_have_attribute("aria-valuetext", "t = 1.00", timeout=10_000)
    assert seen == {ink(picture)}
    page.get_by_test_id("way-again").click()
    page.wait_for_function(
        "drawn => document.querySelector('[data-testid=way-picture]').toDataURL() !== drawn", arg=seen.pop()
    )
    assert ink(picture) != noise


def test_data_that_come_after_the_net_are_drawn(server: Server, page: Page) -> None:
    config = family_named("flow").preset("classroom", "points", SMALL).model_dump()
    run = server.store.create("somebody", "flow", "ring8", config)
    held: list[Route] = []
    page.route("**/nets/probe*", lambda route: held.append(route))
    page.goto(f"{server.address}/flow?run={run.id}")
    picture = page.get_by_test_id("way-picture")
    expect(page.locator(".gl-latent-body")).to_have_attribute("data-step", "20", timeout=30_000)
    expect(picture).to_have_attribute("data-made", "200", timeout=30_000)
    expect(picture).to_have_attribute("data-behind", "0")
    for route in held:
        route.continue_()
    expect(picture).to_have_attribute("data-behind", re.compile("[1-9]"))
