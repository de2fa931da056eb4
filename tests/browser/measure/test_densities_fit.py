"""Fits of q to p by either KL, and what is kept when one goes and comes back."""

from __future__ import annotations

import math
import re
from itertools import pairwise

import pytest
from browser.conftest import NewPage
from browser.measure.density_cases import Visit, comes_to, drag, drawn, of_address, per_unit, says, value
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


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
