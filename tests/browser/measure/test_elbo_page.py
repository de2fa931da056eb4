"""Inside the ELBO, as a person meets it: drags, sliders, buttons, the climb, the address."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from browser.conftest import NewPage
from browser.served import Server
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser


def open_view(page: Page, server: Server, query: str = "") -> Locator:
    page.goto(f"{server.address}/divergences?view=elbo{query}")
    view = page.get_by_test_id("elbo")
    expect(view.get_by_test_id("elbo-picture")).to_be_visible()
    page.wait_for_function("document.querySelector('[data-testid=bar-log_px]')?.getBBox().width > 0")
    return view


def terms(page: Page) -> dict[str, Any]:
    return json.loads(page.get_by_test_id("elbo").get_attribute("data-terms") or "")


def shown(page: Page, key: str) -> float:
    return float((page.get_by_test_id(f"term-{key}").first.text_content() or "").replace("−", "-"))


def length(page: Page, key: str) -> float:
    return page.get_by_test_id(f"bar-{key}").evaluate("bar => bar.width.baseVal.value")


def drag(page: Page, name: str, start: tuple[float, float], way: tuple[float, float], steps: int = 5) -> list[Any]:
    """Drags inside an element, from a place given by its shares of width and height; the terms at each move."""
    box = page.get_by_test_id(name).bounding_box()
    assert box
    x, y = box["x"] + box["width"] * start[0], box["y"] + box["height"] * start[1]
    page.mouse.move(x, y)
    page.mouse.down()
    seen = []
    for step in range(1, steps + 1):
        page.mouse.move(x + way[0] * step / steps, y + way[1] * step / steps)
        seen.append(terms(page))
    page.mouse.up()
    return seen


def test_what_is_dragged_moves_and_the_bars_always_add_up(page: Page, server: Server) -> None:
    open_view(page, server)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    before = terms(page)
    whole = length(page, "log_px")
    moved = drag(page, "elbo-drag-q", (0.5, 0.9), (60, 0))
    assert len({now["elbo"] for now in moved}) == 5
    for now in moved:
        assert now["log_px"] == before["log_px"]
        assert abs(now["log_px"] - now["elbo"] - now["kl_posterior"]) < 1e-9
        assert abs(now["elbo"] - now["reconstruction"] + now["kl_prior"]) < 1e-9
        chain = now["chain"]
        assert now["elbo"] <= chain["5"] <= chain["50"] <= now["log_px"] + 1e-7
    assert length(page, "log_px") == whole
    assert length(page, "elbo") + length(page, "kl_posterior") == pytest.approx(whole, abs=0.01)
    for key in ("log_px", "elbo", "kl_posterior", "reconstruction", "kl_prior"):
        assert shown(page, key) == pytest.approx(terms(page)[key], abs=6e-4)

    up = drag(page, "elbo-drag-x", (0.3, 0.5), (0, -15))
    assert len({now["log_px"] for now in up}) == 5
    expect(page.get_by_test_id("elbo-x")).not_to_have_value("2")
    assert requests == []


def test_the_width_has_a_handle_of_its_own(page: Page, server: Server) -> None:
    view = open_view(page, server, "&mu=0&sigma=1")
    edge = view.locator(".gl-lg-edge").bounding_box()
    assert edge
    page.mouse.move(edge["x"] + edge["width"] / 2, edge["y"] + edge["height"] / 2)
    page.mouse.down()
    page.mouse.move(edge["x"] + 50, edge["y"])
    page.mouse.up()
    expect(page.get_by_test_id("elbo-mu")).to_have_value("0")
    assert float(page.get_by_test_id("elbo-sigma").input_value()) > 1.3


def test_the_buttons_close_the_gap_or_leave_the_prior(page: Page, server: Server) -> None:
    open_view(page, server)
    page.get_by_test_id("elbo-toPrior").click()
    assert terms(page)["kl_prior"] == 0
    assert terms(page)["kl_posterior"] > 1
    page.get_by_test_id("elbo-toPosterior").click()
    assert terms(page)["kl_posterior"] < 1e-10
    assert shown(page, "kl_posterior") == 0
    expect(page.get_by_test_id("elbo-sentence")).to_contain_text("closed")
    assert length(page, "kl_posterior") < 0.01
    assert length(page, "elbo") == pytest.approx(length(page, "log_px"), abs=0.01)


def test_the_climb_moves_on_its_own_until_the_gap_is_closed(page: Page, server: Server) -> None:
    view = open_view(page, server, "&mu=-3&sigma=2")
    button = page.get_by_test_id("elbo-climb")
    start = terms(page)
    button.click()
    expect(button).to_have_text("Stop")
    page.wait_for_function(
        "gap => JSON.parse(document.querySelector('[data-testid=elbo]').dataset.terms).kl_posterior < gap / 2",
        arg=start["kl_posterior"],
    )
    expect(button).to_have_text("Climb the ELBO")
    assert terms(page)["kl_posterior"] < 5e-5
    assert terms(page)["log_px"] == start["log_px"]

    page.get_by_test_id("elbo-toPrior").click()
    button.click()
    slider = page.get_by_test_id("elbo-mu")
    slider.focus()
    slider.press("ArrowLeft")  # a hand on q ends the climb
    expect(button).to_have_text("Climb the ELBO")
    expect(view.get_by_test_id("elbo-sentence")).not_to_contain_text("closed")


@pytest.mark.parametrize("name", ["usual", "sharp", "ignored", "surprising"])
def test_every_situation_can_be_closed(page: Page, server: Server, name: str) -> None:
    view = open_view(page, server)
    page.get_by_test_id("elbo-situation").select_option(name)
    # Nothing vanishes from the bars on the way, and each part's name stands at its part
    for key in ("log_px", "elbo", "reconstruction"):
        assert length(page, key) > 5, key
    gap = view.get_by_test_id("bar-kl_posterior").bounding_box()
    label = view.get_by_text("+ gap").bounding_box()
    assert gap
    assert label
    assert label["x"] + label["width"] >= gap["x"]
    assert abs(label["x"] - gap["x"]) < 160
    page.get_by_test_id("elbo-toPosterior").click()
    assert shown(page, "kl_posterior") == 0
    expect(page.get_by_test_id("elbo-sentence")).to_contain_text("closed")
    centre = view.locator(".gl-lg-handle").first.bounding_box()
    picture = view.get_by_test_id("elbo-picture").bounding_box()
    assert centre
    assert picture
    assert picture["x"] < centre["x"] < picture["x"] + picture["width"]


@pytest.mark.parametrize("query", ["&x=4&w=0.2&s=0.2", "&x=-4&w=0.2&s=0.2", "&x=4&w=2&s=0.2", "&x=4&w=-2&s=2"])
def test_the_posterior_is_within_reach_at_the_sliders_ends(page: Page, server: Server, query: str) -> None:
    open_view(page, server, query)
    page.get_by_test_id("elbo-toPosterior").click()
    assert shown(page, "kl_posterior") == 0


def test_no_number_of_the_axis_is_cut_off(page: Page, server: Server) -> None:
    view = open_view(page, server, "&x=4&w=0.5&s=0.4")
    bars = view.get_by_test_id("elbo-bars").bounding_box()
    assert bars
    for number in view.get_by_test_id("elbo-bars").locator(".gl-lg-axes text").all():
        box = number.bounding_box()
        assert box
        assert box["x"] >= bars["x"] - 0.5
        assert box["x"] + box["width"] <= bars["x"] + bars["width"] + 0.5


def test_without_motion_the_climb_is_there_at_once(new_page: NewPage, server: Server) -> None:
    page = new_page(reduced_motion="reduce")
    open_view(page, server)
    page.get_by_test_id("elbo-climb").click()
    assert terms(page)["kl_posterior"] < 1e-10


def test_the_state_is_in_the_address_beside_what_others_keep_there(page: Page, server: Server) -> None:
    open_view(page, server, "&lang=zh&x=1.5&w=-1")
    page.get_by_test_id("elbo-situation").select_option("sharp")
    page.get_by_test_id("elbo-sigma").fill("0.3")
    page.wait_for_url(re.compile(r"sigma=0\.3"))
    assert "view=elbo" in page.url
    assert "lang=zh" in page.url
    assert "w=1.5" in page.url
    before = terms(page)
    page.reload()
    expect(page.get_by_test_id("elbo-sigma")).to_have_value("0.3")
    assert terms(page) == before
    expect(page.get_by_test_id("elbo-situation")).to_have_value("sharp")


def test_the_state_outlives_another_language_and_another_view(page: Page, server: Server) -> None:
    open_view(page, server)
    page.get_by_test_id("elbo-sigma").fill("0.3")
    page.get_by_text("中文").click()
    page.wait_for_url(re.compile(r"lang=zh.*sigma=0\.3"))
    expect(page.get_by_test_id("elbo-sigma")).to_have_value("0.3")
    page.get_by_text("English").click()
    page.wait_for_url(re.compile(r"lang=en.*sigma=0\.3"))
    page.get_by_text("Two densities").click()
    expect(page.get_by_test_id("elbo")).to_have_count(0)
    page.get_by_text("Inside the ELBO").click()
    expect(page.get_by_test_id("elbo-sigma")).to_have_value("0.3")
    page.wait_for_url(re.compile(r"sigma=0\.3"))


@pytest.mark.parametrize("query", ["&x=99&sigma=0&mu=nan", "&x=&w=abc&s=-1", "&sigma=1e9&x=Infinity"])
def test_wrong_values_in_the_address_are_ignored(page: Page, server: Server, query: str) -> None:
    open_view(page, server, query)
    expect(page.get_by_test_id("elbo-x")).to_have_value("2")
    expect(page.get_by_test_id("elbo-sigma")).to_have_value("0.7")


def test_a_gap_that_is_off_the_axis_says_so(page: Page, server: Server) -> None:
    view = open_view(page, server, "&mu=-4&sigma=0.05&s=0.2")
    expect(view.locator(".gl-lg-beyond")).to_contain_text("further left")
    assert length(page, "kl_posterior") == pytest.approx(length(page, "log_px"), abs=0.01)
    expect(view.get_by_test_id("iwae-5")).to_be_hidden()


def test_a_phone_shows_it_in_one_column(new_page: NewPage, server: Server) -> None:
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    view = open_view(page, server)
    picture, bars = (view.get_by_test_id(name).bounding_box() for name in ("elbo-picture", "elbo-bars"))
    assert picture
    assert bars
    assert bars["y"] > picture["y"] + picture["height"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert max(picture["x"] + picture["width"], bars["x"] + bars["width"]) <= 390
