"""What holds for every chapter in a browser: its words light something, its pages can be used by keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browser.conftest import NewPage, visitors
from browser.served import Server
from playwright.sync_api import Browser, BrowserContext, Page, expect

from genlab.lessons.anatomy import Chapter
from genlab.lessons.loader import chapters

pytestmark = pytest.mark.browser
# Of a server that has just begun: it imports torch and unpacks the shipped runs.
FIRST_MS = 60_000
each = pytest.mark.parametrize("chapter", chapters(), ids=lambda chapter: chapter.name)
shown = pytest.mark.parametrize("seen", chapters(), ids=lambda chapter: chapter.name, indirect=True, scope="module")
UNLIT = """() => [...document.querySelectorAll(".gl-light")].map(button => button.dataset.light).filter(name => {
  const quoted = CSS.escape(name);
  return !document.querySelector(`[data-part~="${quoted}"], [data-term="${quoted}"], [data-testid="${quoted}"]`);
})"""

# Formulas that reach over the window's side, and commas that stand on another line than what they follow.
ASTRAY = """() => {
  const edges = node => node.getBoundingClientRect();
  const wide = [...document.querySelectorAll(".gl-lesson math")].filter(node => edges(node).right > innerWidth);
  const lost = [...document.querySelectorAll(".gl-lesson .gl-glued")].filter(node => {
    const range = document.createRange();
    range.selectNodeContents(node.lastChild);
    return node.getClientRects().length && edges(range).top >= edges(node.firstChild).bottom;
  });
  return [...wide, ...lost].map(node => node.textContent);
}"""


@pytest.fixture(scope="module")
def seen(
    request: pytest.FixtureRequest, browser: Browser, kept: dict[str, list[BrowserContext]], server: Server
) -> Iterator[Page]:
    """A chapter on a laptop, open for the tests that follow."""
    with visitors(browser, kept, []) as new_page:
        page = new_page()
        page.goto(f"{server.address}/{request.param.address}")
        expect(page.get_by_test_id("question-1")).to_be_visible(timeout=FIRST_MS)
        yield page


@shown
def test_the_first_screen_has_claim_stage_and_question(seen: Page) -> None:
    run = seen.get_by_test_id("question-1").get_by_test_id("run-experiment")
    expect(run).to_be_visible()
    assert run.evaluate("node => node.getBoundingClientRect().bottom") < 760
    seen.keyboard.press("Tab")
    seen.keyboard.press("Enter")
    expect(seen.locator(".gl-lesson :focus")).to_be_attached()


@shown
def test_every_word_that_lights_something_finds_it(seen: Page) -> None:
    seen.wait_for_function(f"({UNLIT})().length === 0", timeout=FIRST_MS)
    light = seen.locator(".gl-light").first
    light.click()
    expect(light).to_have_attribute("aria-pressed", "true")
    expect(seen.locator(".gl-lit").first).to_be_attached()
    light.click()
    seen.mouse.move(0, 0)
    seen.locator("body").evaluate("node => node.ownerDocument.activeElement.blur()")
    expect(seen.locator(".gl-lit")).to_have_count(0)


@each
def test_on_a_phone_no_formula_is_cut_off(new_page: NewPage, server: Server, chapter: Chapter) -> None:
    page = new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{server.address}/{chapter.address}?lang=zh")
    expect(page.get_by_test_id("question-1")).to_be_visible(timeout=FIRST_MS)
    assert page.evaluate(ASTRAY) == []
    term = page.locator(".gl-lesson-look .gl-term").first
    term.click()
    note = page.locator(".gl-lesson-note")
    expect(note).to_be_visible()
    assert note.evaluate("node => node.parentElement.closest('p, button') === null")  # a note is no part of a word
