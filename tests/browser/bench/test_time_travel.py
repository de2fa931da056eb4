"""A run watched: back in time while it trains, zoomed, by two people, with a hand on its latent space."""

from __future__ import annotations

import pytest
from browser.actions import LONG, begin, button, colours, curve, ink, number, numbers_stand, rises, state, step, view
from browser.served import Server
from playwright.sync_api import Page, Request, expect

pytestmark = pytest.mark.browser


def test_back_to_the_first_frame_while_training_goes_on(page: Page, server: Server) -> None:
    begin(page, f"{server.address}/vae?{LONG}")
    samples = page.get_by_test_id("samples")
    expect(samples).to_be_visible()
    rises(page, 150)
    page.wait_for_function("document.querySelector('[data-testid=time-slider]').dataset.moments >= 3")
    numbers_stand(page, "negative_elbo", "kl")
    now, loss = ink(samples), number(page, "negative_elbo")

    slider = page.get_by_test_id("time-slider")
    slider.press("Home")
    expect(page.locator(".gl-moment")).to_have_text("step 0")
    expect(page.locator(".gl-words")).to_contain_text("Step 0 is shown")
    expect(page.get_by_test_id("term-negative_elbo")).to_have_text("–")  # the untrained model has no numbers yet
    page.wait_for_function("now => document.querySelector('[data-testid=samples]').toDataURL() !== now", arg=now)
    early = ink(samples)

    rises(page, step(page) + 50)
    state(page, "running")
    assert ink(samples) == early
    expect(page.get_by_test_id("term-negative_elbo")).to_have_text("–")

    slider.press("ArrowRight")
    numbers_stand(page, "negative_elbo")
    early_loss = number(page, "negative_elbo")
    assert early_loss > loss
    slider.press("End")
    expect(page.locator(".gl-moment")).to_have_text("live")
    expect(page.locator(".gl-words")).not_to_contain_text("is shown")
    assert number(page, "negative_elbo") < early_loss


def test_what_was_recorded_plays_again_and_can_be_stopped(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/vae")  # a shipped run
    samples, moment = page.get_by_test_id("samples"), page.locator(".gl-moment")
    replay, slider = page.get_by_test_id("replay"), page.get_by_test_id("time-slider")
    expect(samples).to_be_visible()
    expect(replay).to_be_enabled()
    last, end = ink(samples), moment.text_content()
    # Every moment that is shown, however short.
    moment.evaluate(
        """(moment) => {
          window.shown = [];
          new MutationObserver(() => window.shown.push(moment.textContent)).observe(moment, { childList: true });
        }"""
    )
    replay.click()
    expect(replay).to_have_attribute("aria-pressed", "true")
    page.wait_for_function("new Set(window.shown).size >= 3")
    assert page.evaluate("window.shown[0]") == "step 0"
    replay.click()
    expect(replay).to_have_attribute("aria-pressed", "false")
    held = moment.text_content()
    assert held != end
    replay.click()  # goes on from there, to the end
    expect(replay).to_have_attribute("aria-pressed", "false", timeout=40_000)
    expect(moment).to_have_text(end or "")
    page.wait_for_function("last => document.querySelector('[data-testid=samples]').toDataURL() === last", arg=last)
    replay.click()
    slider.press("End")  # a hand on the slider ends it
    expect(replay).to_have_attribute("aria-pressed", "false")
    expect(moment).to_have_text(end or "")


def test_the_moment_stands_in_one_line_beside_the_slider(page: Page, server: Server) -> None:
    for address, words in (("gan?lang=zh", "第 15,000 步"), ("gan?lang=en", "step 15,000")):
        page.goto(f"{server.address}/{address}")
        moment = page.locator(".gl-moment")
        expect(moment).to_have_text(words)
        high, letter = moment.evaluate("node => [node.offsetHeight, parseFloat(getComputedStyle(node).fontSize)]")
        assert high < 2 * letter
        # The plots below still end where the slider's way does.
        expect(page.get_by_test_id("curves-value").locator(".nsewdrag").first).to_be_attached()
        edges = """() => [".gl-time", "[data-testid=curves-value] .nsewdrag"].map((name) =>
          document.querySelector(name).getBoundingClientRect().right)"""
        slider, plot = page.evaluate(edges)
        assert slider - 8 == pytest.approx(plot, abs=2)


def test_a_zoom_stays_while_new_points_come(page: Page, server: Server) -> None:
    begin(page, f"{server.address}/vae?data=ring8&{LONG}")
    rises(page, 100)
    plot = page.get_by_test_id("curves-loss").locator(".nsewdrag").first
    page.get_by_test_id("curves-loss").scroll_into_view_if_needed()  # Plotly replaces what is inside at each point
    box = plot.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.3 * box["width"], middle)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.7 * box["width"], middle, steps=8)
    page.mouse.up()
    ranges = "document.querySelector('[data-testid=curves-loss]')._fullLayout.xaxis.range"
    page.wait_for_function(f"{ranges}[0] > 0")
    chosen, before = page.evaluate(ranges), max(curve(page, "loss"))
    longest = "Math.max(...document.querySelector('[data-testid=curves-loss]').data.map((curve) => curve.x.length))"
    page.wait_for_function(f"before => {longest} > before", arg=before)
    assert page.evaluate(ranges) == chosen


def test_two_tabs_watch_one_run(page: Page, server: Server) -> None:
    begin(page, f"{server.address}/vae?data=ring8&{LONG}")
    other = page.context.new_page()
    other.goto(page.evaluate("location.href"))
    state(other, "running")
    rises(other, step(page))
    # The same browser, so the same person: the other tab may steer.
    button(other, "pause").click()
    state(other, "paused")
    page.bring_to_front()
    state(page, "paused")
    expect(button(page, "start")).to_be_enabled()


def test_a_hand_on_the_latent_space_asks_nobody(page: Page, server: Server) -> None:
    begin(page, f"{server.address}/vae?{LONG}")
    image = page.get_by_test_id("latent-image")
    expect(image).to_be_visible(timeout=30_000)
    button(page, "pause").click()
    state(page, "paused")
    slider = page.get_by_test_id("latent-slider-0")
    slider.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('[data-testid=latent-values]').textContent.includes('0.00')")
    # The weights of the very step of the pause are there: there is nothing left to fetch.
    page.wait_for_function(
        "document.querySelector('.gl-latent-body').dataset.step === document.querySelector('.gl-run').dataset.step"
    )

    asked: list[str] = []

    def asks(request: Request) -> None:
        # The view looks for news of the run on its own account.
        if "/lab/runs/" not in request.url or "/nets/" in request.url:
            asked.append(request.url)

    page.on("request", asks)
    page.on("websocket", lambda socket: asked.append(socket.url))
    before = ink(image)
    slider.focus()
    for _ in range(30):
        slider.press("ArrowRight")
    expect(page.get_by_test_id("latent-values")).to_contain_text("0.30")
    page.wait_for_function(
        "before => document.querySelector('[data-testid=latent-image]').toDataURL() !== before", arg=before
    )
    assert colours(image) > 10
    assert asked == []
    expect(view(page)).to_have_attribute("data-state", "paused")
