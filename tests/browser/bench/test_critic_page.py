"""The critic of a shipped run, as a person starts it; the charts below it; the address."""

from __future__ import annotations

import math
import re

import pytest
from browser.conftest import NewPage
from browser.served import Server
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

PATIENCE = 90_000  # a worker starts and torch is imported, on a busy machine
BOUND = "Number(document.querySelector('[data-testid=critic]')?.dataset.bound)"
DRAWN = """name => {
  const canvas = document.querySelector(`[data-testid=${name}]`);
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.some((value, i) => i % 4 < 3 && value > 200);
}"""


def open_view(page: Page, server: Server, query: str = "") -> None:
    page.goto(f"{server.address}/divergences?view=images{query}")
    expect(page.get_by_test_id("critic")).to_be_visible(timeout=PATIENCE)


def test_a_critic_learns_and_its_bound_rises_above_the_floor(own_server: Server, page: Page, new_page: NewPage) -> None:
    open_view(page, own_server, "&run=vae-20")
    for name in ("critic-data", "critic-samples"):
        page.wait_for_function(DRAWN, arg=name, timeout=PATIENCE)
    expect(page.get_by_test_id("critic-number")).to_have_text("JS ≥ –")
    expect(page.get_by_test_id("critic-floor")).to_be_hidden()
    page.get_by_test_id("critic-start").click()
    expect(page.get_by_test_id("critic-start")).to_be_disabled()
    page.wait_for_function(f"{BOUND} > 0.3", timeout=PATIENCE)
    shown = re.fullmatch(r"JS ≥ (\d\.\d{3}) ± (\d\.\d{3}) nats", page.get_by_test_id("critic-number").inner_text())
    assert shown
    bound, error = map(float, shown.groups())
    assert 0.3 < bound < math.log(2)
    assert 0 < error < 0.05
    expect(page.get_by_test_id("critic-floor")).to_be_visible()
    top = page.get_by_test_id("critic-floor").evaluate("band => band.getBBox().y")
    line = page.get_by_test_id("critic-line").evaluate("line => line.getBBox().y")
    assert line < top  # the bound stands above the noise

    # Another visitor sees the same critic at its work; who leaves and comes back does too.
    other = new_page()
    open_view(other, own_server, "&run=vae-20&lang=zh")
    other.wait_for_function(f"{BOUND} > 0.3", timeout=PATIENCE)
    page.reload()
    page.wait_for_function(f"{BOUND} > 0.3", timeout=PATIENCE)

    # Meanwhile another run's critic waits, and says so.
    open_view(other, own_server, "&run=gan&lang=en")
    other.get_by_test_id("critic-start").click()
    expect(other.get_by_test_id("critic-status")).to_have_text(re.compile(r"1|Step|starts"), timeout=PATIENCE)

    # Who has asked for it may give it up; then it can be asked for again.
    expect(page.get_by_test_id("critic-cancel")).to_be_hidden(timeout=PATIENCE)  # the first one is done
    other.get_by_test_id("critic-cancel").click()
    expect(other.get_by_test_id("critic-status")).to_contain_text("Cancelled")
    expect(other.get_by_test_id("critic-cancel")).to_be_hidden()
    expect(other.get_by_test_id("critic-start")).to_be_enabled()


def test_an_encoder_has_charts_and_a_gan_has_only_the_bound(page: Page, server: Server) -> None:
    open_view(page, server, "&run=vae-2")
    expect(page.locator(".js-plotly-plot")).to_have_count(4, timeout=PATIENCE)
    open_view(page, server, "&run=gan")
    expect(page.get_by_text("Only this bound")).to_be_visible()
    expect(page.locator(".js-plotly-plot")).to_have_count(0)


def test_a_phone_shows_it_in_one_column(new_page: NewPage, server: Server) -> None:
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    open_view(page, server, "&run=gan")
    chart, picture = (page.get_by_test_id(name).bounding_box() for name in ("critic-chart", "critic-data"))
    assert chart
    assert picture
    assert chart["y"] + chart["height"] < picture["y"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
