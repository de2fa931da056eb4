"""What is wrong with a run is said beside its state, at the moment that is shown; one click forks with what helps."""

from __future__ import annotations

import pytest
from browser.actions import begin, button, run_id, state
from browser.served import Server
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

COLLAPSES = "data=ring8&deviation=1&beta=5&steps=400&hidden=16&batch=64"


def test_a_collapsed_run_says_so_and_is_cured_by_a_fork(page: Page, server: Server) -> None:
    run = begin(page, f"{server.address}/vae?{COLLAPSES}")
    state(page, "finished")
    symptoms = page.get_by_test_id("symptoms")
    expect(symptoms).to_contain_text("Posterior collapse: KL is 0.00")
    expect(symptoms).to_contain_text("nats over all 2 latents")
    symptoms.get_by_text("Why").click()
    expect(symptoms.get_by_text("z says nothing")).to_be_visible()

    page.get_by_test_id("time-slider").press("Home")  # nothing was wrong yet
    expect(symptoms).to_be_empty()
    page.get_by_test_id("time-slider").press("End")
    cure = page.get_by_test_id("cure-posterior_collapse")
    expect(cure).to_have_text("Fork with the cure: β 5 → 1, Gaussian deviation 1 → 0.1")
    cure.click()
    page.wait_for_function("run => new URLSearchParams(location.search).get('run') !== run", arg=run)
    made = server.store.get(run_id(page))
    assert (made.parent_id, made.config["beta"], made.config["deviation"]) == (run, 1.0, 0.1)
    state(page, "finished")
    expect(symptoms).to_be_empty()


def test_the_playground_says_it_too(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/playground?family=vae&{COLLAPSES}")
    button(page, "start").click()
    expect(page.get_by_test_id("symptoms")).to_contain_text("Posterior collapse", timeout=60_000)
    run = run_id(page)
    page.get_by_test_id("cure-posterior_collapse").click()
    page.wait_for_function("run => new URLSearchParams(location.search).get('run') !== run", arg=run)
    cured = server.store.get(run_id(page))
    assert cured.parent_id == run
    assert cured.config["beta"] == 1.0
