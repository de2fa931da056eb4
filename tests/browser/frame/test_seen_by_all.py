"""Who has forced colours, who reads large letters, and who prints: nothing is hidden, cut off or astray."""

from __future__ import annotations

from io import BytesIO

import pytest
from browser.conftest import NewPage
from browser.pages import settled
from browser.served import Server
from PIL import Image
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

BACKGROUND = "node => getComputedStyle(node).backgroundColor"
# Words of buttons that are not whole
CUT = """() => [...document.querySelectorAll(".stMain button")]
  .flatMap((button) => [button, ...button.querySelectorAll("p, div, span")])
  .filter((node) => node.checkVisibility() && node.textContent.trim() && node.clientWidth > 2)
  .filter((node) => getComputedStyle(node).overflowX !== "visible" && node.scrollWidth > node.clientWidth + 1)
  .map((node) => node.textContent)"""
# Canvases that hold letters, by page; and what keeps the size of the last that were drawn on each
DRAWN = {
    "vae": "[data-testid=klBars]",
    "divergences": "[data-testid=densities]",
    "divergences?preset=sliding": "[data-testid=slide-chart]",
    "latent?view=draw": "[data-testid=draw-code]",
    "latent?view=walks": ".gl-walk-norms",
}
FONTS = """(() => {
  const kept = Object.getOwnPropertyDescriptor(CanvasRenderingContext2D.prototype, 'font');
  Object.defineProperty(CanvasRenderingContext2D.prototype, 'font', { ...kept, set(font) {
    this.canvas.dataset.font = font;
    kept.set.call(this, font);
  } });
})()"""
# What is wider than its place, of the elements that one sees
OVERFLOWN = """chosen => [...document.querySelectorAll(chosen)].filter((node) => node.checkVisibility())
  .filter((node) => node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).display !== 'inline')
  .map((node) => `${node.className} ${node.textContent}`)"""
# How many parts of the playground's overview lie under its button
OVER = """() => {
  const button = document.querySelector('[data-testid=enlarge]').getBoundingClientRect();
  return [...document.querySelectorAll('.gl-play-overview .gl-play-node')].map((node) => node.getBoundingClientRect())
    .filter(({ left, right, top, bottom }) => Math.min(right, button.right) > Math.max(left, button.left) + 1
      && Math.min(bottom, button.bottom) > Math.max(top, button.top) + 1).length;
}"""
# Where a handle's middle is, as a part of its picture's width: at once, before any script can follow
PLACE = """([width]) => {
  const stage = document.querySelector(".gl-dn-stage");
  stage.style.width = width;
  const [box, own] = [stage.getBoundingClientRect(), stage.querySelector(".gl-dn-of-p").getBoundingClientRect()];
  return (own.left + 26 - box.left) / box.width;
}"""


def forced(new_page: NewPage) -> Page:
    page = new_page(reduced_motion="reduce")
    page.emulate_media(forced_colors="active")
    return page


def test_sliders_are_seen_in_forced_colours(server: Server, new_page: NewPage) -> None:
    page = forced(new_page)
    page.goto(f"{server.address}/vae")
    sliders = [
        page.get_by_test_id("latent-slider-0"),
        page.locator(".gl-time"),
        page.locator(".stSlider [role=group]").first,
    ]
    for slider in sliders:
        expect(slider).to_be_visible()
        colours = Image.open(BytesIO(slider.screenshot())).convert("RGB").getcolors(1 << 16) or []
        common = [colour for count, colour in colours if count > 40]
        assert len(common) > 2, common  # the paper, the way and the thumb


def test_what_is_pressed_is_seen_in_forced_colours(server: Server, new_page: NewPage) -> None:
    page = forced(new_page)
    page.goto(f"{server.address}/playground")
    pressed, other = page.get_by_test_id("layer-field"), page.get_by_test_id("layer-grid")
    expect(pressed).to_have_attribute("aria-pressed", "true")
    expect(other).to_have_attribute("aria-pressed", "false")
    assert pressed.evaluate(BACKGROUND) != other.evaluate(BACKGROUND)


@pytest.mark.parametrize("address", ["gan", "compare"])
def test_words_of_buttons_are_whole_in_letters_twice_as_large(server: Server, page: Page, address: str) -> None:
    page.goto(f"{server.address}/{address}")
    expect(page.locator(".stMain button[kind=primary]").first).to_be_visible()
    settled(page)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate(CUT) == []


def test_letters_of_figures_grow_too(server: Server, page: Page) -> None:
    page.goto(f"{server.address}/divergences?view=elbo")
    words = page.locator(".gl-lg svg text").first
    expect(words).to_have_css("font-size", "12px")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    expect(words).to_have_css("font-size", "24px")


@pytest.mark.parametrize("address", DRAWN)
def test_letters_that_are_drawn_grow_too(server: Server, page: Page, address: str) -> None:
    page.add_init_script(FONTS)
    page.goto(f"{server.address}/{address}")
    size = f"() => parseFloat(document.querySelector({DRAWN[address]!r})?.dataset.font?.match(/[0-9.]+px/)?.[0])"
    page.wait_for_function(f"({size})() > 0")
    before = page.evaluate(size)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    page.wait_for_function(f"before => ({size})() === 2 * before", arg=before)


def test_letters_of_charts_grow_too(server: Server, page: Page) -> None:
    page.goto(f"{server.address}/vae")
    ticks = page.locator(".gl-run .xtick text").first
    expect(ticks).to_have_css("font-size", "12px")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    expect(ticks).to_have_css("font-size", "24px")


def test_numbers_beside_latents_and_the_overview_s_button_have_room(server: Server, page: Page) -> None:
    page.goto(f"{server.address}/latent")
    expect(page.locator(".gl-explore .latent .bar small").first).to_be_visible()
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate(OVERFLOWN, ".gl-explore .latent .row :is(output, small, span)") == []
    page.goto(f"{server.address}/playground")
    button = page.get_by_test_id("enlarge")
    expect(button).to_be_visible()
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    page.wait_for_function(f"({OVER})() === 0")
    assert page.evaluate(OVERFLOWN, "[data-testid=enlarge]") == []


def test_handles_are_printed_where_their_densities_are(server: Server, page: Page) -> None:
    page.goto(f"{server.address}/divergences")
    expect(page.locator(".gl-dn-number output[data-value]").first).to_be_visible()
    assert page.evaluate(PLACE, ["300px"]) == pytest.approx(page.evaluate(PLACE, ["600px"]), abs=0.005)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    sheets = page.evaluate("[...document.styleSheets].flatMap(sheet => [...sheet.cssRules]).map(rule => rule.cssText)")
    assert any(rule.startswith("@page") and "1180px" in rule for rule in sheets)


@pytest.mark.parametrize("address", ["vae?lang=zh", "playground?lang=en", "flow?lang=en"])
def test_nothing_reaches_over_the_side_in_letters_twice_as_large(server: Server, page: Page, address: str) -> None:
    page.goto(f"{server.address}/{address}")
    expect(page.get_by_test_id("shown")).to_be_visible()
    settled(page)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    main = "document.querySelector('[data-testid=stMain]')"
    page.wait_for_function(f"{main}.scrollWidth - {main}.clientWidth <= 1")
    own = page.locator(".st-key-own button").first
    assert own.locator("p").first.evaluate("node => node.getBoundingClientRect().width") > 80  # no letter stands alone


@pytest.mark.parametrize("size", [(1180, 760), (390, 844)])
def test_the_models_of_the_playground_stand_in_a_row(server: Server, new_page: NewPage, size: tuple[int, int]) -> None:
    page = new_page(viewport={"width": size[0], "height": size[1]})
    page.goto(f"{server.address}/playground")
    models = page.locator(".st-key-family button")
    expect(models.last).to_be_visible()
    settled(page)
    # Of one moment: what stands above may still come while one asks for one after the other.
    heights = models.evaluate_all("all => all.map(one => Math.round(one.getBoundingClientRect().y))")
    assert len(heights) > 1
    assert len(set(heights)) == 1
