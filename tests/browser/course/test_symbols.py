"""The formulas symbol by symbol: pointed at, tapped, or come to by the arrow keys, a symbol says what it means."""

from __future__ import annotations

import re

import pytest
from browser.conftest import NewPage
from browser.served import Server
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser
FIRST_MS = 60_000


def note(page: Page) -> Locator:
    """The note that is shown: there is one at most."""
    return page.locator("[data-testid=symbol-note]:popover-open")


def in_view(page: Page) -> bool:
    """Whether the note lies within the window, and off the symbol that it is of."""
    return note(page).evaluate(
        """node => {
          const [box, symbol] = [node, document.querySelector("[data-asked]")].map(one => one.getBoundingClientRect());
          const apart = box.bottom <= symbol.top + 1 || box.top >= symbol.bottom - 1;
          return apart && box.left >= 0 && box.right <= innerWidth && box.top >= 0 && box.bottom <= innerHeight;
        }"""
    )


def test_a_mouse_that_points_at_a_symbol_is_told_what_it_means_and_how_large_it_is(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/vae?lang=en")
    formula = page.locator(".gl-formula")
    expect(page.get_by_test_id("term-kl")).to_contain_text(re.compile(r"\d"), timeout=FIRST_MS)
    formula.locator("[data-symbol=prior]").hover(position={"x": 3, "y": 8})
    expect(note(page)).to_contain_text("Prior: how z is distributed")
    assert in_view(page)
    formula.locator("[data-symbol=z]").first.hover()
    expect(note(page)).to_contain_text("z: a code of a few numbers")
    expect(note(page)).to_contain_text("Here: 20 numbers.")
    expect(note(page)).to_contain_text("Likelihood")  # what it stands in
    formula.locator("[data-symbol=kl_prior]").hover()
    expect(note(page)).to_contain_text(f"= {page.get_by_test_id('term-kl').text_content()} nats")
    note(page).hover()  # what one reads stays
    expect(note(page)).to_be_visible()
    page.mouse.move(2, 700)
    expect(note(page)).to_have_count(0)


def test_a_formula_is_one_stop_and_the_arrow_keys_go_through_it(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/gan?lang=zh")
    formula = page.locator(".gl-formula")
    expect(page.get_by_test_id("term-value")).to_contain_text(re.compile(r"\d"), timeout=FIRST_MS)
    assert (
        formula.evaluate("node => [node, ...node.querySelectorAll('*')].filter(one => one.tabIndex >= 0).length") == 1
    )
    formula.evaluate("node => node.previousElementSibling.querySelector('button, a, summary')?.focus()")
    while not formula.evaluate("node => node === document.activeElement"):
        page.keyboard.press("Tab")
    expect(note(page)).to_contain_text("生成器 G 要使它尽量小")
    seen = set()
    for _ in range(formula.locator("[data-symbol]").count()):
        seen.add(note(page).text_content())
        assert in_view(page)
        page.keyboard.press("ArrowRight")
    assert len(seen) > 8
    page.keyboard.press("ArrowLeft")
    lit = formula.locator(".gl-term.gl-lit")  # the term that it stands in, and its curve
    expect(lit).to_have_attribute("data-term", "g_loss")
    page.keyboard.press("Escape")
    expect(note(page)).to_have_count(0)
    page.keyboard.press("Tab")
    assert not formula.evaluate("node => node.contains(document.activeElement)")


def test_a_finger_that_taps_a_symbol_of_a_chapter_is_told(new_page: NewPage, server: Server) -> None:
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True)
    page.goto(f"{server.address}/chapter-two-distances?lang=zh")
    expect(page.get_by_test_id("question-1")).to_be_visible(timeout=FIRST_MS)
    look = page.locator(".gl-lesson-look")
    gap = look.locator("[data-symbol=gap]")
    gap.tap()
    expect(note(page)).to_contain_text("间隙")
    expect(note(page)).to_contain_text(page.get_by_test_id("term-kl_posterior").text_content() or "?")
    assert in_view(page)
    look.locator("[data-symbol=posterior]").tap(position={"x": 3, "y": 8})
    expect(note(page)).to_contain_text("真实后验")
    page.locator("h1").tap()
    expect(note(page)).to_have_count(0)


@pytest.mark.parametrize(
    "address", ["divergences", "divergences?view=elbo", "divergences?view=images", "chapter-the-game"]
)
def test_formulas_of_instruments_are_explained(page: Page, server: Server, address: str) -> None:
    page.goto(f"{server.address}/{address}")
    symbol = page.locator("[data-symbol]:visible").last
    expect(symbol).to_be_visible(timeout=FIRST_MS)
    symbol.hover()
    expect(note(page)).to_contain_text(re.compile(r"\w+"))
