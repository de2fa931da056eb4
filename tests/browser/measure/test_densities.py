"""Two densities in a person's hand: drags, keys, touches, links, fits, and what the numbers then say."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from itertools import pairwise
from statistics import median

import pytest
from browser.actions import ink
from browser.conftest import NewPage
from browser.mixture_cases import expected, in_address, mixture
from browser.served import Server
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

PRESETS = ("missed", "extra", "between", "sliding", "asymmetric", "equal")
Visit = Callable[..., Page]


@pytest.fixture
def visit(page: Page, server: Server) -> Visit:
    """visit(query): the page of divergences, when its picture is drawn."""

    def go(query: str = "", page: Page = page) -> Page:
        page.goto(f"{server.address}/divergences?{query}")
        drawn(page)
        return page

    return go


def drawn(page: Page) -> None:
    page.locator(".gl-dn[data-ms]").wait_for()


def value(page: Page, key: str) -> float:
    """A number's full value."""
    return float(page.get_by_test_id(f"number-{key}").get_attribute("data-value") or "nan")


def becomes(page: Page, key: str, wanted: float, within: float = 1e-6) -> None:
    """Waits until a number has this value."""
    page.wait_for_function(
        "([key, wanted, within]) => Math.abs(document.querySelector(`[data-testid=number-${key}]`).dataset.value"
        " - wanted) <= within",
        arg=[key, wanted, within],
    )


def says(page: Page, pattern: str) -> None:
    """Waits until the address matches."""
    page.wait_for_function("pattern => new RegExp(pattern).test(location.search)", arg=pattern)


def of_address(page: Page, name: str) -> list[list[float]]:
    """The components of p or q in the address."""
    text = page.evaluate("name => new URLSearchParams(location.search).get(name)", name)
    return [[float(number) for number in part.split(",")] for part in text.split(";")]


def comes_to(page: Page, name: str, part: list[float], component: int = 0) -> list[float]:
    """Waits until a component of p or q in the address is about this one; gives it exactly."""
    page.wait_for_function(
        """([name, part, component]) => {
          const text = new URLSearchParams(location.search).get(name)?.split(";")[component];
          return text?.split(",").every((number, i) => Math.abs(number - part[i]) < 0.05);
        }""",
        arg=[name, part, component],
    )
    return of_address(page, name)[component]


def middle(handle: Locator) -> tuple[float, float]:
    box = handle.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Page, testid: str, right: float, up: float = 0) -> None:
    """Drags a handle with the mouse, by so many pixels."""
    x, y = middle(page.get_by_test_id(testid))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right, y - up, steps=5)
    page.mouse.up()


def per_unit(page: Page, name: str = "p") -> float:
    """Pixels of one unit of x, from where two peaks stand."""
    peaks = [middle(page.get_by_test_id(f"peak-{name}-{k}"))[0] for k in (0, 1)]
    return (peaks[1] - peaks[0]) / 6  # of a mode missed and of one too many: -3 and 3


def test_the_picture_shows_what_python_computes(visit: Visit) -> None:
    p = mixture((-2.5, 0.7, 0.25), (1.0, 0.15, 0.25), (4.0, 2.0, 0.5))
    for q in (mixture((0.5, 1.5, 1)), mixture((-8, 0.1, 0.5), (8, 0.3, 0.5))):
        page = visit(f"p={in_address(p)}&q={in_address(q)}")
        for key, wanted in expected(p, q, cells=100_000).items():
            assert value(page, key) == pytest.approx(wanted, abs=1e-6), key


def test_every_preset_is_a_link_and_its_sentence_is_true(visit: Visit) -> None:
    page = visit()
    numbers = page.locator(".gl-dn-number[aria-pressed=true]")
    for name in PRESETS:
        chip = page.get_by_test_id(f"preset-{name}")
        chip.click()
        expect(chip).to_have_attribute("aria-pressed", "true")
        expect(page.locator(".gl-dn-presets [aria-pressed=true]")).to_have_count(1)
        expect(numbers).to_have_count(1)
        sentence = page.get_by_test_id("what-to-see").inner_text()
        shown = [page.get_by_test_id(f"number-{key}").inner_text() for key in ("kl_pq", "kl_qp", "js")]
        assert set(re.findall(r"\d\.\d+", sentence)) <= set(shown), sentence
        for which in re.findall(r"(KL\(.‖.\)) is only log 2", sentence):
            assert value(page, {"KL(p‖q)": "kl_pq", "KL(q‖p)": "kl_qp"}[which]) == pytest.approx(math.log(2), abs=1e-3)
        says(page, f"preset={name}$" if name != "missed" else "^[?]lang=en$")
    visit("preset=between")
    expect(page.get_by_test_id("preset-between")).to_have_attribute("aria-pressed", "true")


def test_equal_densities_read_zero_and_not_minus_zero(visit: Visit) -> None:
    page = visit("preset=equal")
    for key in ("kl_pq", "kl_qp", "js", "tv", "w1"):
        expect(page.get_by_test_id(f"number-{key}")).to_have_text("0")
    expect(page.get_by_test_id("number-cost")).to_have_text("−1.3863")
    expect(page.get_by_test_id("number-d_star")).to_have_text("0.5000")


def test_a_drag_moves_mean_weight_and_width_and_the_numbers_follow(visit: Visit) -> None:
    page = visit()
    unit = per_unit(page)
    assert value(page, "js") == pytest.approx(0.75 * math.log(4 / 3), abs=1e-4)
    drag(page, "peak-q-0", right=-unit)
    mean, std, weight = comes_to(page, "q", [2, 0.7, 1])
    assert (std, weight) == (0.7, 1)
    wanted = expected(mixture((-3, 0.7, 0.5), (3, 0.7, 0.5)), mixture((mean, std, 1)), cells=100_000)
    for key in wanted:
        becomes(page, key, wanted[key])
    drag(page, "flank-q-0", right=unit)
    comes_to(page, "q", [mean, 1.7, 1])
    drag(page, "flank-p-0", right=-unit)  # p's flank is at its left: outwards is wider
    comes_to(page, "p", [-3, 1.7, 0.5])
    drag(page, "peak-p-1", right=0, up=60)
    says(page, r"p=.*,0\.[6-9]\d*(&|$)")
    weights = [part[2] for part in of_address(page, "p")]
    assert sum(weights) == pytest.approx(1, abs=2e-5)


def test_every_move_is_answered_in_its_frame(visit: Visit) -> None:
    page = visit("p=-4,0.5,0.3;0,0.1,0.3;3,1,0.4&q=-2,1,0.3;2,0.3,0.3;5,2,0.4&number=w1")
    x, y = middle(page.get_by_test_id("peak-q-0"))
    page.mouse.move(x, y)
    page.mouse.down()
    moves = page.evaluate(
        """async ([x, y]) => {
          const root = document.querySelector(".gl-dn");
          const stage = document.querySelector(".gl-dn-stage");
          const read = () => [...root.querySelectorAll("[data-value]")].map((node) => node.dataset.value).join();
          const moves = [];
          for (let i = 1; i <= 60; i++) {
            const before = read();
            const options = { bubbles: true, pointerId: 1, clientX: x + i, clientY: y };
            stage.dispatchEvent(new PointerEvent("pointermove", options));
            await new Promise(requestAnimationFrame);
            moves.push([read() !== before, Number(root.dataset.ms)]);
          }
          return moves;
        }""",
        [x, y],
    )
    page.mouse.up()
    assert all(answered for answered, _ms in moves)
    # The script's time from mixtures to numbers and picture; the median, for other processes share the machine
    assert median(ms for _answered, ms in moves) <= 16


def test_a_finger_drags(new_page: NewPage, visit: Visit) -> None:
    page = new_page(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    visit(page=page)
    handle = page.get_by_test_id("peak-q-0")
    handle.scroll_into_view_if_needed()
    before = value(page, "w1")
    x, y = middle(handle)
    touch = page.context.new_cdp_session(page)
    for kind, right in (("touchStart", 0), ("touchMove", -20), ("touchMove", -50), ("touchEnd", None)):
        points = [] if right is None else [{"x": x + right, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    page.wait_for_function("new URLSearchParams(location.search).get('q')?.split(',')[0] < 1")
    assert value(page, "w1") != before
    wide = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth - innerWidth")
    assert wide <= 0


def test_keys_do_what_the_mouse_does(visit: Visit) -> None:
    page = visit()
    peak = page.get_by_test_id("peak-p-0")
    peak.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(peak).to_have_attribute("aria-valuetext", "mean -2.40, weight 0.50")
    page.keyboard.press("ArrowUp")
    expect(peak).to_have_attribute("aria-valuetext", "mean -2.40, weight 0.52")
    flank = page.get_by_test_id("flank-p-0")
    flank.focus()
    page.keyboard.press("ArrowLeft")  # outwards
    expect(flank).to_have_attribute("aria-valuenow", "0.735")
    peak.focus()
    page.keyboard.press("Delete")
    expect(page.get_by_test_id("peak-p-1")).to_have_count(0)
    expect(page.get_by_test_id("remove-p")).to_be_disabled()
    becomes(page, "w1", 0)


def test_components_are_added_and_removed(visit: Visit) -> None:
    page = visit("preset=asymmetric")
    page.get_by_test_id("add-q").click()
    page.get_by_test_id("add-q").click()
    expect(page.get_by_test_id("peak-q-2")).to_be_visible()
    expect(page.get_by_test_id("add-q")).to_be_disabled()
    says(page, "q=.*;.*;")
    page.get_by_test_id("peak-q-0").focus()
    page.get_by_test_id("remove-q").click()
    says(page, "q=[^;]*;[^;]*$")
    assert 0 not in [part[0] for part in of_address(page, "q")]


def test_the_whole_state_is_in_the_link(visit: Visit, new_page: NewPage) -> None:
    page = visit("lang=zh&preset=between")
    drag(page, "peak-p-0", right=-40, up=10)
    says(page, "p=")
    page.get_by_test_id("row-tv").click()
    says(page, "number=tv")
    says(page, "lang=zh")
    assert "preset" not in page.url
    numbers = {key: value(page, key) for key in ("kl_pq", "js", "tv", "w1")}
    other = new_page()
    other.goto(page.url)
    drawn(other)
    for key, wanted in numbers.items():
        assert value(other, key) == pytest.approx(wanted, abs=1e-3, rel=1e-4)
    expect(other.get_by_test_id("row-tv")).to_have_attribute("aria-pressed", "true")


def test_nonsense_in_the_link_is_ignored(visit: Visit) -> None:
    page = visit("p=NaN,1,1&q=0,1,1,1&preset=constructor&number=__proto__")
    expect(page.get_by_test_id("preset-missed")).to_have_attribute("aria-pressed", "true")
    assert value(page, "js") == pytest.approx(0.21575, abs=1e-4)


def test_choosing_a_number_shows_whence_it_comes(visit: Visit) -> None:
    page = visit()
    canvas = page.get_by_test_id("densities")
    page.mouse.move(5, 5)
    seen = [ink(canvas)]
    for key in ("kl_qp", "js", "tv", "w1", "cost"):
        page.get_by_test_id(f"row-{key}").click()
        expect(page.get_by_test_id(f"row-{key}")).to_have_attribute("aria-pressed", "true")
        page.mouse.move(5, 5)
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        seen.append(ink(canvas))
    assert len(set(seen)) == len(seen)
    page.get_by_test_id("row-js").hover()
    expect(page.get_by_test_id("row-js")).to_have_attribute("title", re.compile(r"0\.2158 nats = 0\.3113 bits"))


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


def test_the_two_directions_end_where_they_should(visit: Visit) -> None:
    page = visit("preset=between")
    fitted = {}
    for key in ("kl_pq", "kl_qp"):
        page.get_by_test_id(f"fit-{key}").click()  # the second begins where the first one began
        says(page, f"number={key}" if key == "kl_qp" else "q=")
        page.locator(".gl-dn[data-fit=settled]").wait_for()
        page.wait_for_function(
            "key => document.querySelector(`[data-testid=row-${key}]`).ariaPressed === 'true'", arg=key
        )
        (fitted[key],) = of_address(page, "q")
    mean, std, _weight = fitted["kl_pq"]  # covering: the moments of p
    assert mean == pytest.approx(0.6 * -2.5 + 0.4 * 2.5, abs=1e-3)
    assert std == pytest.approx(math.sqrt(0.7**2 + 2.5**2 - 0.5**2), abs=1e-3)
    mean, std, _weight = fitted["kl_qp"]  # seeking: one mode
    assert mean == pytest.approx(-2.5, abs=0.02)
    assert std == pytest.approx(0.7, abs=0.02)


def test_a_fit_stops_at_a_hand_and_at_its_button(visit: Visit) -> None:
    page = visit("p=-8,0.5,0.5;8,0.5,0.5&q=0,0.1,1")
    page.get_by_test_id("fit-kl_pq").click()
    page.get_by_test_id("fit-stop").click()
    page.locator(".gl-dn[data-fit=stopped]").wait_for()
    expect(page.get_by_test_id("fit-kl_pq")).to_be_enabled()
    page.get_by_test_id("peak-q-0").focus()
    page.keyboard.press("ArrowRight")
    page.locator(".gl-dn[data-fit=none]").wait_for()


def test_a_fit_takes_its_time_and_shows_the_other_direction(visit: Visit) -> None:
    page = visit("preset=between")
    seen = page.evaluate(
        """async () => {
          const root = document.querySelector(".gl-dn");
          const number = document.querySelector("[data-testid=number-kl_pq]");
          const begun = performance.now();
          document.querySelector("[data-testid=fit-kl_pq]").click();
          const values = [];
          do {
            await new Promise(requestAnimationFrame);
            values.push(Number(number.dataset.value));
          } while (root.dataset.fit !== "settled");
          return { values, ms: performance.now() - begun };
        }"""
    )
    assert seen["ms"] > 2500  # time to see it, and to stop it
    assert len(set(seen["values"])) > 25
    assert all(after <= before + 1e-9 for before, after in pairwise(seen["values"]))
    page.locator(".gl-dn:not([data-ghost=''])").wait_for()
    mean, std, _weight = map(float, (page.locator(".gl-dn").get_attribute("data-ghost") or "").split(","))
    assert (mean, std) == (pytest.approx(-2.5, abs=0.02), pytest.approx(0.7, abs=0.02))  # seeking: one mode
    page.get_by_test_id("preset-between").click()
    page.locator(".gl-dn[data-ghost='']").wait_for()


def test_a_stopped_fit_goes_on_from_where_q_stands(visit: Visit) -> None:
    page = visit("preset=between")
    go = page.get_by_test_id("fit-kl_pq")
    begun = value(page, "kl_pq")
    go.click()
    page.wait_for_function(f"document.querySelector('[data-testid=number-kl_pq]').dataset.value < {begun} / 2")
    page.get_by_test_id("fit-stop").click()
    expect(go).to_have_text(re.compile("^Go on"))
    reached = value(page, "kl_pq")
    go.click()
    highest = page.evaluate(
        """async () => {
          const number = document.querySelector("[data-testid=number-kl_pq]");
          let highest = 0;
          while (document.querySelector(".gl-dn").dataset.fit !== "settled") {
            await new Promise(requestAnimationFrame);
            highest = Math.max(highest, number.dataset.value);
          }
          return highest;
        }"""
    )
    assert highest <= reached
    expect(go).to_have_text(re.compile("^Fit q"))


def test_with_reduced_motion_a_fit_jumps(new_page: NewPage, visit: Visit) -> None:
    page = new_page(reduced_motion="reduce")
    visit("preset=between", page=page)
    page.evaluate(
        """() => {
          window.seen = new Set();
          const node = document.querySelector("[data-testid=fit-news]");
          new MutationObserver(() => window.seen.add(node.textContent)).observe(node, { childList: true });
        }"""
    )
    page.get_by_test_id("fit-kl_pq").click()
    page.locator(".gl-dn[data-fit=settled]").wait_for()
    assert page.evaluate("window.seen.size") <= 3
    page.get_by_test_id("preset-sliding").click()
    expect(page.get_by_test_id("slide-distance")).to_be_visible()
    expect(page.get_by_test_id("slide-play")).to_be_hidden()


def test_another_language_keeps_the_picture(visit: Visit) -> None:
    page = visit("preset=extra")
    drag(page, "peak-q-0", right=per_unit(page, "q"))
    comes_to(page, "q", [-2, 0.7, 0.5])
    before = value(page, "js")
    page.get_by_role("radio", name="中文").or_(page.get_by_role("button", name="中文")).first.click()
    expect(page.get_by_test_id("fit-stop")).to_have_text(re.compile("[\u4e00-\u9fff]"))
    drawn(page)
    assert value(page, "js") == before
    says(page, "lang=zh.*q=")


def test_another_view_and_back_keeps_the_state(visit: Visit) -> None:
    page = visit("preset=extra")
    drag(page, "peak-q-0", right=per_unit(page, "q"))
    comes_to(page, "q", [-2, 0.7, 0.5])
    before = value(page, "js")
    views = page.locator(".st-key-view")
    views.get_by_text("Inside the ELBO").click()
    says(page, "view=elbo")
    expect(page.get_by_test_id("densities")).to_have_count(0)
    views.get_by_text("Two densities").click()
    drawn(page)
    assert value(page, "js") == pytest.approx(before, abs=1e-4)
    says(page, "^(?!.*view=).*q=")


def test_the_back_button_leads_through_the_views(visit: Visit) -> None:
    page = visit("preset=between")
    views = page.locator(".st-key-view")
    views.get_by_text("Inside the ELBO").click()
    page.get_by_test_id("elbo").wait_for()
    says(page, "view=elbo")
    views.get_by_text("Images").click()
    page.get_by_test_id("critic").wait_for()
    says(page, "view=images")
    page.go_back()
    page.get_by_test_id("elbo").wait_for()
    page.go_back()
    drawn(page)
    expect(page.get_by_test_id("preset-between")).to_have_attribute("aria-pressed", "true")
