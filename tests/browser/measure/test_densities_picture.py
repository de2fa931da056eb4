"""What the picture of two densities tells beside its numbers, on every screen."""

from __future__ import annotations

import math
import re
from itertools import pairwise

import pytest
from browser.actions import ink
from browser.conftest import NewPage
from browser.measure.density_cases import Visit, becomes, comes_to, drag, drawn, middle, of_address, says, value
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_sliding_apart_leaves_js_flat_and_w1_rising(visit: Visit) -> None:
    page = visit("preset=sliding")
    slider = page.get_by_test_id("slide-distance")
    read = []
    for distance in ("0", "1", "8", "12"):
        slider.fill(distance)
        becomes(page, "w1", float(distance))
        read.append({key: value(page, key) for key in ("js", "kl_pq")})
        assert read[-1]["kl_pq"] == pytest.approx(float(distance) ** 2 / (2 * 0.6**2), abs=1e-6)
    steps = [after["js"] - before["js"] for before, after in pairwise(read)]
    assert steps[0] > 0.1
    assert steps[1] > 0.1
    assert abs(steps[2]) < 1e-9
    assert read[-1]["js"] == pytest.approx(math.log(2), abs=1e-9)
    says(page, "preset=sliding&q=7,0.6,1")
    play = page.get_by_test_id("slide-play")
    play.click()
    becomes(page, "w1", 13)


def test_the_sliding_panel_stays_until_something_else_is_chosen(visit: Visit, new_page: NewPage) -> None:
    page = visit("preset=sliding")
    panel = page.get_by_test_id("slide-distance")
    drag(page, "peak-p-0", right=-30)
    drag(page, "flank-p-0", right=-10)
    drag(page, "peak-q-0", right=-250)  # past p
    says(page, "preset=sliding&p=.*&q=")
    (p_mean, *_), (q_mean, *_) = of_address(page, "p")[0], of_address(page, "q")[0]
    assert q_mean < p_mean
    expect(panel).to_be_visible()
    assert float(panel.input_value()) == pytest.approx(p_mean - q_mean, abs=0.05)
    panel.fill("1")
    becomes(page, "w1", 1, within=0.1)
    other = new_page()
    other.goto(page.url)
    drawn(other)
    expect(other.get_by_test_id("slide-distance")).to_be_visible()
    page.get_by_test_id("add-p").click()
    expect(panel).to_be_hidden()


def test_equal_densities_are_taken_apart_by_the_one_on_top(visit: Visit) -> None:
    page = visit("preset=equal")
    before = middle(page.get_by_test_id("peak-p-1"))
    drag(page, "peak-q-1", right=60)
    says(page, "q=")
    assert middle(page.get_by_test_id("peak-p-1")) == pytest.approx(before, abs=1)
    assert of_address(page, "p")[1][0] == 2.5
    assert of_address(page, "q")[1][0] > 3


def test_a_drag_keeps_to_one_direction_and_says_what_it_sets(visit: Visit) -> None:
    page = visit("p=-3,0.7,0.3;1,0.7,0.3;4,0.7,0.4")
    told = page.locator(".gl-dn-told")
    x, y = middle(page.get_by_test_id("peak-p-1"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 40, y - 30, steps=8)
    expect(told).to_have_text(re.compile("^mean −?0[.][0-9]+ · width 0.70 · weight 0.30$"))
    page.mouse.up()
    page.wait_for_function("new URLSearchParams(location.search).get('p').split(';')[1].split(',')[0] < 0.9")
    assert [part[2] for part in of_address(page, "p")] == [0.3, 0.3, 0.4]
    mean = of_address(page, "p")[1][0]
    drag(page, "peak-p-1", right=8, up=50)
    page.wait_for_function("new URLSearchParams(location.search).get('p').split(';')[1].split(',')[2] > 0.35")
    assert of_address(page, "p")[1][0] == mean


def test_the_focus_stays_in_the_picture_when_a_component_goes(visit: Visit) -> None:
    page = visit()
    page.get_by_test_id("peak-p-1").focus()
    page.keyboard.press("Delete")
    expect(page.get_by_test_id("peak-p-0")).to_be_focused()
    page.get_by_test_id("add-q").click()
    page.get_by_test_id("peak-q-1").hover()
    page.mouse.down()
    page.keyboard.press("Delete")
    expect(page.get_by_test_id("peak-q-0")).to_be_focused()
    page.mouse.move(400, 400)
    page.mouse.up()
    expect(page.get_by_test_id("peak-q-1")).to_have_count(0)


def test_p_and_q_change_places(visit: Visit) -> None:
    page = visit("preset=asymmetric")
    before = value(page, "kl_pq"), value(page, "kl_qp")
    page.get_by_test_id("swap").click()
    becomes(page, "kl_pq", before[1])
    becomes(page, "kl_qp", before[0])


def test_a_copied_link_keeps_the_place_of_d(visit: Visit, new_page: NewPage) -> None:
    page = visit()
    box = page.locator(".gl-dn-stage").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.52, box["y"] + box["height"] - 30)
    page.wait_for_function("Number(document.querySelector('[data-testid=number-d_star]').dataset.value) < 0.45")
    page.get_by_test_id("copy-link").click()
    says(page, "at=")
    other = new_page()
    other.goto(page.url)
    drawn(other)
    assert value(other, "d_star") == pytest.approx(value(page, "d_star"), abs=1e-4)
    page.mouse.move(box["x"] + 60, box["y"] + box["height"] - 30)
    expect(page.get_by_test_id("number-d_star")).to_have_text("> 0.9999")  # no density is 0: it is never 1


def test_q_moves_by_itself_once_and_is_back(new_page: NewPage, visit: Visit) -> None:
    watch = """
        window.farthest = window.frames_seen = 0;
        (function look() {
          const number = document.querySelector("[data-testid=number-w1]");
          if (number?.dataset.value) window.farthest = Math.max(window.farthest, Math.abs(number.dataset.value - 3));
          if (number?.dataset.value) window.frames_seen += 1;
          requestAnimationFrame(look);
        })();"""
    page = new_page()
    page.add_init_script(watch)
    visit(page=page)
    page.wait_for_function("window.farthest > 0.2")
    becomes(page, "w1", 3)
    took = page.evaluate("window.frames_seen")
    assert page.evaluate("location.search") == "?lang=en"
    expect(page.locator(".gl-dn-hinting")).to_be_visible()
    drag(page, "peak-q-0", right=30)
    expect(page.locator(".gl-dn-hinting")).to_have_count(0)
    page.goto(page.url.split("?")[0])
    drawn(page)
    expect(page.locator(".gl-dn-hinting")).to_have_count(0)  # this browser has dragged before
    still = new_page(reduced_motion="reduce")
    still.add_init_script(watch)
    visit(page=still)
    still.wait_for_function("took => window.frames_seen > took", arg=took)
    assert still.evaluate("window.farthest") < 1e-9


def test_what_lies_outside_the_picture_is_told(visit: Visit) -> None:
    page = visit("p=0,1,1&q=-8,10,1&number=kl_qp")
    outside = ink(page.get_by_test_id("densities"))
    assert value(page, "kl_qp") == pytest.approx(math.log(1 / 10) + (100 + 64) / 2 - 0.5, abs=1e-6)  # an old, wide link
    drag(page, "flank-q-0", right=-1)
    comes_to(page, "q", [-8, 9.97, 1])
    drag(page, "flank-q-0", right=-2000)
    page.get_by_test_id("flank-q-0").focus()
    for _ in range(90):
        page.keyboard.press("Shift+ArrowRight")
    comes_to(page, "q", [-8, 3, 1])  # as wide as a hand can make it
    assert ink(page.get_by_test_id("densities")) != outside


@pytest.mark.parametrize("width", [640, 700, 900])
def test_both_switches_are_whole_on_a_tablet(new_page: NewPage, visit: Visit, width: int) -> None:
    page = visit(page=new_page(viewport={"width": width, "height": 900}))
    for key in ("language", "view"):
        for option in page.locator(f".st-key-{key} button").all():
            box = option.bounding_box()
            assert box
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
            assert option.evaluate("node => node.scrollWidth <= node.clientWidth + 1")


def test_a_tall_screen_has_a_taller_picture_and_nothing_scrolls(new_page: NewPage, visit: Visit) -> None:
    heights = []
    for width, height in ((1180, 760), (1440, 1000)):
        page = visit(page=new_page(viewport={"width": width, "height": height}))
        heights.append(page.locator(".gl-dn-stage").evaluate("node => node.clientHeight"))
        foot = page.get_by_test_id("fit-kl_pq").bounding_box()
        assert foot
        assert foot["y"] + foot["height"] <= height
    assert heights[1] > heights[0] + 150
