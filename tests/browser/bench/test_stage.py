"""Instruments say what they show, and do what is asked of them by name, on a page that holds something else, too."""

from __future__ import annotations

from typing import Any

import pytest
from browser.served import Server
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

LISTEN = """window.said = {};
  window.addEventListener("genlab:stage", ({ detail }) => (window.said[detail.name] = structuredClone(detail)));"""
ASK = "([name, state]) => window.dispatchEvent(new CustomEvent('genlab:act', { detail: { name, state } }))"


def said(page: Page, name: str, condition: str) -> dict[str, Any]:
    """What an instrument said last, once the condition on it holds."""
    page.wait_for_function(f"(name) => {{ const told = window.said[name]; return told && {condition}; }}", arg=name)
    return page.evaluate("(name) => window.said[name]", name)


def test_densities_are_set_by_name_and_say_their_numbers(page: Page, server: Server) -> None:
    page.add_init_script(LISTEN)
    page.goto(f"{server.address}/divergences")
    expect(page.get_by_test_id("densities")).to_be_visible()
    first = said(page, "densities", "told.numbers.js > 0")
    assert first["state"]["number"] == "kl_pq"
    assert {"kl_pq", "kl_qp", "js", "tv", "w1", "cost", "d_star"} <= first["numbers"].keys()
    page.evaluate(ASK, ["densities", {"p": "0,1,1", "q": "2,1,1", "number": "js"}])
    now = said(page, "densities", "told.state.q === '2,1,1'")
    assert (now["state"]["p"], now["state"]["number"]) == ("0,1,1", "js")
    assert now["numbers"]["kl_pq"] == pytest.approx(2)  # (2 - 0)^2 / 2
    page.evaluate(ASK, ["densities", {"q": "nonsense"}])
    page.evaluate(ASK, ["densities", {"q": "1,1,1"}])
    assert said(page, "densities", "told.state.q === '1,1,1'")["state"]["p"] == "0,1,1"


def test_the_elbo_is_set_by_name_and_climbs_when_asked(page: Page, server: Server) -> None:
    page.add_init_script(LISTEN)
    page.goto(f"{server.address}/divergences?view=elbo")
    expect(page.get_by_test_id("elbo-picture")).to_be_visible()
    page.evaluate(ASK, ["elbo", {"mu": -1, "sigma": 2, "nothing": 3}])
    apart = said(page, "elbo", "told.state.mu === -1")
    assert apart["numbers"]["kl_posterior"] > 1
    page.evaluate(ASK, ["elbo", {"climb": True}])
    closed = said(page, "elbo", "told.numbers.kl_posterior < 1e-4")
    assert closed["numbers"]["elbo"] == pytest.approx(apart["numbers"]["log_px"], abs=1e-3)
