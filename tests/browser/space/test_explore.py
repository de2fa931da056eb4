"""Exploring a run's latent space as a person does it: by hand, by link, by list, in training, and broken."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import torch
from browser.actions import ink
from browser.conftest import NewPage
from browser.served import Server
from browser.space.explore_cases import UNUSED, explore, values
from numpy.testing import assert_allclose
from playwright.sync_api import Page, expect

from genlab.data import load
from genlab.runs.looks.codes import held_out, model_of
from genlab.runs.store.record import Run

pytestmark = pytest.mark.browser


def param(page: Page, name: str) -> str | None:
    return page.evaluate("name => new URLSearchParams(location.search).get(name)", name)


def has_param(page: Page, name: str, value: str | None) -> None:
    """Waits until the address says so."""
    page.wait_for_function(
        "([name, value]) => new URLSearchParams(location.search).get(name) === value", arg=[name, value]
    )


def drag(page: Page, x: float, y: float) -> None:
    """From the plane's middle to a share of its width and height, in ten moves."""
    box = page.get_by_test_id("latent-plane").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=10)
    page.mouse.up()


def codes_of(server: Server, run: Run) -> np.ndarray:
    """The codes of the held-out digits, as torch has them."""
    examples = held_out("mnist5k")
    assert examples
    return model_of(server.store, run.id, 10).encode(examples[0]).numpy()  # type: ignore[operator]


def test_a_hand_moves_z_and_nothing_is_sent(server: Server, page: Page, made: Any) -> None:
    sent: list[str] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda _: sent.append("message")))
    run = made("vae")
    explore(page, server, run)
    page.get_by_test_id("example-9").wait_for()  # the last of what a page fetches
    expect(page.get_by_test_id("latent-slider-0")).to_be_visible()
    before = ink(page.get_by_test_id("latent-image"))
    sent.clear()
    page.on("request", lambda request: sent.append(request.url))
    drag(page, 0.75, 0.25)
    assert sent == []
    assert sorted(values(page)) == pytest.approx([0, 0, 1.5, 1.5], abs=0.05)
    assert ink(page.get_by_test_id("latent-image")) != before
    with torch.no_grad():
        x = model_of(server.store, run.id, 10).decode(torch.tensor([values(page)]))
    grey = page.get_by_test_id("latent-image").evaluate(
        "c => Array.from(c.getContext('2d').getImageData(0, 0, 28, 28).data).filter((_, i) => i % 4 === 0)"
    )
    assert_allclose(grey, x.flatten().numpy() * 255, atol=1)


def test_latents_come_by_importance_and_unused_ones_are_marked(server: Server, page: Page, made: Any) -> None:
    explore(page, server, made("vae"))
    rows = page.locator(".gl-explore .row")
    expect(rows).to_have_count(4)
    worth = [float(row.get_attribute("data-worth") or "nan") for row in rows.all()]
    assert worth == sorted(worth, reverse=True)
    assert worth[-1] == 0
    expect(page.locator(".gl-explore .row.unused")).to_have_count(1)
    expect(page.locator(".gl-explore .row.unused input")).to_have_attribute("aria-label", f"latent z{UNUSED + 1}")
    expect(page.locator(".gl-explore-worth")).to_contain_text("nats")


def test_a_link_opens_exactly_the_same(server: Server, page: Page, new_page: NewPage, made: Any) -> None:
    run = made("vae")
    explore(page, server, run)
    page.get_by_label("Across").select_option("axis 1")
    page.get_by_label("Up").select_option("z3")
    page.get_by_test_id("latent-codes-shown").check()
    drag(page, 0.8, 0.3)
    page.get_by_test_id("latent-slider-1").press("ArrowRight")
    z = values(page)
    has_param(page, "z", "_".join(f"{value:g}" for value in z))
    assert (param(page, "across"), param(page, "up"), param(page, "codes")) == ("axis1", "z3", "1")

    other = new_page()
    other.goto(page.url)
    expect(other.get_by_test_id("explore")).to_have_attribute("data-ready", "true", timeout=60_000)
    assert values(other) == z
    expect(other.get_by_label("Across")).to_have_value("axis1")
    expect(other.get_by_test_id("latent-codes-shown")).to_be_checked()
    for name in ("latent-image", "latent-codes"):
        assert ink(other.get_by_test_id(name)) == ink(page.get_by_test_id(name))

    page.get_by_test_id("latent-reset").click()
    has_param(page, "z", None)
    has_param(page, "across", None)
    assert param(page, "codes") == "1"
    assert param(page, "run") == run.id


def test_another_view_or_language_keeps_the_place(server: Server, page: Page, made: Any) -> None:
    explore(page, server, made("vae"), "z=1_0_0_0&across=axis1")
    page.get_by_test_id("latent-slider-0").press("End")
    z = values(page)
    assert z != [1, 0, 0, 0]
    for name in ("Walks", "Explore", "中文"):
        page.get_by_text(name, exact=True).click()
        if name == "Walks":
            page.get_by_test_id("walks").wait_for()
    expect(page.get_by_test_id("latent-reset")).not_to_have_text("Reset")
    expect(page.get_by_test_id("explore")).to_have_attribute("data-ready", "true")
    assert values(page) == z
    has_param(page, "z", "_".join(f"{value:g}" for value in z))
    assert param(page, "across") == "axis1"


@pytest.mark.parametrize("query", ["z=1_2", "z=a_b_c_d", "z=1e99_0_0_0", "across=z99&up=axis0", "codes=yes&z="])
def test_nonsense_in_the_address_is_ignored(server: Server, page: Page, made: Any, query: str) -> None:
    explore(page, server, made("vae"), query)
    assert values(page) == [0, 0, 0, 0]
    expect(page.get_by_test_id("latent-codes-shown")).not_to_be_checked()


def test_a_plane_of_two_axes_moves_along_them(server: Server, page: Page, made: Any) -> None:
    run = made("ae")
    explore(page, server, run, "across=axis1&up=axis2")
    codes = codes_of(server, run)
    center = codes.mean(axis=0)
    assert_allclose(values(page), center, atol=0.006)  # an autoencoder has no prior: it begins amid its codes
    _, singular, axes = np.linalg.svd(codes - center, full_matrices=False)
    drag(page, 0.75, 0.5)
    moved = np.array(values(page)) - center
    assert abs(moved @ axes[0]) == pytest.approx(1.5 * singular[0] / np.sqrt(len(codes)), rel=0.05)
    assert np.linalg.norm(moved - (moved @ axes[0]) * axes[0]) < 0.05


@pytest.mark.parametrize("family", ["ae", "vae"])
def test_a_digit_is_a_place_to_begin(server: Server, page: Page, made: Any, family: str) -> None:
    run = made(family)
    explore(page, server, run)
    labels = load("mnist5k").test_labels  # type: ignore[union-attr]
    second = np.flatnonzero(labels == 7)[1]
    page.get_by_test_id("examples-others").click()
    digit = page.get_by_test_id("example-7")
    digit.click()
    expect(digit).to_have_attribute("aria-pressed", "true")
    assert_allclose(values(page), codes_of(server, run)[second], atol=0.006)
    page.get_by_test_id("latent-random").click()
    expect(digit).not_to_have_attribute("aria-pressed", "true")


def test_a_gan_has_no_codes(server: Server, page: Page, made: Any) -> None:
    explore(page, server, made("gan"))
    expect(page.get_by_test_id("latent-codes-shown")).to_be_hidden()
    expect(page.get_by_test_id("example-0")).to_have_count(0)
    assert page.get_by_label("Across").locator("option").count() == 4


def test_z_is_copied_and_typed_as_a_list(server: Server, new_page: NewPage, made: Any) -> None:
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    explore(page, server, made("vae"), "z=1_-0.5_0_2")
    page.get_by_test_id("latent-copy").click()
    expect(page.locator(".gl-explore-said")).not_to_be_empty()
    assert json.loads(page.evaluate("navigator.clipboard.readText()")) == [1, -0.5, 0, 2]
    page.get_by_test_id("latent-edit").click()
    field = page.get_by_test_id("latent-field")
    expect(field).to_be_focused()
    field.fill("[1, 2, three, 4]")
    field.press("Enter")
    expect(page.locator(".gl-explore-said")).to_contain_text("4 numbers")
    assert values_behind(page) == [1, -0.5, 0, 2]
    field.fill("[0.25, 0, -1, 1.5]")
    field.press("Enter")
    expect(field).to_be_hidden()
    assert values(page) == [0.25, 0, -1, 1.5]
    page.get_by_test_id("latent-edit").click()
    field.fill("[9, 9, 9, 9]")
    field.press("Escape")
    assert values(page) == [0.25, 0, -1, 1.5]


def values_behind(page: Page) -> list[float]:
    """The present z while the field lies over it."""
    return json.loads(page.get_by_test_id("latent-values").text_content() or "")
