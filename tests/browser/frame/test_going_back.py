"""Back, Forward, reload and the language, as a person meets them: a step is a page, a view or a run, never a knob."""

from __future__ import annotations

import re

import pytest
from browser.actions import button
from browser.pages import settled
from browser.served import Server
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def says(page: Page, **asked: str | None) -> None:
    """Waits until the address says this; None: nothing of that name."""
    page.wait_for_function(
        """asked => Object.entries(asked).every(
             ([name, text]) => new URLSearchParams(location.search).get(name) === text)""",
        arg=asked,
    )


def entries(page: Page) -> int:
    """How many pages Back and Forward lead through."""
    return page.evaluate("history.length")


def bar(page: Page, name: str) -> None:
    """A click on the bar of pages."""
    page.get_by_role("link", name=name, exact=True).first.click()
    settled(page)


def test_back_leads_through_the_views_with_what_was_set_in_them(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/latent")
    first = page.get_by_test_id("latent-slider-0")
    expect(first).to_be_visible(timeout=60_000)  # the shipped runs are unpacked
    settled(page)
    before = entries(page)
    for _ in range(3):
        first.press("ArrowRight")
    page.wait_for_function("() => new URLSearchParams(location.search).has('z')")
    z = page.evaluate("new URLSearchParams(location.search).get('z')")
    assert entries(page) == before
    views = page.locator(".st-key-view")
    views.get_by_text("Draw", exact=True).click()
    expect(page.get_by_test_id("draw-canvas")).to_be_visible()
    says(page, view="draw", z=None)
    views.get_by_text("Walks", exact=True).click()
    expect(page.get_by_test_id("walks")).to_be_visible()
    says(page, view="walks")
    settled(page)
    assert entries(page) == before + 2
    page.go_back(wait_until="commit")
    expect(page.get_by_test_id("draw-canvas")).to_be_visible()
    settled(page)
    page.go_back(wait_until="commit")
    expect(first).to_be_visible()
    says(page, view=None, z=z)
    settled(page)
    page.go_forward(wait_until="commit")
    expect(page.get_by_test_id("draw-canvas")).to_be_visible()
    says(page, view="draw")
    page.reload()
    expect(page.get_by_test_id("draw-canvas")).to_be_visible()


def test_another_run_is_a_step_and_back_shows_the_one_before(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/latent?run=vae-20")
    expect(page.get_by_test_id("latent-slider-19")).to_be_visible()
    settled(page)
    page.locator(".st-key-latent_run").click()
    page.get_by_role("option", name=re.compile("^vae-2 ")).click()
    says(page, run="vae-2")
    expect(page.get_by_test_id("latent-slider-19")).to_have_count(0)
    settled(page)
    page.go_back(wait_until="commit")
    says(page, run="vae-20")
    expect(page.get_by_test_id("latent-slider-19")).to_be_visible()


def test_a_knob_is_no_step(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/")
    settled(page)
    bar(page, "VAE")
    expect(page.locator(".st-key-beta")).to_be_visible()
    settled(page)
    before = entries(page)
    for key in ("beta", "latents", "steps"):
        page.locator(f".st-key-{key}").get_by_role("slider").press("ArrowRight")
        page.wait_for_function("name => new URLSearchParams(location.search).has(name)", arg=key)
        settled(page)
    assert entries(page) == before
    beta = page.evaluate("new URLSearchParams(location.search).get('beta')")
    bar(page, "GAN")
    expect(page.locator(".st-key-d_steps")).to_be_visible()
    says(page, beta=None, lang="en")
    settled(page)
    page.go_back(wait_until="commit")
    says(page, beta=beta)
    expect(page.locator(".st-key-beta")).to_contain_text(beta)
    settled(page)
    page.go_back(wait_until="commit")
    expect(page.get_by_role("heading", name="See generative models learn")).to_be_visible()


def test_back_from_a_run_that_was_just_begun_shows_what_was_there_before(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/vae?data=ring8&steps=100000&beta=0.075")
    expect(page.locator(".st-key-beta")).to_contain_text("0.075")
    settled(page)
    button(page, "start").click()
    page.wait_for_function("() => new URLSearchParams(location.search).has('run')")
    run = page.evaluate("new URLSearchParams(location.search).get('run')")
    settled(page)
    assert server.store.get(run).config["beta"] == 0.075
    page.go_back(wait_until="commit")
    says(page, run=None, beta="0.075", steps="100000")
    expect(button(page, "start")).to_be_enabled()
    settled(page)
    page.go_forward(wait_until="commit")
    says(page, run=run)
    expect(button(page, "stop")).to_be_enabled()


def test_the_language_is_kept(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/vae")
    chosen = page.locator(".st-key-language_control button", has_text="中文")
    chosen.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("变分自编码器")
    bar(page, "GAN")
    expect(page.get_by_role("heading", level=1)).to_have_text("生成对抗网络")
    expect(chosen).to_have_attribute("aria-checked", "true")
    says(page, lang="zh")
    page.go_back(wait_until="commit")
    expect(page.get_by_role("heading", level=1)).to_have_text("变分自编码器")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("变分自编码器")
    other = page.context.new_page()
    other.goto(f"{server.address}/gan")
    expect(other.get_by_role("heading", level=1)).to_have_text("生成对抗网络")
    other.goto(f"{server.address}/gan?lang=en")
    expect(other.get_by_role("heading", level=1)).to_have_text("Generative adversarial network")
    other.close()


@pytest.mark.parametrize("path", ["nonsense", "a/b", "%E4%B8%AD%E6%96%87", "xlatent"])
def test_an_unknown_address_is_answered_in_the_visitors_language(page: Page, server: Server, path: str) -> None:
    page.goto(f"{server.address}/{path}?lang=zh")
    expect(page.get_by_role("heading", level=1)).to_have_text("这里没有页面")
    settled(page)
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_test_id("stMain").get_by_role("link", name="VAE").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("变分自编码器")
    page.go_back(wait_until="commit")
    expect(page.get_by_role("heading", level=1)).to_have_text("这里没有页面")


@pytest.mark.parametrize("family", ["gan", "vae", "ae"])
def test_points_on_a_line_play(page: Page, server: Server, family: str) -> None:
    page.goto(f"{server.address}/playground?data=two_gaussians_1d&family={family}&steps=60&hidden=16")
    canvas = page.get_by_test_id("playground")
    expect(page.locator(".gl-words")).to_have_text("Ready: press Start")
    colours = """canvas => {
      const { width, height } = canvas;
      const rows = canvas.getContext("2d").getImageData(0, 0, width, height * 0.6).data;
      return new Set(new Uint32Array(rows.buffer)).size; }"""
    page.wait_for_function(f"canvas => ({colours})(canvas) > 2", arg=canvas.element_handle())  # the densities' curves
    button(page, "start").click()
    expect(page.locator(".gl-play")).to_have_attribute("data-state", "finished")
    expect(canvas).to_have_attribute("data-step", "60")
    expect(page.get_by_test_id("number-js")).to_have_text(re.compile("nats"))
