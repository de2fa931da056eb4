"""What the playground says to who points, walks and projects: values at a place, stages, legend, overview, data."""

from __future__ import annotations

import re

import pytest
import torch
from browser.actions import button
from browser.conftest import NewPage
from browser.served import Server
from playwright.sync_api import Page, expect
from safetensors.numpy import load

from genlab.data.points import make_points

pytestmark = pytest.mark.browser

SMALL = "generator_depth=2&fourier_features=0&hidden=16&batch=32"
REACH = 1.5
LAPTOP = {"width": 1180, "height": 760}


def enter(page: Page, server: Server, query: str = SMALL) -> None:
    """Opens the playground; waits until the untrained model is drawn and measured."""
    page.goto(f"{server.address}/playground?{query}")
    expect(page.get_by_test_id("playground")).to_have_attribute("data-moving", "false")
    expect(page.get_by_test_id("number-js")).to_have_text(re.compile("nats|奈特"))


def point(page: Page, x: float, y: float) -> tuple[float, ...]:
    """Points at a place of the stage; the place that it then says."""
    box = page.get_by_test_id("playground").bounding_box()
    assert box is not None
    page.mouse.move(
        box["x"] + box["width"] * (x + REACH) / (2 * REACH), box["y"] + box["height"] * (REACH - y) / (2 * REACH)
    )
    return place(page)


def place(page: Page) -> tuple[float, ...]:
    text = page.get_by_test_id("at-place").inner_text().replace("−", "-")
    return tuple(float(number) for number in re.findall(r"-?\d+\.\d+", text))


def said(page: Page, name: str) -> float:
    return float(page.get_by_test_id(f"at-{name}").inner_text())


def test_the_values_at_the_pointer(page: Page, server: Server) -> None:
    enter(page, server)
    button(page, "step").click()
    page.wait_for_function("document.querySelector('[data-testid=playground]').dataset.step === '1'", timeout=30_000)
    run = page.evaluate("new URLSearchParams(location.search).get('run')")
    field = load(server.store.frame(run, 1))["field"] / 255
    density = make_points("ring8")
    for x, y in ((1.0, 0.0), (0.72, 0.70), (0.0, 0.1), (-0.98, 0.05)):
        at = point(page, x, y)
        assert at == pytest.approx((x, y), abs=0.02)
        exact = float(density.log_density(torch.tensor([at], dtype=torch.float64)).exp())
        assert said(page, "data") == pytest.approx(exact, abs=0.001 + 0.25 * exact)  # the place is told in hundredths
        row, column = (round((v + REACH) / (2 * REACH) * (len(field) - 1)) for v in (y, x))
        assert said(page, "d") == pytest.approx(field[row, column], abs=0.05)
        together = said(page, "data") + said(page, "fakes")
        if together > 0:
            assert said(page, "best") == pytest.approx(said(page, "data") / together, abs=0.01)
        else:
            expect(page.get_by_test_id("at-best")).to_have_text("–")
    expect(page.get_by_test_id("values")).to_contain_text("p_g is estimated from the 256 orange dots")
    page.mouse.move(2, 2)
    expect(page.get_by_test_id("at-place")).to_be_hidden()


def test_the_values_by_keyboard_and_by_finger(new_page: NewPage, server: Server) -> None:
    page = new_page(has_touch=True)
    enter(page, server)
    canvas = page.get_by_test_id("playground")
    canvas.focus()
    page.keyboard.press("ArrowRight")  # where one begins: the middle
    assert place(page) == (0.0, 0.0)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowUp")
    assert place(page) == (0.05, 0.3)
    expect(page.get_by_test_id("values").get_by_role("status")).to_contain_text("D(x) = 0.")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("at-place")).to_be_hidden()
    box = canvas.bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + box["width"] / 4, box["y"] + box["height"] / 2)
    assert place(page) == pytest.approx((-0.75, 0.0), abs=0.02)
    expect(page.get_by_test_id("at-d")).to_be_visible()  # the finger is gone, and one can read


def test_on_a_line_and_without_a_critic(page: Page, server: Server) -> None:
    enter(page, server, f"data=two_gaussians_1d&{SMALL}")
    point(page, 0.6, 0.9)
    (x,) = place(page)
    exact = float(make_points("two_gaussians_1d").log_density(torch.tensor([[x]], dtype=torch.float64)).exp())
    assert said(page, "data") == pytest.approx(exact, rel=0.1)
    enter(page, server, "family=ae&data=spiral")
    point(page, 0.2, 0.0)
    assert said(page, "data") >= 0
    assert said(page, "fakes") >= 0
    expect(page.get_by_test_id("at-d")).to_have_count(0)
    expect(page.get_by_test_id("at-best")).to_have_count(0)


def test_a_score_is_no_probability(page: Page, server: Server) -> None:
    enter(page, server, f"loss=wgan_gp&{SMALL}")
    point(page, 1.0, 0.0)
    expect(page.get_by_test_id("at-d")).to_have_text("–")
    expect(page.get_by_test_id("values")).to_contain_text("score")


def test_all_stages_of_a_step_are_listed_and_each_can_be_chosen(new_page: NewPage, server: Server) -> None:
    page = new_page(viewport=LAPTOP)
    enter(page, server)
    page.get_by_test_id("slow").click()
    stages = page.get_by_test_id("stages").get_by_role("button")
    expect(stages).to_have_count(10)
    expect(stages.nth(0)).to_have_attribute("aria-current", "step")
    expect(stages.nth(8)).to_be_enabled()
    for part in (stages.nth(0), stages.nth(9), page.get_by_test_id("slow-next")):
        expect(part).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") < 40
    stages.nth(8).click()
    expect(stages.nth(8)).to_have_attribute("aria-current", "step", timeout=30_000)
    expect(page.get_by_test_id("slow-sentence")).to_contain_text("L_G = ")
    expect(page.get_by_test_id("slow-sentence")).not_to_contain_text("–")
    expect(stages.nth(2)).to_be_enabled()
    stages.nth(2).click()
    expect(page.get_by_test_id("slow-title")).to_contain_text("3 / 10")
    assert page.locator("[data-testid=stages] [aria-current]").count() == 1
    run = page.evaluate("new URLSearchParams(location.search).get('run')")
    parts = [event.details["part"] for event in server.store.events(run) if event.kind == "step"]
    assert parts == [None, "discriminator", "generator"]  # the way there was one step, of both


def test_the_legend_says_what_is_shown(page: Page, server: Server) -> None:
    enter(page, server)
    expect(page.get_by_test_id("legend-data")).to_have_text("blue dots: data x")
    expect(page.get_by_test_id("legend-gradient")).to_be_hidden()
    page.get_by_test_id("layer-data").click()
    expect(page.get_by_test_id("legend-data")).to_be_hidden()
    page.get_by_test_id("layer-gradient").click()
    expect(page.get_by_test_id("legend-gradient")).to_be_visible()


@pytest.mark.parametrize("query", [SMALL, "family=vae&lang=zh"])
def test_the_overview_fills_the_window(page: Page, server: Server, query: str) -> None:
    enter(page, server, query)
    dialog = page.get_by_test_id("overview")
    expect(dialog).to_be_hidden()
    page.get_by_test_id("enlarge").click()
    box, window = dialog.bounding_box(), page.viewport_size
    assert box is not None
    assert window is not None
    assert (box["width"], box["height"]) == (window["width"], window["height"])
    type_size = "e => parseFloat(getComputedStyle(e).fontSize)"
    part = dialog.get_by_test_id("large-real")
    assert part.evaluate(type_size) >= 18
    expect(dialog.locator("svg text").first).to_contain_text("∇L")
    page.wait_for_function(  # with the next frame
        "c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some((v) => v)",
        arg=part.locator("canvas").element_handle(),
    )
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_test_id("enlarge")).to_be_focused()


def test_heads_of_arrows_do_not_grow_with_their_lines(page: Page, server: Server) -> None:
    enter(page, server)
    assert page.locator(".gl-play-graph marker").first.get_attribute("markerUnits") == "userSpaceOnUse"


def test_data_sets_are_pictures_to_choose_by_hand_and_by_key(page: Page, server: Server) -> None:
    enter(page, server)
    group = page.get_by_role("radiogroup", name="Data: Ring of 8 Gaussians")
    expect(group.get_by_role("radio")).to_have_count(10)
    sizes = group.locator("label").evaluate_all("all => all.map((e) => e.getBoundingClientRect().width)")
    assert min(sizes) >= 24
    group.get_by_role("radio", name="Ring of 8 Gaussians").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("new URLSearchParams(location.search).get('data') === 'grid25'")
    group = page.get_by_role("radiogroup", name="Data: Grid of 25 Gaussians")
    expect(group.get_by_role("radio", name="Grid of 25 Gaussians")).to_be_checked()
    group.locator("label", has=page.get_by_alt_text("Spiral")).click()
    page.wait_for_function("new URLSearchParams(location.search).get('data') === 'spiral'")
    expect(page.get_by_test_id("shown")).to_contain_text("Spiral")


def test_start_is_few_stops_away(page: Page, server: Server) -> None:
    enter(page, server)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(button(page, "start")).to_be_focused()


# In which frame of the screen a chart is drawn anew: plotly puts its axes' labels back each time.
DRAWN = """() => {
  window.frames_of = [];
  let frame = 0;
  const count = () => { frame++; requestAnimationFrame(count); };
  requestAnimationFrame(count);
  document.querySelectorAll('.gl-play .js-plotly-plot').forEach((chart, i) =>
    chart.on('plotly_afterplot', () => window.frames_of.push([i, frame])));
}"""


def test_no_two_charts_are_drawn_in_one_frame_and_none_that_is_folded_away(page: Page, server: Server) -> None:
    enter(page, server, f"{SMALL}&steps=100000")
    button(page, "start").click()
    folded = page.locator(".gl-play-more .js-plotly-plot .main-svg")
    beside = page.locator(".gl-play-curves .js-plotly-plot .main-svg, .gl-curves .js-plotly-plot .main-svg")
    expect(beside.first).to_be_visible(timeout=30_000)
    assert folded.count() == 0
    page.evaluate(DRAWN)
    page.wait_for_function("new Set(window.frames_of.map(([chart]) => chart)).size >= 2", timeout=30_000)
    drawn = page.evaluate("window.frames_of")
    assert len({frame for _, frame in drawn}) == len(drawn)
    page.locator(".gl-play-more > summary").click()
    expect(folded.first).to_be_visible()
    button(page, "pause").click()


def test_a_mark_draws_no_chart_that_is_folded_away(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/playground?run=gan-ring8")
    beside, folded = ":not(.gl-play-more) > .gl-curves .js-plotly-plot", ".gl-play-more .js-plotly-plot"
    expect(page.locator(f"{beside} .main-svg").first).to_be_visible(timeout=30_000)
    slider = page.get_by_test_id("time-slider")
    marked = f"""at => [...document.querySelectorAll({beside!r})].some(({{ layout }}) =>
      layout?.shapes.some(({{ x0, line }}) => x0 === at && line.dash === "solid"))"""
    slider.press("Home")
    page.wait_for_function(marked, arg=0)
    slider.press("ArrowRight")
    page.wait_for_function(marked, arg=int(slider.input_value()))
    assert page.locator(f"{folded} .main-svg").count() == 0
    page.locator(".gl-play-more > summary").click()
    expect(page.locator(f"{folded} .main-svg").first).to_be_visible()
