"""The other walks: sums of codes, traversals, holes, points; and what may go wrong."""

from __future__ import annotations

import re
import urllib.request

import numpy as np
import pytest
import torch
from browser.actions import ink
from browser.conftest import NewPage
from browser.served import Server
from browser.space.walk_cases import SIDE_BY_SIDE, all_walked, decoded, encoded, grey, now, taken, walk
from playwright.sync_api import Page, expect
from safetensors.numpy import load as load_tensors
from scipy.spatial import KDTree

from genlab.netfile import write_nets
from genlab.nets import decoder_mlp

pytestmark = pytest.mark.browser


def test_sums_of_codes_are_decoded(page: Page, server: Server) -> None:
    digits = walk(page, server, "vae-20", walk="arithmetic", base=25, plus=1, minus=7, s=0)
    expect(page.get_by_test_id("take-csv-vae")).to_be_visible()
    reconstruction = decoded("vae-20", encoded("vae-20", digits["images"][[25]]))[0]
    assert np.abs(grey(page, "sum-now-vae") - reconstruction).max() <= 2
    with urllib.request.urlopen(f"{server.address}/lab/runs/vae-20/atlas") as answer:
        means = load_tensors(answer.read())["class_means"]
    page.get_by_test_id("walk-s").fill("1.5")
    expect(page.locator(".gl-walk-slider output")).to_have_text("1.50")
    page.wait_for_function("new URLSearchParams(location.search).get('s') === '1.5'")
    z = encoded("vae-20", digits["images"][[25]]) + 1.5 * (means[1] - means[7])
    assert np.abs(grey(page, "sum-now-vae") - decoded("vae-20", z)[0]).max() <= 2


def test_a_latent_is_moved_under_six_digits(page: Page, server: Server) -> None:
    digits = walk(page, server, "vae-20", walk="traversals", rank=3)
    with urllib.request.urlopen(f"{server.address}/lab/runs/vae-20/atlas") as answer:
        latent = int(load_tensors(answer.read())["order"][2])
    expect(page.get_by_test_id("traversal-said")).to_contain_text(f"z{latent + 1}:")
    z = encoded("vae-20", digits["images"][[0, 1, 2, 3, 4, 7]])[:, None].repeat(13, axis=1)
    z[:, :, latent] = np.linspace(-3, 3, 13)
    wanted = decoded("vae-20", z.reshape(-1, 20)).reshape(6, 13, 28, 28).transpose(0, 2, 1, 3).reshape(6 * 28, 13 * 28)
    assert np.abs(grey(page, "traversal-grid") - wanted).max() <= 2


def test_the_autoencoder_has_more_holes_than_the_vae(page: Page, server: Server) -> None:
    walk(page, server, "vae-20", walk="holes")
    shares = {}
    for family in ("ae", "vae"):
        said = page.get_by_test_id(f"holes-said-{family}")
        expect(said).to_have_text(re.compile(r"[\d.]+\s% .*[\d.]+\s% "))
        shares[family] = [float(share) / 100 for share in re.findall(r"([\d.]+)\s%", said.inner_text())][:2]
    with urllib.request.urlopen(f"{server.address}/lab/runs/ae-20/atlas") as answer:
        codes = load_tensors(answer.read())["means"]
    # The same rule by other hands, with other draws of the fitted normal.
    draws = np.random.default_rng(1).multivariate_normal(codes.mean(0), np.cov(codes.T), len(codes))
    tree = KDTree(codes)
    share = (tree.query(draws)[0] > np.quantile(tree.query(codes, k=2)[0][:, 1], 0.95)).mean()
    assert shares["ae"][0] == pytest.approx(share, abs=0.07)
    assert shares["ae"][0] > 2 * shares["vae"][0]

    ring = page.get_by_test_id("holeMap-vae")
    before = ink(page.get_by_test_id("probe-vae"))
    ring.focus()
    ring.press("Shift+ArrowLeft")
    page.wait_for_function("new URLSearchParams(location.search).get('spot') === '45-50'")
    assert ink(page.get_by_test_id("probe-vae")) != before
    page.get_by_test_id("walk-plane").select_option("latents")
    expect(ring).to_have_attribute("aria-label", re.compile(r"z\d+ "))


def test_a_gan_walks_between_random_z_and_says_what_it_lacks(page: Page, server: Server) -> None:
    walk(page, server, "gan")
    all_walked(page)
    expect(page.get_by_test_id("walk-part-between")).to_be_visible()
    expect(page.get_by_test_id("walk-part-holes")).to_have_count(0)
    expect(page.get_by_test_id("walks")).to_contain_text("A GAN has no encoder")
    before, others = (ink(now(page, family, "straight")) for family in ("gan", "vae"))
    page.get_by_role("button", name="Other random z").click()
    expect(page.get_by_test_id("walk-said-gan")).to_contain_text("two random z")
    assert ink(now(page, "gan", "straight")) != before
    assert ink(now(page, "vae", "straight")) == others
    page.get_by_test_id("pick-from-12").click()
    all_walked(page)  # back to the nearest


def test_points_are_walked_where_they_live(page: Page, server: Server) -> None:
    run = server.store.create("me", "gan", "ring8", {"steps": 30}, preset="classroom")
    page.goto(f"{server.address}/latent?view=walks&run={run.id}")
    expect(page.get_by_test_id("walks").get_by_test_id("take-png")).to_be_visible(timeout=60_000)
    field = page.get_by_test_id("walk-field")
    before, said = ink(field), page.get_by_test_id("walk-place").inner_text()
    box = field.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 20, box["y"] + 20, steps=4)
    page.mouse.up()
    page.wait_for_function("['from', 'to'].some((name) => new URLSearchParams(location.search).has(name))")
    expect(page.get_by_test_id("walk-place")).not_to_have_text(said)
    assert ink(field) != before
    head, *rows = taken(page, "take-csv-gan").decode().splitlines()
    assert head == ",".join(["path", "t", *(f"z{k + 1}" for k in range(run.config["latents"]))])
    assert len(rows) == 2 * 65


def test_weights_that_are_not_numbers_are_said(page: Page, server: Server) -> None:
    net = decoder_mlp(20, 8, 1, (1, 28, 28))
    torch.nn.init.constant_(net.get_parameter("2.bias"), float("nan"))
    blob = write_nets({"decoder": net}, {})["decoder"]
    page.route("**/lab/runs/ae-20/nets/decoder*", lambda route: route.fulfill(body=blob, headers={"X-Step": "1"}))
    walk(page, server, "vae-20")
    expect(page.get_by_test_id("walk-ae")).to_contain_text("not finite")
    expect(page.get_by_test_id("walk-vae")).not_to_contain_text("not finite")


def test_a_run_that_is_deleted_while_one_looks(page: Page, server: Server, problems: list[str]) -> None:
    run = server.store.create("me", "ae", "mnist5k", preset="classroom", state="paused")
    page.goto(f"{server.address}/latent?view=walks&run={run.id}")
    expect(page.get_by_test_id("walk-ae")).to_contain_text("Waiting for the weights")
    server.store.delete(run.id)
    expect(page.get_by_test_id("walk-ae")).to_contain_text("no longer exists")
    problems.clear()  # the page has asked for what is gone, and says so in its log


def test_a_run_is_followed_while_it_trains(page: Page, server: Server) -> None:
    run = server.store.create("me", "vae", "mnist5k", {"steps": 100_000, "latents": 4}, preset="classroom")
    page.goto(f"{server.address}/latent?view=walks&run={run.id}")
    expect(page.get_by_test_id("walk-said-vae")).to_have_text(re.compile(r"0\.\d{4}"), timeout=60_000)
    picture = now(page, "vae", "straight")
    before = ink(picture)
    page.wait_for_function(
        "([canvas, old]) => canvas.toDataURL() !== old", arg=[picture.element_handle(), before], timeout=20_000
    )


def test_a_phone_shows_one_column_and_a_finger_moves_the_walk(new_page: NewPage, server: Server) -> None:
    page = new_page(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    walk(page, server, "vae-20")
    for part in ("arithmetic", "traversals", "holes", "between"):
        page.get_by_test_id(f"walk-part-{part}").tap()
        expect(page.get_by_test_id("walks").get_by_test_id("take-png")).to_be_visible()
        wide = page.evaluate(
            """() => {
              const main = document.querySelector("[data-testid=stMain]");
              return main.scrollWidth - main.clientWidth;
            }"""
        )
        assert wide <= 0, part
    columns = [page.get_by_test_id(f"walk-{family}").bounding_box() for family in SIDE_BY_SIDE]
    assert len({box["x"] for box in columns if box}) == 1
    strip = page.get_by_test_id("walk-strip-ae-straight")
    strip.scroll_into_view_if_needed()
    box = strip.bounding_box()
    assert box
    page.touchscreen.tap(box["x"] + 4, box["y"] + box["height"] / 2)
    expect(page.locator(".gl-walk-slider output")).to_have_text("0.00")
