"""A VAE trained by a person: start, pause, step, a knob, stop, and back again."""

from __future__ import annotations

import pytest
from browser.actions import (
    LONG,
    begin,
    button,
    colours,
    curve,
    news,
    numbers_stand,
    pause,
    rests,
    rises,
    run_id,
    state,
    step,
    view,
)
from browser.served import Server, until
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_a_run_from_start_to_stop_and_back(page: Page, server: Server) -> None:
    run = begin(page, f"{server.address}/vae?{LONG}")
    state(page, "running")
    expect(page.get_by_role("status").filter(has_text="Training")).to_be_visible()
    rises(page, step(page))

    numbers_stand(page, "negative_elbo", "reconstruction", "kl")
    expect(page.get_by_test_id("curves-loss").locator("path.js-line").first).to_be_attached()
    assert max(curve(page, "loss")) > 1
    for picture in ("samples", "reconstructions", "plane", "klBars"):
        expect(page.get_by_test_id(picture)).to_be_visible()
        assert colours(page.get_by_test_id(picture)) > 10

    at = pause(page)
    expect(button(page, "pause")).to_be_disabled()
    button(page, "step").click()
    expect(view(page)).to_have_attribute("data-step", str(at + 1))
    assert rests(page) == at + 1
    assert [event["kind"] for event in news(page)["events"]] == ["step"]

    expect(button(page, "start")).to_contain_text("Resume")
    button(page, "start").click()
    state(page, "running")
    rises(page, at + 1)

    slider = page.locator(".st-key-beta").get_by_role("slider")
    slider.focus()
    for _ in range(3):
        slider.press("ArrowRight")

    def taken() -> bool:
        changes = [event["details"] for event in news(page)["events"] if event["kind"] == "change"]
        return any(change["field"] == "beta" and change["new"] > 1 for change in changes)

    until(taken, 20, lambda: str(news(page)["events"]))
    rises(page, step(page))

    button(page, "stop").click()
    state(page, "finished")
    expect(button(page, "start")).to_be_enabled()
    last = rests(page)

    page.reload()
    state(page, "finished")
    assert run_id(page) == run
    assert step(page) == last
    numbers_stand(page, "negative_elbo")


def test_a_first_step_by_the_step_button(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/vae?data=ring8")
    button(page, "step").click()
    expect(view(page)).to_have_attribute("data-step", "1")
    state(page, "paused")
    button(page, "step").click()
    expect(view(page)).to_have_attribute("data-step", "2")


def test_the_players_of_a_gan_step_alone(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/gan?data=ring8")
    button(page, "step_discriminator").click()
    expect(view(page)).to_have_attribute("data-step", "1")
    numbers_stand(page, "d_loss", "value")
    expect(page.get_by_test_id("term-g_loss")).to_have_text("–")
    before = page.get_by_test_id("term-d_loss").text_content() or ""

    button(page, "step_generator").click()
    expect(view(page)).to_have_attribute("data-step", "2")
    numbers_stand(page, "g_loss")
    expect(page.get_by_test_id("term-d_loss")).to_have_text(before)
    parts = [event["details"]["part"] for event in news(page)["events"]]
    assert parts == ["discriminator", "generator"]


def test_points_are_drawn_as_a_cloud(page: Page, server: Server) -> None:
    begin(page, f"{server.address}/gan?data=ring8&{LONG}")
    expect(page.get_by_test_id("cloud")).to_be_visible()
    numbers_stand(page, "value", "log_d_real", "log_d_fake", "d_loss", "g_loss")
    seen = page.get_by_test_id("cloud").evaluate(
        """canvas => {
          const { width, height } = canvas;
          const pixels = canvas.getContext("2d").getImageData(0, 0, width, height).data;
          let data = 0, generated = 0;
          for (let i = 0; i < pixels.length; i += 4) {
            if (pixels[i + 3] < 250) continue;
            if (pixels[i] < 20 && pixels[i + 2] > 150) data += 1;
            if (pixels[i] > 200 && pixels[i + 2] < 40) generated += 1;
          }
          return [data, generated];
        }"""
    )
    assert min(seen) > 50, "data blue and generated orange"
