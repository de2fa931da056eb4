"""Walks through latent space as a person takes them."""

from __future__ import annotations

import csv
import io
import re
import urllib.request
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from browser.actions import ink
from browser.conftest import NewPage
from browser.served import Server
from PIL import Image
from playwright.sync_api import Download, Page, expect
from safetensors.numpy import load as load_tensors
from scipy.spatial import KDTree

from genlab.netfile import write_nets
from genlab.nets import decoder_mlp
from genlab.runs.bundle import load_model, read_bundle

pytestmark = pytest.mark.browser

PRETRAINED = Path(__file__).resolve().parents[3] / "pretrained"
SIDE_BY_SIDE = ("ae", "vae", "gan")
PATHS = ("straight", "spherical")
POLL = "?after="


def walk(page: Page, server: Server, run: str, **state: Any) -> dict[str, np.ndarray]:
    """Opens the walks of a run and waits until all is drawn; the held-out digits that the page chooses from."""
    query = "&".join(f"{name}={value}" for name, value in state.items())
    # A busy machine's first visit waits for torch and for the shipped runs.
    with page.expect_response("**/lab/data/*/examples", timeout=90_000) as told:
        page.goto(f"{server.address}/latent?view=walks&run={run}&{query}")
    digits = load_tensors(told.value.body())
    expect(page.get_by_test_id("take-png")).to_be_visible()
    return digits


def all_walked(page: Page) -> None:
    """Waits until each family's walk is drawn and measured."""
    for family in SIDE_BY_SIDE:
        expect(page.get_by_test_id(f"walk-said-{family}")).to_have_text(re.compile(r"0\.\d{4}, 0\.\d{4}"))


def now(page: Page, family: str, path: str) -> Any:
    return page.get_by_test_id(f"walk-now-{family}-{path}")


def grey(page: Page, testid: str) -> np.ndarray:
    """A canvas' grey values, [height, width]."""
    values = page.get_by_test_id(testid).evaluate(
        """canvas => [canvas.height, canvas.width,
          Array.from(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data)]"""
    )
    height, width, data = values
    return np.array(data).reshape(height, width, 4)[:, :, 0]


@cache
def model(name: str) -> Any:
    return load_model(read_bundle(PRETRAINED / name)).eval()


def as_x(images: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(images.astype(np.float32))[:, None] / 255


def encoded(name: str, images: np.ndarray) -> np.ndarray:
    with torch.no_grad():
        return model(name).encode(as_x(images)).numpy()


def decoded(name: str, z: np.ndarray) -> np.ndarray:
    """Grey values as a canvas has them, [n, 28, 28]."""
    with torch.no_grad():
        return 255 * model(name).decode(torch.from_numpy(np.float32(z)))[:, 0].numpy()


def taken(page: Page, testid: str) -> bytes:
    with page.expect_download() as told:
        page.get_by_test_id(testid).click()
    download: Download = told.value
    return Path(download.path()).read_bytes()


def test_the_handle_moves_every_row_and_asks_the_server_nothing(page: Page, server: Server) -> None:
    walk(page, server, "vae-20")
    all_walked(page)
    canvases = [now(page, family, path) for family in SIDE_BY_SIDE for path in PATHS]
    before = [ink(canvas) for canvas in canvases]
    asked: list[str] = []
    page.on("request", lambda request: POLL in request.url or asked.append(request.url))
    handle = page.get_by_test_id("walk-t")
    handle.focus()
    for _ in range(12):
        handle.press("ArrowRight")
    expect(page.locator(".gl-walk-slider output")).to_have_text("0.62")
    after = [ink(canvas) for canvas in canvases]
    assert all(old != new for old, new in zip(before, after, strict=True))
    # Pointing at the last station of a strip goes to the end of every walk.
    strip = page.get_by_test_id("walk-strip-gan-spherical").bounding_box()
    assert strip
    page.mouse.move(strip["x"] + strip["width"] / 2, strip["y"] + 5)
    page.mouse.down()
    page.mouse.move(strip["x"] + strip["width"] - 3, strip["y"] + 5, steps=4)
    page.mouse.up()
    expect(page.locator(".gl-walk-slider output")).to_have_text("1.00")
    assert asked == []


def test_the_ends_are_the_reconstructions_of_the_two_digits(page: Page, server: Server) -> None:
    digits = walk(page, server, "vae-20", **{"from": 3, "to": 28})
    all_walked(page)
    handle = page.get_by_test_id("walk-t")
    for end, key in enumerate(("Home", "End")):
        handle.press(key)
        page.wait_for_function("t => new URLSearchParams(location.search).get('t') === t", arg=str(end))
        chosen = digits["images"][[(3, 28)[end]]]
        for family, name in (("ae", "ae-20"), ("vae", "vae-20")):
            reconstruction = decoded(name, encoded(name, chosen))[0]
            for path in PATHS:
                assert np.abs(grey(page, f"walk-now-{family}-{path}") - reconstruction).max() <= 2
            error = ((reconstruction / 255 - chosen[0] / 255) ** 2).mean()
            said = page.get_by_test_id(f"walk-said-{family}").inner_text()
            assert float(re.findall(r"0\.\d{4}", said)[end]) == pytest.approx(error, abs=2e-4)


def test_the_table_and_the_film_say_what_is_seen(page: Page, server: Server) -> None:
    digits = walk(page, server, "vae-20", t=0.5)
    all_walked(page)
    first, last = encoded("vae-20", digits["images"][[2, 7]])
    rows = list(csv.DictReader(io.StringIO(taken(page, "take-csv-vae").decode())))
    assert len(rows) == 2 * 33
    for row in rows:
        z = np.array([float(row[f"z{k + 1}"]) for k in range(20)])
        t = float(row["t"])
        if row["path"] == "straight":
            np.testing.assert_allclose(z, (1 - t) * first + t * last, atol=1e-4)
        elif t in (0, 1):
            np.testing.assert_allclose(z, (first, last)[int(t)], atol=1e-4)
    middle = next(row for row in rows if row["path"] == "spherical" and row["t"] == "0.5")
    z = np.array([[float(middle[f"z{k + 1}"]) for k in range(20)]])
    assert np.abs(grey(page, "walk-now-vae-spherical") - decoded("vae-20", z)[0]).max() <= 2

    with Image.open(io.BytesIO(taken(page, "take-gif"))) as film:
        assert (film.n_frames, film.size) == (64, (3 * 84, 2 * 84))  # pyright: ignore[reportAttributeAccessIssue]
        film.seek(16)  # halfway there
        frame = np.asarray(film.convert("L")).astype(int)
    halfway = grey(page, "walk-now-vae-spherical")
    assert np.abs(frame[84::3, 84:168:3] - halfway).max() <= 1

    with Image.open(io.BytesIO(taken(page, "take-png"))) as sheet:
        assert sheet.width > 9 * 84
        assert np.asarray(sheet.convert("L")).std() > 30


def test_a_link_restores_the_walk_and_nonsense_is_ignored(page: Page, server: Server) -> None:
    walk(page, server, "vae-20", t=0.25, **{"from": 12, "to": "abc"})
    expect(page.locator(".gl-walk-slider output")).to_have_text("0.25")
    expect(page.get_by_test_id("pick-from-12")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_test_id("pick-to-7")).to_have_attribute("aria-pressed", "true")
    page.get_by_test_id("pick-to-17").click()
    page.get_by_test_id("pick-class-from").select_option("4")
    page.get_by_test_id("walk-t").fill("0.75")
    page.wait_for_function("new URLSearchParams(location.search).get('t') === '0.75'")
    query = page.evaluate("Object.fromEntries(new URLSearchParams(location.search))")
    assert query.items() >= {"view": "walks", "run": "vae-20", "from": "4", "to": "17", "t": "0.75"}.items()
    page.reload()
    expect(page.locator(".gl-walk-slider output")).to_have_text("0.75")
    expect(page.get_by_test_id("pick-from-4")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_test_id("pick-to-17")).to_have_attribute("aria-pressed", "true")


def test_another_language_keeps_the_walk(page: Page, server: Server) -> None:
    walk(page, server, "ae-20", lang="zh")
    page.get_by_test_id("walk-part-arithmetic").click()
    page.get_by_test_id("walk-s").fill("-1.25")
    page.wait_for_function("new URLSearchParams(location.search).get('s') === '-1.25'")
    page.get_by_role("radio", name="English").or_(page.get_by_role("button", name="English")).first.click()
    expect(page.get_by_test_id("walk-part-arithmetic")).to_have_text("Arithmetic with class means")
    expect(page.get_by_test_id("walk-part-arithmetic")).to_have_attribute("aria-selected", "true")
    expect(page.locator(".gl-walk-slider output")).to_have_text("−1.25")


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
    expect(page.get_by_test_id("take-png")).to_be_visible(timeout=60_000)
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
        expect(page.get_by_test_id("take-png")).to_be_visible()
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
