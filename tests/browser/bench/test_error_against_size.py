"""The autoencoder's bench: its error against N stands beside PCA's, and a linear one lands on PCA's line."""

from __future__ import annotations

from typing import Any

import pytest
from browser.actions import begin, button, state
from browser.served import Server
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PLOTTED = """() => {
  const chart = document.querySelector('[data-testid="curves-sizes"]');
  const traces = (chart?.data ?? []).map(({ name, x, y }) => [name, x.map((n, i) => [n, y[i]])]);
  return traces.length ? Object.fromEntries(traces) : null;
}"""


SCROLLED = "document.querySelector('[data-testid=\"sizes\"]:not([hidden])')?.scrollIntoView()"


def plotted(page: Page, name: str) -> dict[int, float]:
    """Error by N of a curve or of the dots of a name, once they are in sight and drawn."""
    drawn = f"(name) => {{ {SCROLLED}; return (({PLOTTED})() ?? {{}})[name]; }}"
    page.wait_for_function(drawn, arg=name, timeout=60_000)
    found: dict[str, Any] = page.evaluate(PLOTTED)
    return dict(found[name])


def test_a_shipped_run_stands_below_pca_of_its_own_data(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/autoencoder?run=ae-20")
    line, this, shipped = (plotted(page, name) for name in ("PCA", "this run", "shipped"))
    assert line[20] == pytest.approx(0.02354, abs=1e-4)  # of MNIST, wherever it is
    assert this[20] < 0.4 * line[20]
    assert shipped.keys() == {2, 20}  # the best of 20 numbers ships too
    assert shipped[2] < line[2]
    assert shipped[20] < this[20]
    # An earlier moment has another error: the dot goes with it.
    page.get_by_test_id("time-slider").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    larger = f"(last) => {{ {SCROLLED}; return (({PLOTTED})() ?? {{}})['this run']?.[0][1] > 1.2 * last; }}"
    page.wait_for_function(larger, arg=this[20])


def test_a_linear_autoencoder_lands_on_the_line(page: Page, server: Server) -> None:
    begin(page, f"{server.address}/autoencoder?net=linear&steps=600&latents=8")
    state(page, "finished")
    line, this = plotted(page, "PCA"), plotted(page, "this run")
    assert this[8] == pytest.approx(line[8], rel=0.03)


def test_the_dots_of_ones_own_runs_stay(page: Page, server: Server) -> None:
    begin(page, f"{server.address}/autoencoder?net=linear&steps=200&latents=4")
    state(page, "finished")
    button(page, "start").click()  # another one of the same settings
    state(page, "finished")
    assert plotted(page, "linear").keys() == plotted(page, "this run").keys() == {4}
