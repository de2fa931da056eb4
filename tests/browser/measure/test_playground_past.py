"""The playground looking back, forking, with other knobs, data, seeds and families."""

from __future__ import annotations

import re

import pytest
from browser.actions import button, colours, ink
from browser.conftest import NewPage
from browser.measure.playground_cases import (
    SMALL,
    at_rest,
    changes,
    enter,
    pause,
    reaches,
    run_in_address,
    stage,
    start,
)
from browser.pages import settled
from browser.served import Server
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_back_in_time_and_a_fork_from_there(page: Page, server: Server) -> None:
    canvas = enter(page, server, f"steps=50&{SMALL}")
    run = start(page)
    expect(stage(page)).to_have_attribute("data-state", "finished", timeout=60_000)
    at_rest(page)
    last, slider = ink(canvas), page.get_by_test_id("time-slider")
    slider.press("Home")
    changes(page, "playground", last)
    expect(canvas).to_have_attribute("data-step", "0")
    expect(page.get_by_test_id("number-js")).not_to_have_text(re.compile(r"nats"))
    slider.press("End")
    expect(canvas).to_have_attribute("data-step", "50")
    for _ in range(15):
        slider.press("ArrowLeft")
    seen = int(canvas.get_attribute("data-step") or -1)
    kept = max(step for step in server.store.checkpoint_steps(run) if step <= seen)
    fork = page.get_by_test_id("fork")
    expect(fork).to_have_text(f"Fork from step {kept}")
    fork.click()
    page.wait_for_function("run => new URLSearchParams(location.search).get('run') !== run", arg=run)
    child = server.store.get(run_in_address(page))
    assert (child.parent_id, child.step, child.state) == (run, kept, "paused")
    expect(canvas).to_have_attribute("data-step", str(kept))
    expect(page.get_by_test_id("about")).to_contain_text(f"at step {kept}")
    # The parent's curve stands behind the fork's own.
    page.wait_for_function("document.querySelector('[data-testid=curves-js]').data.some((one) => one.opacity < 1)")
    settled(page)
    page.go_back()
    page.wait_for_function("run => new URLSearchParams(location.search).get('run') === run", arg=run)
    expect(canvas).to_have_attribute("data-step", "50")


def test_who_acts_while_looking_back_is_taken_to_the_present(page: Page, server: Server) -> None:
    canvas = enter(page, server, f"steps=100000&{SMALL}")
    start(page)
    page.wait_for_function("document.querySelector('[data-testid=time-slider]').dataset.moments >= 4")
    pause(page)
    page.get_by_test_id("time-slider").press("Home")
    expect(canvas).to_have_attribute("data-step", "0")
    button(page, "step").click()
    at_rest(page)
    assert int(canvas.get_attribute("data-step") or 0) > 1


def test_a_knob_of_the_nets_makes_a_new_model_and_keeps_the_run(page: Page, server: Server) -> None:
    enter(page, server, SMALL)
    run = start(page)
    page.locator(".st-key-latents button", has_text="1").click()
    expect(stage(page).locator(".gl-words")).to_have_text("Ready: press Start")
    expect(page.get_by_test_id("stToast")).to_contain_text("rests under Runs")
    assert server.store.get(run).state == "paused"
    assert page.evaluate("new URLSearchParams(location.search).get('hidden')") == "16"
    page.go_back()
    page.wait_for_function("run => new URLSearchParams(location.search).get('run') === run", arg=run)
    expect(stage(page)).to_have_attribute("data-state", "paused")


def test_a_drawn_data_set(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/playground?data=draw&{SMALL}")
    canvas = page.get_by_test_id("playground-draw")
    box = canvas.bounding_box()
    assert box is not None
    expect(page.get_by_test_id("draw-use")).to_be_disabled()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 150, box["y"] + 150, steps=30)
    page.mouse.up()
    assert colours(canvas) > 1
    page.get_by_test_id("draw-clear").click()
    expect(page.get_by_test_id("draw-use")).to_be_disabled()
    page.mouse.click(box["x"] + 40, box["y"] + 60)
    page.mouse.click(box["x"] + 120, box["y"] + 60)
    page.get_by_test_id("draw-use").click()
    expect(page.get_by_test_id("playground")).to_be_visible()
    run = start(page)
    data = server.store.get(run).data
    assert data.startswith("drawn-")
    assert len(data) == len("drawn-") + 6  # four bytes in base 64
    pause(page)
    page.reload()
    expect(stage(page)).to_have_attribute("data-state", "paused")
    assert run_in_address(page) == run


def test_eight_seeds_side_by_side(page: Page, server: Server) -> None:
    enter(page, server, f"steps=100000&{SMALL}&data=two_gaussians")
    button(page, "eight").click()
    chart = page.get_by_test_id("fan-chart")
    expect(chart).to_have_attribute("data-curves", "8", timeout=60_000)
    clouds = [page.get_by_test_id(f"cloud-{seed}") for seed in range(8)]
    assert len({ink(cloud.locator("canvas")) for cloud in clouds}) == 8
    ids = page.evaluate("new URLSearchParams(location.search).get('fan').split(',')")
    runs = [server.store.get(run) for run in ids]
    assert [run.seed for run in runs] == list(range(8))
    assert len({str(run.config) for run in runs}) == 1
    clouds[3].click()
    assert run_in_address(page) == ids[3]
    expect(page.get_by_test_id("playground")).to_be_visible()
    page.get_by_test_id("to-fan").click()
    expect(chart).to_be_visible()
    button(page, "stop_all").click()
    expect(clouds[7]).to_have_attribute("data-state", "finished")
    assert {server.store.get(run).state for run in ids} == {"finished"}


@pytest.mark.parametrize("family", ["vae", "ae"])
def test_the_other_models_on_the_same_points(page: Page, server: Server, family: str) -> None:
    canvas = enter(page, server, f"family={family}&{SMALL}")
    button(page, "step").click()
    run = run_in_address(page)
    reaches(page, 1)
    at_rest(page)
    assert server.store.get(run).family == family
    assert page.get_by_test_id("layer-field").count() == 0
    before = ink(canvas)
    page.get_by_test_id("layer-reconstructions").click()
    changes(page, "playground", before)
    # The third model by a click; the run of this one rests in the back button.
    page.locator(".st-key-family button", has_text="GAN").click()
    expect(page.get_by_test_id("layer-field")).to_be_visible()
    assert "family=gan" in page.url
    page.go_back()
    expect(page.get_by_test_id("layer-reconstructions")).to_be_visible()
    assert run_in_address(page) == run


def test_a_phone_sees_the_picture_before_the_knobs(new_page: NewPage, server: Server) -> None:
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    canvas = enter(page, server)
    knob = page.locator(".st-key-loss")
    picture, control = canvas.bounding_box(), knob.bounding_box()
    assert picture is not None
    assert control is not None
    assert picture["y"] < control["y"]
    assert picture["y"] + picture["height"] < 844
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_slow_motion_of_a_run_that_fails_is_over_and_says_why(page: Page, server: Server) -> None:
    enter(page, server, f"lang=zh&{SMALL}")
    page.get_by_test_id("slow").click()
    title = page.get_by_test_id("slow-title")
    expect(title).to_have_text(re.compile("^1 / "))
    expect(page.get_by_test_id("slow-next")).to_be_enabled()
    server.store.fail(run_in_address(page), "step 2: d_loss is not finite; try a lower learning rate")
    for number in range(2, 6):  # the fifth stage asks for a step that nobody makes
        page.get_by_test_id("slow-next").click()
        if number < 5:
            expect(title).to_have_text(re.compile(f"^{number} / "))
    expect(title).to_be_hidden()
    expect(page.get_by_test_id("hint")).to_contain_text("慢动作")
    expect(page.locator(".gl-problem")).to_contain_text("第 2 步")
