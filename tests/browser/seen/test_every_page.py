"""Every page and chapter, opened once for all who look at it: what axe-core finds in either theme and size, what a
screen reader tells, what moves by itself, where the Tab key comes to."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from browser.conftest import visitors
from browser.pages import PAGES, SHOWN, opened
from browser.seen.axe import elsewhere, violations
from browser.seen.heard import controls, told
from browser.seen.motion import GLIDING, RESTS
from browser.seen.tabbed import MISSED, against, walked
from browser.served import Server
from playwright.sync_api import Browser, BrowserContext, Page, expect

from genlab.lessons.loader import chapters

pytestmark = pytest.mark.browser

Visit = tuple[str, str]
# A page is met in both languages, a chapter in one; each in each theme and in each size.
READ: list[Visit] = [(address, language) for address in PAGES for language in ("en", "zh")] + [
    (chapter.address, ("en", "zh")[chapter.number % 2]) for chapter in chapters()
]
DARK_FIRST = [visit for visit in READ if visit[1] == "zh"]
HEARD = [(address, ("en", "zh")[place % 2]) for place, address in enumerate(PAGES)] + READ[2 * len(PAGES) :]
ENGLISH: list[Visit] = [(address, "en") for address in SHOWN]
# The page's own styles may come a moment after what they style.
STYLED = "() => [...document.querySelectorAll('style')].some((sheet) => sheet.textContent.includes('#gl-skip'))"
# How bright the paper is, and the ink of the page's heading: red, green and blue together
BRIGHTNESS = """node => [document.querySelector("[data-testid=stApp]"), node].map((element, i) => {
  const style = getComputedStyle(element);
  const parts = (i ? style.color : style.backgroundColor).match(/[0-9.]+/g).slice(0, 3).map(Number);
  return parts[0] + parts[1] + parts[2];
})"""


@pytest.fixture(scope="module")
def seen(
    request: pytest.FixtureRequest, browser: Browser, kept: dict[str, list[BrowserContext]], server: Server
) -> Iterator[Page]:
    """A page that has drawn itself, on a laptop: in English a light one, in Chinese a dark one. It stays open for the
    tests that follow; what they leave of it, the next one looks at."""
    address, language = request.param
    problems: list[str] = []
    with visitors(browser, kept, problems) as new_page:
        page = new_page(color_scheme="light" if language == "en" else "dark", reduced_motion="reduce")
        opened(page, server.address, address, language)
        page.wait_for_function(STYLED)
        expect(page.locator("#gl-skip")).to_be_attached()
        yield page


def over(visits: list[Visit]) -> pytest.MarkDecorator:
    """For each of these visits; those of one page follow each other."""
    names = [f"{address}-{language}" for address, language in visits]
    return pytest.mark.parametrize("seen", visits, ids=names, indirect=True, scope="module")


# What changes the page comes after what only looks at it.
@over(ENGLISH)
def test_nothing_moves_by_itself(seen: Page) -> None:
    assert seen.evaluate(RESTS) == []
    assert seen.evaluate(GLIDING) == []


@over(HEARD)
def test_figures_say_their_numbers_and_controls_what_they_are(seen: Page) -> None:
    told(seen)
    nameless, same = controls(seen)
    assert (nameless, same) == ([], [])


@over(DARK_FIRST)
def test_what_is_asked_for_dark_is_dark(seen: Page) -> None:
    paper, ink = seen.get_by_role("heading", level=1).first.evaluate(BRIGHTNESS)
    assert paper < 150 < 500 < ink


@over(READ)
def test_nothing_on_a_laptop_is_hard_to_read_or_to_reach(seen: Page) -> None:
    assert violations(seen) == []


@over(ENGLISH)
def test_tab_comes_to_every_control_in_the_order_one_reads(seen: Page) -> None:
    stops = walked(seen)
    if seen.evaluate(MISSED):  # some parts come when one first looks at them: they are here by now
        stops = walked(seen)
    assert [backwards for pair in pairwise(stops) if (backwards := against(*pair))] == []
    assert seen.evaluate(MISSED) == []


@over(READ)
def test_nor_is_it_on_a_phone_in_the_other_theme(seen: Page) -> None:
    elsewhere(seen)
    assert violations(seen) == []
