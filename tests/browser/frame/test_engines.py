"""Every page, and one training, in Firefox and in WebKit: what Chromium forgives, they do not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from browser.engines import opened
from browser.pages import PAGES
from browser.served import Server
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.support.wait import WebDriverWait

# selenium's own driver of WebKitGTK sets what selenium has deprecated.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore:setting remote_server_addr:DeprecationWarning"),
]

FORMULAS = ("autoencoder", "vae", "gan", "divergences?view=elbo")
LOOK = """
  window.troubles = [];
  addEventListener("error", (event) => troubles.push(event.message));
  addEventListener("unhandledrejection", (event) => troubles.push(String(event.reason)));
"""
# The pieces of the formula line by line, and each one's symbol, number and unit as boxes of what is drawn.
PIECES = """
  const box = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    const { left, top, right, bottom } = range.getBoundingClientRect();
    return { left, top, right, bottom };
  };
  const lines = new Map();
  for (const piece of document.querySelectorAll(".gl-formula .gl-piece")) {
    const top = Math.round(piece.getBoundingClientRect().top);
    if (!lines.has(top)) lines.set(top, []);
    const output = piece.querySelector("output");
    lines.get(top).push({ symbol: box(piece.querySelector(".gl-symbol")), number: box(output), says: output.textContent,
                          unit: box(piece.querySelector("small")), whole: piece.getBoundingClientRect().toJSON() });
  }
  return [...lines.values()];
"""


@pytest.fixture(
    scope="module",
    params=[pytest.param("firefox", marks=pytest.mark.firefox), pytest.param("webkit", marks=pytest.mark.webkit)],
)
def driver(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebDriver]:
    """A browser of another engine."""
    with opened(request.param, tmp_path_factory.mktemp(request.param)) as driver:
        yield driver


def visit(driver: WebDriver, server: Server, page: str) -> None:
    """Opens a page, and waits until its live component has drawn."""
    driver.get(f"{server.address}/{page}")
    driver.execute_script(LOOK)
    appears(driver, PAGES[page])


def appears(driver: WebDriver, selector: str, seconds: float = 40) -> None:
    """Waits until there is such an element."""
    waits(driver, "return document.querySelector(arguments[0]) !== null", selector, seconds=seconds)


def waits(driver: WebDriver, script: str, *given: Any, seconds: float = 40) -> None:
    """Waits until a script returns something true."""
    WebDriverWait(driver, seconds, 0.1).until(lambda driver: driver.execute_script(script, *given), script)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_draws_itself_without_an_error(driver: WebDriver, server: Server, page: str) -> None:
    visit(driver, server, page)
    assert driver.execute_script("return troubles") == []
    assert driver.find_elements(By.CSS_SELECTOR, '[data-testid="stException"]') == []
    wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert driver.execute_script(wide) <= 1
    if page in FORMULAS:
        formulas_stand(driver)


def formulas_stand(driver: WebDriver) -> None:
    """Numbers of a line stand on one line below their symbols, and no line touches the one above it."""
    numbers = "[...document.querySelectorAll('.gl-term output')]"
    waits(driver, f"return {numbers}.every((one) => /[0-9]/.test(one.textContent))")
    above = 0.0
    for line in driver.execute_script(PIECES):
        feet = [piece["number"]["bottom"] for piece in line if piece["says"]]
        assert max(feet, default=0) - min(feet, default=0) <= 1
        for piece in line:
            assert piece["symbol"]["left"] >= piece["whole"]["left"] - 1
            assert piece["symbol"]["right"] <= piece["whole"]["right"] + 1
            assert piece["symbol"]["top"] >= above - 1
            if piece["says"]:
                assert piece["symbol"]["bottom"] <= piece["number"]["top"] + 6  # a line of text has air of its own
                assert piece["number"]["bottom"] <= piece["unit"]["top"] + 4
        above = max(piece["whole"]["bottom"] for piece in line)


def test_no_formula_of_the_densities_lies_over_its_number(driver: WebDriver, server: Server) -> None:
    visit(driver, server, "divergences")
    rows = driver.execute_script("""
      const box = (node) => node.getBoundingClientRect().toJSON();
      return [...document.querySelectorAll(".gl-dn-number")].map((row) => ({
        key: row.dataset.testid, symbol: box(row.querySelector("math")), number: box(row.querySelector("output")),
        words: box(row.querySelector(".gl-dn-scale")), row: box(row) }));
    """)
    assert len(rows) == 7
    for row in rows:
        assert row["symbol"]["right"] <= row["number"]["left"], row["key"]
        assert row["words"]["bottom"] <= row["row"]["bottom"] + 1, row["key"]


def test_a_run_trains_and_is_followed(driver: WebDriver, server: Server) -> None:
    driver.get(f"{server.address}/vae?steps=100000")
    appears(driver, ".st-key-start button:enabled")
    driver.find_element(By.CSS_SELECTOR, ".st-key-start button").click()
    rises = "return Number(document.querySelector('.gl-run')?.dataset.step ?? -1) > arguments[0]"
    waits(driver, "return new URLSearchParams(location.search).has('run')")
    waits(driver, rises, 0)
    step = driver.execute_script("return Number(document.querySelector('.gl-run').dataset.step)")
    waits(driver, rises, step)
    appears(driver, ".gl-run .main-svg .xtick text")
    driver.find_element(By.CSS_SELECTOR, ".st-key-pause button").click()
    appears(driver, ".gl-run[data-state='paused']")
    # another theme changes the ink that everything inherits: the chart follows, and nothing was moved
    driver.execute_script("document.querySelector('.gl-run').parentElement.style.color = 'rgb(1, 200, 3)'")
    waits(
        driver,
        """
      const fills = [...document.querySelectorAll(".gl-run .xtick text")].map((one) => getComputedStyle(one).fill);
      return fills.length > 0 && fills.every((fill) => fill === "rgb(1, 200, 3)");
    """,
    )
