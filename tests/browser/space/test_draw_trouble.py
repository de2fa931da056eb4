"""What a hand, a finger, a broken or a lost run can do to a drawing."""

from __future__ import annotations

import re

import numpy as np
import pytest
from browser.conftest import NewPage
from browser.served import Server
from browser.space.draw_cases import BAR, THREE, drawn, nearest_shown, open_run, painted, picture, red, sheet, stroke
from playwright.sync_api import Page, Route, expect

from genlab.data.centring import centred
from genlab.live.lab import PRETRAINED
from genlab.runs.bundle import import_bundle

pytestmark = pytest.mark.browser


def test_a_finger_draws_and_the_page_stays(new_page: NewPage, server: Server) -> None:
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    open_run(page, server)
    box = sheet(page).bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    scrolled = "() => [...document.querySelectorAll('*')].reduce((sum, node) => sum + node.scrollTop, 0)"
    before = page.evaluate(scrolled)
    touch = page.context.new_cdp_session(page)

    def send(kind: str, *places: tuple[int, int]) -> None:
        points = [{"x": box["x"] + x * box["width"] / 560, "y": box["y"] + y * box["width"] / 560} for x, y in places]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    send("touchStart", (280, 120))
    for y in range(130, 470, 20):
        send("touchMove", (280, y))
    send("touchEnd")
    drawn(page)
    painted(page)
    assert page.evaluate(scrolled) == before
    rows, columns = np.nonzero(red(sheet(page)))
    assert np.ptp(rows) > 300
    assert np.ptp(columns) < 60
    nearest_shown(page, "pixels")
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390


def test_what_a_hand_can_do_wrong(page: Page, server: Server) -> None:
    open_run(page, server)
    sheet(page).click(button="right")
    painted(page)
    expect(page.get_by_test_id("draw")).to_have_attribute("data-state", "empty")

    stroke(page, [(100, 100), (300, 300)], lift=False)
    sheet(page).dispatch_event("pointerdown", {"pointerId": 77, "button": 0, "clientX": 5, "clientY": 5})
    page.mouse.up()
    painted(page)
    assert np.array_equal(picture(page, "input"), centred(red(sheet(page))))
    page.get_by_test_id("draw-undo").click()
    expect(page.get_by_test_id("draw")).to_have_attribute("data-state", "empty")

    stroke(page, [(280, 280)])  # a dot
    drawn(page)
    for y in range(10, 560, 30):
        stroke(page, [(5, y), (555, y)])
    expect(page.get_by_test_id("draw-said")).to_have_text(re.compile("Nearly everything is ink"))
    drawn(page)


def test_weights_that_are_not_numbers_are_said(page: Page, server: Server) -> None:
    def broken(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.body()[:-4] + np.float32(np.nan).tobytes())

    page.route("**/nets/encoder?*", broken)
    page.goto(f"{server.address}/latent?view=draw&run=vae-20")
    expect(page.get_by_test_id("draw-said")).to_have_text(re.compile("not finite"), timeout=60_000)
    stroke(page, THREE)
    nearest_shown(page, "pixels")
    assert picture(page, "input").any()
    assert not picture(page, "output").any()


def test_a_run_that_is_deleted_while_open(page: Page, server: Server, problems: list[str]) -> None:
    run = import_bundle(server.store, PRETRAINED / "ae-2", "somebody")
    open_run(page, server, run.id)
    server.store.delete(run.id)
    stroke(page, THREE)
    drawn(page)  # its nets are here
    for name in ("draw-nearest-pixels", "draw-nearest-codes"):
        gone = page.get_by_test_id(name).get_by_role("status")
        expect(gone).to_have_text("This run no longer exists; what is drawn stays.")
    expect(page.get_by_test_id("draw-said")).to_have_text("This run no longer exists; what is drawn stays.")
    before = picture(page, "output")
    stroke(page, BAR, lift=False)
    painted(page)
    assert not np.array_equal(picture(page, "output"), before)
    problems[:] = [problem for problem in problems if "404" not in problem]


def test_a_drawing_stays_while_its_run_learns(page: Page, server: Server) -> None:
    run = server.store.create(
        "somebody", "vae", "mnist5k", {"steps": 100_000, "hidden": 32, "batch": 50}, preset="classroom"
    )
    page.goto(f"{server.address}/latent?view=draw&run={run.id}")
    sheet(page).wait_for()
    stroke(page, THREE)
    drawn(page)
    page.mouse.move(5, 5)
    x, first = picture(page, "input"), page.get_by_test_id("draw-formula").inner_text()
    expect(page.get_by_test_id("draw-formula")).not_to_have_text(first)
    assert np.array_equal(picture(page, "input"), x)
    asked = page.wait_for_function(
        """() => {
          const asked = performance.getEntriesByType("resource").filter(({ name }) => name.includes("/nets/encoder"));
          return asked.length >= 3 && asked.map(({ startTime }) => startTime);
        }""",
        timeout=40_000,
    ).json_value()
    assert min(np.diff(asked)) > 1800
