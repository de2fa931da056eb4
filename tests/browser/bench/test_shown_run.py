"""A run that is shown: nothing jumps, the slider stands on the steps of the curves, every curve has its name, what to
expect is said to a finger and a keyboard too, the run before stays behind, and a copy can be taken."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from browser.actions import button, run_id, state, view
from browser.conftest import NewPage
from browser.served import Server
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser


def settled(page: Page, address: str) -> None:
    """Opens a page and waits until its run and its curves are drawn."""
    page.goto(address)
    expect(view(page)).to_have_attribute("data-state", "finished")
    drawn(page)


def drawn(page: Page) -> None:
    """Waits until every chart that is seen has a curve."""
    page.wait_for_function(
        "(seen => seen.length && seen.every((box) => box.data?.length))"
        "([...document.querySelectorAll('.gl-chart')].filter((box) => box.checkVisibility()))"
    )


def tops(page: Page) -> dict[str, float]:
    """Where the parts of the page begin."""
    parts = {
        "formula": page.locator(".gl-formula"),
        "pictures": page.locator(".gl-stage"),
        "slider": page.get_by_test_id("time-slider"),
        "knobs": page.locator(".st-key-settings"),
        "below": page.locator(".gl-latent"),
    }
    return {name: part.evaluate("node => Math.round(node.getBoundingClientRect().top)") for name, part in parts.items()}


@pytest.mark.parametrize("page_name", ["vae", "gan"])
def test_start_moves_nothing(page: Page, server: Server, page_name: str) -> None:
    settled(page, f"{server.address}/{page_name}?steps=30")
    before, first = tops(page), page.get_by_test_id("shown").text_content()
    button(page, "start").click()
    expect(page.get_by_test_id("shown")).not_to_have_text(first or "")
    state(page, "running")
    assert tops(page) == before
    state(page, "finished")
    drawn(page)
    assert tops(page) == before


def centres(slider: Locator, box: Locator) -> tuple[float, float]:
    """Where the slider's thumb stands, and where its step is on the chart's axis, in pixels."""
    thumb = slider.evaluate(
        """node => {
          const { left, width } = node.getBoundingClientRect();
          return left + 8 + (width - 16) * (node.value - node.min) / (node.max - node.min);
        }"""
    )
    place = box.evaluate(
        """(box, step) => {
          const { xaxis } = box._fullLayout;
          return box.getBoundingClientRect().left + xaxis._offset + xaxis.d2p(step);
        }""",
        float(slider.input_value()),
    )
    return thumb, place


@pytest.mark.parametrize(("page_name", "panel"), [("vae", "loss"), ("gan", "value"), ("gan", "scores")])
def test_the_slider_stands_on_the_steps_of_the_curves(page: Page, server: Server, page_name: str, panel: str) -> None:
    settled(page, f"{server.address}/{page_name}")
    slider, box = page.get_by_test_id("time-slider"), page.get_by_test_id(f"curves-{panel}")
    last = int(view(page).get_attribute("data-step") or 0)
    for key in ("Home", "PageUp", "ArrowRight", "End"):
        slider.press(key)
        thumb, place = centres(slider, box)
        assert thumb == pytest.approx(place, abs=1.5), key
    assert int(slider.input_value()) == last
    # A pointer lands on a kept moment, wherever it points.
    bounds = slider.bounding_box()
    assert bounds
    page.mouse.click(bounds["x"] + 0.4 * bounds["width"], bounds["y"] + bounds["height"] / 2)
    expect(page.locator(".gl-words")).to_contain_text("is shown")
    moment = int(slider.input_value())
    assert moment in server.store.frame_steps(page_name if page_name == "gan" else "vae-20")
    expect(page.locator(".gl-words")).to_have_text(f"Step {moment:,} is shown · Finished · step {last:,} / {last:,}")
    thumb, place = centres(slider, box)
    assert thumb == pytest.approx(place, abs=1.5)


def test_held_out_curves_are_in_the_legend_and_can_be_hidden(page: Page, server: Server) -> None:
    settled(page, f"{server.address}/vae")
    box = page.get_by_test_id("curves-loss")
    panel = page.locator(".gl-panel").filter(has=box)
    entry = panel.get_by_test_id("legend-held-out")
    expect(entry).to_be_visible()
    seen = "box => box.data.filter((one) => one.visible !== false && one.line.dash === 'dot').length"
    assert box.evaluate(seen) > 0
    entry.click()
    expect(entry).to_have_attribute("aria-pressed", "false")
    page.wait_for_function(f"({seen})(document.querySelector('[data-testid=curves-loss]')) === 0")
    expect(panel.get_by_test_id("legend-behind")).to_be_hidden()


def test_what_a_finished_run_never_measured_is_no_empty_chart(page: Page, server: Server) -> None:
    settled(page, f"{server.address}/gan")
    page.wait_for_function(
        "[...document.querySelectorAll('.gl-chart')].filter((box) => box.checkVisibility()).length === 3"
    )
    assert "frechet" not in {name for _, terms in server.store.points("gan") for name in terms}
    expect(page.get_by_test_id("curves-frechet")).to_be_hidden()
    expect(page.get_by_test_id("curves-scores")).to_contain_text("step")  # the last that is seen writes the steps


def test_what_to_expect_is_said_to_the_keyboard_and_to_a_finger(new_page: NewPage, server: Server) -> None:
    page = new_page(has_touch=True)
    settled(page, f"{server.address}/vae")
    said = page.get_by_test_id("expect")
    expect(said).to_contain_text("Negative ELBO")
    page.locator("[data-term=kl]").focus()
    expect(said).to_contain_text("KL to the prior")
    page.locator("[data-term=reconstruction]").tap()
    expect(said).to_contain_text("Reconstruction")
    page.goto(f"{server.address}/playground?steps=10&hidden=16&batch=32")
    button(page, "step").click()
    expect(page.locator(".gl-play")).to_have_attribute("data-step", "1")
    term = page.locator(".gl-play-side [data-term=value]")
    expect(page.get_by_test_id("expect").first).to_be_hidden()
    term.tap()
    expect(page.get_by_test_id("expect").first).to_be_visible()


def test_the_run_before_stays_grey_behind_the_new_one(page: Page, server: Server) -> None:
    settled(page, f"{server.address}/vae?steps=100")
    shown = page.get_by_test_id("shown")
    expect(shown).to_contain_text("MNIST, N = 20, β = 1")
    expect(page.get_by_test_id("shown-says")).to_contain_text(": Start trains it.")
    button(page, "start").click()
    expect(shown).to_contain_text("MNIST 5k, N = 20, β = 1, 100 steps · mine")
    panel = page.locator(".gl-panel").filter(has=page.get_by_test_id("curves-loss"))
    expect(panel.get_by_test_id("legend-behind")).to_be_visible()
    grey = "document.querySelector('[data-testid=curves-loss]').data.filter((one) => one.opacity < 1).length"
    page.wait_for_function(f"{grey} === 3")
    state(page, "finished")
    link = page.url
    page.goto("about:blank")
    page.goto(link)  # a link shows the two together
    page.wait_for_function(f"document.querySelector('[data-testid=curves-loss]')?.data && {grey} === 3")


@pytest.mark.mnist
def test_a_link_is_copied_and_a_copy_is_taken(new_page: NewPage, server: Server) -> None:
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    settled(page, f"{server.address}/vae")
    page.get_by_test_id("copy-link").click()
    expect(page.get_by_test_id("copy-link")).to_have_text("Copied")
    link = urlsplit(page.evaluate("navigator.clipboard.readText()"))
    assert link.path == "/vae"
    assert parse_qs(link.query)["run"] == ["vae-20"]
    expect(page.get_by_test_id("copy-link")).to_have_text("Copy link")
    fork = page.get_by_test_id("fork")
    last = int(view(page).get_attribute("data-step") or 0)
    expect(fork).to_have_text(f"Take a copy from step {last:,}")
    fork.click()
    state(page, "paused")
    copy = server.store.get(run_id(page))
    assert (copy.parent_id, copy.step) == ("vae-20", last)
    assert copy.config["steps"] > last
    expect(fork).to_have_text(f"Fork from step {last:,}")
    expect(button(page, "start")).to_contain_text("Resume")


@pytest.mark.mnist
def test_a_copy_taken_elsewhere_opens_where_it_can_be_trained_on(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/latent?run=ae-20")
    expect(page.get_by_test_id("shown")).to_contain_text("MNIST, N = 20")
    expect(page.get_by_test_id("shown")).to_contain_text("shipped")
    page.get_by_test_id("fork").click()
    page.wait_for_url("**/autoencoder?*")
    state(page, "paused")
    assert server.store.get(run_id(page)).parent_id == "ae-20"
