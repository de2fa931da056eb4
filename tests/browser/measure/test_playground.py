"""The playground as a person plays with it: start, layers, single steps, slow motion, back in time, forks, luck."""

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
    shows,
    stage,
    start,
)
from browser.served import Server
from playwright.sync_api import Page, expect
from safetensors.numpy import load

from genlab.runs.work.hot import HotRuns

pytestmark = pytest.mark.browser

FRAME_BYTES = 20_000


STAGES = 10


REACH = 1.5  # the stage shows [-REACH, REACH]^2


def test_fakes_move_between_the_snapshots_which_stay_small(page: Page, server: Server) -> None:
    canvas = enter(page, server, f"steps=20000&{SMALL}")
    assert colours(canvas) > 10  # the data are there before anything is trained
    run = start(page)
    pictures = page.evaluate(
        """() => new Promise((resolve) => {
          const canvas = document.querySelector('[data-testid=playground]');
          const seen = new Map();
          const look = () => {
            const { moving, step } = canvas.dataset;
            if (step > 0 && moving === 'true') seen.set(step, new Set(seen.get(step)).add(canvas.toDataURL()));
            const most = Math.max(0, ...[...seen.values()].map((one) => one.size));
            if (most >= 3) resolve(most);
            else requestAnimationFrame(look);
          };
          look();
        })"""
    )
    assert pictures >= 3
    pause(page)
    steps = server.store.frame_steps(run)
    assert len(steps) > 3
    assert max(len(server.store.frame(run, step)) for step in steps) <= FRAME_BYTES


def test_reduced_motion_draws_nothing_between(new_page: NewPage, server: Server) -> None:
    page = new_page(reduced_motion="reduce")
    enter(page, server, f"learning_rate_g=0.005&{SMALL}")  # a step that one can see, within the picture
    button(page, "step").click()
    run_in_address(page)
    reaches(page, 1)
    at_rest(page)
    page.evaluate(
        """() => {
          const canvas = document.querySelector('[data-testid=playground]');
          window.seen = new Set();
          const look = () => { window.seen.add(canvas.toDataURL()); requestAnimationFrame(look); };
          look();
        }"""
    )
    button(page, "step_generator").click()
    reaches(page, 2)
    at_rest(page)
    # The picture of the last frame is painted; it must have been looked at, too.
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate("window.seen.size") == 2


def test_the_untrained_model_stands_there_before_start(page: Page, server: Server) -> None:
    canvas = enter(page, server, SMALL)
    expect(page.get_by_test_id("number-js")).to_have_text(re.compile(r"^0\.\d+ ± 0\.\d+ nats$"))
    before = ink(canvas)
    page.get_by_test_id("part-generator").hover()  # noise becomes samples, untrained too
    changes(page, "playground", before)
    page.mouse.move(2, 2)
    shows(page, before)
    page.locator(".st-key-latents button", has_text="1").click()
    page.wait_for_function("new URLSearchParams(location.search).get('latents') === '1'")
    changes(page, "playground", before)
    expect(page.get_by_test_id("number-js")).to_have_text(re.compile(r"nats$"))
    expect(canvas).to_have_attribute("data-moving", "false")
    untrained = ink(canvas)
    button(page, "step").click()
    run_in_address(page)
    reaches(page, 1)
    at_rest(page)
    page.get_by_test_id("time-slider").press("Home")
    shows(page, untrained)  # it was this run's first frame


def test_samples_outside_of_the_picture_are_counted_and_pointed_to(page: Page, server: Server) -> None:
    canvas = enter(page, server, f"learning_rate_g=0.1&{SMALL}&layers=fakes")
    expect(page.get_by_test_id("away")).to_be_empty()
    button(page, "step").click()
    run = run_in_address(page)
    reaches(page, 1)
    at_rest(page)
    frame = load(server.store.frame(run, 1))
    outside = int((abs(frame["samples"]).max(axis=1) > REACH).sum())
    assert outside > 0
    expect(page.get_by_test_id("away")).to_have_text(f"{outside} of {len(frame['samples'])} outside the picture")
    assert colours(canvas) > 2  # triangles at the edge


def test_each_layer_changes_the_picture_and_the_address_keeps_it(page: Page, server: Server) -> None:
    canvas = enter(page, server, SMALL)
    button(page, "step").click()
    reaches(page, 1)
    at_rest(page)
    for layer in ("data", "fakes", "field", "best", "difference", "grid", "gradient"):
        before = ink(canvas)
        page.get_by_test_id(f"layer-{layer}").click()
        changes(page, "playground", before)
    # One field at a time: the last one chosen stays.
    expect(page.get_by_test_id("layer-best")).to_have_attribute("aria-pressed", "false")
    page.wait_for_function("new URLSearchParams(location.search).get('layers') === 'difference,grid,gradient'")
    shown = ink(canvas)
    page.reload()
    at_rest(page)
    shows(page, shown)


def test_the_players_step_alone(page: Page, server: Server) -> None:
    enter(page, server, f"learning_rate_d=0.05&learning_rate_g=0.05&{SMALL}")  # steps that one can see
    button(page, "step").click()
    reaches(page, 1)
    at_rest(page)
    parts = {name: page.get_by_test_id(f"part-{name}").locator("canvas") for name in ("critic", "fakes")}
    before = {name: ink(part) for name, part in parts.items()}
    button(page, "step_discriminator").click()
    reaches(page, 2)
    at_rest(page)
    after_d = {name: ink(part) for name, part in parts.items()}
    assert after_d["fakes"] == before["fakes"]
    assert after_d["critic"] != before["critic"]
    button(page, "step_generator").click()
    reaches(page, 3)
    at_rest(page)
    after_g = {name: ink(part) for name, part in parts.items()}
    assert after_g["fakes"] != after_d["fakes"]
    assert after_g["critic"] == after_d["critic"]


def test_slow_motion_goes_through_ten_stages_of_one_step(page: Page, server: Server) -> None:
    canvas = enter(page, server, SMALL)
    page.get_by_test_id("slow").click()
    run = run_in_address(page)
    title, sentence = page.get_by_test_id("slow-title"), page.get_by_test_id("slow-sentence")
    for number in range(1, STAGES + 1):
        expect(title).to_have_text(re.compile(rf"^{number} / {STAGES} · "))
        expect(page.get_by_test_id("slow-next")).to_be_enabled()
        expect(sentence).not_to_contain_text("{")
        expect(sentence).not_to_contain_text("–")
        if number == 5:  # the sentence and the overview speak of the same step
            loss = f"{dict(server.store.points(run))[2]['d_loss']:.3f}"
            expect(sentence).to_contain_text(loss)
            expect(page.get_by_test_id("part-verdict")).to_contain_text(loss)
        if number < STAGES:
            page.get_by_test_id("slow-next").click()
    parts = [event.details["part"] for event in server.store.events(run) if event.kind == "step"]
    assert parts == [None, "discriminator", "generator"]
    expect(canvas).to_have_attribute("data-step", "3")
    page.get_by_test_id("slow-previous").click()
    expect(title).to_have_text(re.compile("^9 / "))
    expect(canvas).to_have_attribute("data-step", "2")
    page.get_by_test_id("slow-leave").click()
    expect(title).to_be_hidden()
    at_rest(page)
    assert server.store.get(run).step == 3


def test_slow_motion_pauses_a_run_that_trains(page: Page, server: Server) -> None:
    enter(page, server, f"steps=100000&{SMALL}")
    run = start(page)
    page.get_by_test_id("slow").click()
    expect(page.get_by_test_id("slow-title")).to_have_text(re.compile("^1 / "))
    expect(page.get_by_test_id("slow-next")).to_be_enabled()
    paused = server.store.get(run)
    assert paused.state == "paused"
    # What is walked through begins at the very step of the pause, not at the last one that had a frame.
    expect(page.get_by_test_id("playground")).to_have_attribute("data-step", str(paused.step))
    page.get_by_test_id("slow-auto").click()
    expect(page.get_by_test_id("slow-title")).to_have_text(re.compile("^3 / "))  # by itself


def test_a_step_of_somebody_else_s_run_is_walked_through_in_a_fork_of_it(page: Page, server: Server) -> None:
    settings = {"hidden": 16, "batch": 32}
    theirs = server.store.create("somebody", "gan", "ring8", settings, preset="classroom", state="paused")
    server.store.request_step(theirs.id)
    while server.store.get(theirs.id).step < 1:  # here, or in the server's worker: whoever is first
        HotRuns(server.store).advance(theirs.id, 0.0, save=True)
    enter(page, server, f"run={theirs.id}")
    expect(page.get_by_test_id("shown")).to_contain_text("somebody else's run")
    expect(page.get_by_test_id("fork")).to_contain_text("Take a copy")
    page.get_by_test_id("slow").click()
    # Nothing is made before one has said yes.
    expect(page.get_by_test_id("slow-agree")).to_be_focused()
    page.get_by_test_id("slow-refuse").click()
    expect(page.get_by_test_id("slow-agree")).to_be_hidden()
    assert run_in_address(page) == theirs.id
    page.get_by_test_id("slow").click()
    page.get_by_test_id("slow-agree").click()
    expect(page.get_by_test_id("slow-title")).to_have_text(re.compile("^1 / "))
    page.wait_for_function("run => new URLSearchParams(location.search).get('run') !== run", arg=theirs.id)
    mine = server.store.get(run_in_address(page))
    assert (mine.parent_id, mine.parent_step) == (theirs.id, server.store.checkpoint_steps(theirs.id)[-1])
    assert server.store.get(theirs.id).step == 1


def test_a_finished_run_stays_as_it_is_where_a_step_of_it_is_walked_through(page: Page, server: Server) -> None:
    enter(page, server, f"steps=10&{SMALL}")
    run = start(page)
    expect(stage(page)).to_have_attribute("data-state", "finished", timeout=60_000)
    page.get_by_test_id("slow").click()
    page.get_by_test_id("slow-agree").click()
    expect(page.get_by_test_id("slow-title")).to_have_text(re.compile("^1 / "))
    page.wait_for_function("run => new URLSearchParams(location.search).get('run') !== run", arg=run)
    assert server.store.get(run_in_address(page)).parent_id == run
    assert (server.store.get(run).state, server.store.get(run).config["steps"]) == ("finished", 10)


def test_each_part_of_the_overview_shows_itself_where_one_points(page: Page, server: Server) -> None:
    canvas = enter(page, server, SMALL)
    button(page, "step").click()
    reaches(page, 1)
    at_rest(page)
    before, hint = ink(canvas), page.get_by_test_id("hint")
    usual = hint.text_content()
    for part in ("noise", "generator", "fakes", "real", "critic", "verdict"):
        page.get_by_test_id(f"part-{part}").hover()
        if part not in ("critic", "verdict"):  # what they are about is on the stage at first
            changes(page, "playground", before)
        expect(hint).not_to_have_text(usual or "")
        page.mouse.move(2, 2)
        expect(hint).to_have_text(usual or "")
        shows(page, before)
