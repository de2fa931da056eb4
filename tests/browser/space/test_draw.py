"""A person draws a digit, on the page and in Chromium; what is shown must be what numpy and torch say of the sheet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
import torch
from browser.conftest import NewPage
from browser.served import Server
from PIL import Image
from playwright.sync_api import Locator, Page, Request, Route, expect
from torch.nn import functional as F

from genlab.data import load_mnist5k
from genlab.data.centring import centred
from genlab.live.lab import PRETRAINED
from genlab.locale import LANGUAGES, translate
from genlab.models import family_named
from genlab.models.vae import VAE
from genlab.runs.bundle import import_bundle, write_bundle
from genlab.runs.looks.codes import model_of
from genlab.runs.store.record import Run
from genlab.training import Trainer

pytestmark = pytest.mark.browser

# Points of strokes on the sheet, which counts as 560 wide: a three, a seven and its bar.
THREE = [(180, 130), (260, 95), (340, 120), (350, 190), (250, 255), (370, 320), (350, 410), (260, 440), (170, 400)]
SEVEN = [(150, 120), (400, 120), (260, 470)]
BAR = [(220, 300), (390, 300)]


def sheet(page: Page) -> Locator:
    return page.get_by_test_id("draw-canvas")


def open_run(page: Page, server: Server, run: str = "vae-20", query: str = "") -> None:
    """Opens the view and waits until the nets are there: nothing drawn, and nothing to wait for."""
    page.goto(f"{server.address}/latent?view=draw&run={run}{query}")
    expect(page.get_by_test_id("draw-said")).to_have_text(re.compile("finger|手指"), timeout=60_000)


def stroke(page: Page, points: list[tuple[int, int]], lift: bool = True) -> None:
    box = sheet(page).bounding_box()
    assert box is not None
    places = [(box["x"] + x * box["width"] / 560, box["y"] + y * box["width"] / 560) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=3)
    if lift:
        page.mouse.up()


def drawn(page: Page) -> None:
    expect(page.get_by_test_id("draw")).to_have_attribute("data-state", "drawn")


def painted(page: Page) -> None:
    """Waits for the next frames: what was asked for is on the canvases."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def red(canvas: Locator) -> np.ndarray:
    """A canvas' red channel, u8 [height, width]."""
    levels, width = canvas.evaluate(
        """canvas => {
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          return [Array.from(data.filter((_, i) => i % 4 === 0)), canvas.width];
        }"""
    )
    return np.array(levels, np.uint8).reshape(-1, width)


def picture(page: Page, name: str) -> np.ndarray:
    return red(page.get_by_test_id(f"draw-{name}"))


def nearest_shown(page: Page, space: str) -> list[str]:
    """The captions of the nearest examples, once there are five."""
    captions = page.get_by_test_id(f"draw-nearest-{space}").locator("figcaption")
    for place in range(5):
        expect(captions.nth(place)).to_have_text(re.compile(r"^\d · [\d.]+$"))
    return captions.all_inner_texts()


@pytest.fixture
def asked(page: Page) -> Iterator[list[str]]:
    """The addresses below /lab that the page asks for."""
    addresses: list[str] = []

    def note(request: Request) -> None:
        if "/lab/" in request.url:
            addresses.append(request.url)

    page.on("request", note)
    yield addresses
    page.remove_listener("request", note)


def test_a_drawing_is_encoded_and_rebuilt_as_torch_does(page: Page, server: Server) -> None:
    open_run(page, server)
    link = page.get_by_test_id("draw-explore")
    assert link.get_attribute("href") is None
    stroke(page, THREE)
    drawn(page)
    painted(page)
    x = picture(page, "input")
    assert np.array_equal(x, centred(red(sheet(page))))
    model = model_of(server.store, "vae-20", server.store.get("vae-20").saved_step or 0)
    assert isinstance(model, VAE)
    with torch.no_grad():
        example = torch.from_numpy(x.astype(np.float32) / 255)[None, None]
        mean, log_variance = model.encoder(example).chunk(2, dim=1)
        logits = model.decoder(mean)
    rebuilt = torch.sigmoid(logits).numpy().reshape(28, 28) * 255
    assert np.abs(picture(page, "output") - rebuilt).max() < 1.5
    nats = F.binary_cross_entropy_with_logits(logits, example, reduction="sum").item()
    said = page.get_by_test_id("draw").get_by_text("nats: ").inner_text()
    assert float(said.split()[0]) == pytest.approx(nats, abs=0.06)

    latent, shown_mean, deviation, noise, z = formula(page)
    assert shown_mean == pytest.approx(mean[0, latent].item(), abs=0.006)
    assert deviation == pytest.approx(torch.exp(log_variance / 2)[0, latent].item(), abs=0.006)
    assert (noise, z) == (0, shown_mean)

    address = parse_qs(urlsplit(link.get_attribute("href") or "").query)
    assert (address["view"], address["run"]) == (["explore"], ["vae-20"])
    carried = [float(number) for number in address["z"][0].split("_")]
    np.testing.assert_allclose(carried, mean[0].numpy(), atol=0.006)


def formula(page: Page) -> tuple[int, float, float, float, float]:
    """The formula's latent (from 0) and its numbers: mean, deviation, noise, z."""
    text = page.get_by_test_id("draw-formula").inner_text().replace("−", "-").replace("(", "").replace(")", "")
    text = text.translate(str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789"))
    found = re.fullmatch(r"z(\d+) = μ\1 \+ σ\1 ε\1 = (\S+) \+ (\S+) · (\S+) = (\S+)", text)
    assert found, text
    return int(found[1]) - 1, *(float(number) for number in found.groups()[1:])  # type: ignore[return-value]


def test_nothing_is_asked_while_the_hand_moves(page: Page, server: Server, asked: list[str]) -> None:
    open_run(page, server)
    page.wait_for_load_state("networkidle")
    asked.clear()
    stroke(page, SEVEN, lift=False)
    drawn(page)
    painted(page)
    before = picture(page, "output")
    assert before.max() > 100
    box = sheet(page).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 60, box["y"] + 250, steps=5)
    painted(page)
    assert not np.array_equal(picture(page, "output"), before)
    # The run's state is asked for now and then, hand or no hand; nothing else, and no weights again.
    assert all("after=" in address for address in asked)
    page.mouse.up()
    for space in ("pixels", "codes"):
        nearest_shown(page, space)
    assert sum("/lab/nearest" in address for address in asked) == 2


def embedded(server: Server, folder: Path) -> Run:
    """A run of ten steps on the embedded digits."""
    config = family_named("ae").preset("classroom", "images", {"steps": 10, "hidden": 16, "latents": 3})
    trainer = Trainer("ae", config, load_mnist5k())
    progress = trainer.advance()
    write_bundle(folder / "bundle", trainer, progress.points, progress.frames)
    return import_bundle(server.store, folder / "bundle", "somebody")


def test_nearest_digits_are_those_of_the_server(page: Page, server: Server, tmp_path: Path) -> None:
    open_run(page, server, embedded(server, tmp_path).id)
    stroke(page, THREE)
    shown = nearest_shown(page, "pixels")
    assert all(caption.startswith("3 ") for caption in shown)
    distances = [float(caption.split()[2]) for caption in shown]
    x = centred(red(sheet(page))).astype(float)
    squares = ((load_mnist5k().train_images - x) ** 2).mean(axis=(1, 2)) / 255**2
    expect(page.get_by_test_id("draw-nearest-pixels").get_by_text("of the first 4,000 of MNIST 5k")).to_be_visible()
    assert distances == pytest.approx(np.sort(squares)[:5], abs=6e-4)
    assert distances == sorted(distances)
    stroke(page, BAR, lift=False)
    expect(page.get_by_test_id("draw-nearest-pixels")).to_have_attribute("data-stale", "true")
    page.mouse.up()
    expect(page.get_by_test_id("draw-nearest-pixels")).not_to_have_attribute("data-stale", "true")


def test_resampling_draws_other_z_from_the_same_code(page: Page, server: Server) -> None:
    open_run(page, server)
    stroke(page, THREE)
    drawn(page)
    at_mean = picture(page, "output")
    page.get_by_test_id("draw-resample").click()
    expect(page.get_by_test_id("draw-sample-1")).to_have_attribute("aria-pressed", "true")
    first = formula(page)
    assert first[4] == pytest.approx(first[1] + first[2] * first[3], abs=0.03)
    assert not np.array_equal(picture(page, "output"), at_mean)
    page.get_by_test_id("draw-resample").click()
    second = formula(page)
    assert second[:3] == first[:3]
    assert second[3] != first[3]
    page.get_by_test_id("draw-sample-0").click()
    assert np.array_equal(picture(page, "output"), at_mean)
    strip = [red(page.get_by_test_id(f"draw-sample-{i}").locator("canvas")).tobytes() for i in range(7)]
    assert len(set(strip)) == 7
    assert strip[0] == at_mean.tobytes()
    page.get_by_test_id("draw-code").press("ArrowRight")
    assert formula(page)[0] != first[0]


def test_undo_clear_and_nothing(page: Page, server: Server) -> None:
    open_run(page, server)
    for name in ("undo", "clear"):
        expect(page.get_by_test_id(f"draw-{name}")).to_be_disabled()
    stroke(page, SEVEN)
    drawn(page)
    seven = picture(page, "input")
    stroke(page, BAR)
    painted(page)
    barred = picture(page, "input")
    assert not np.array_equal(seven, barred)
    page.get_by_test_id("draw-undo").click()
    assert np.array_equal(picture(page, "input"), seven)
    sheet(page).press("Control+z")
    expect(page.get_by_test_id("draw")).to_have_attribute("data-state", "empty")
    assert not picture(page, "output").any()
    expect(page.get_by_test_id("draw-said")).to_have_text(re.compile("Draw a digit"))

    stroke(page, SEVEN)
    page.get_by_test_id("draw-clear").click()
    expect(page.get_by_test_id("draw")).to_have_attribute("data-state", "empty")
    page.get_by_test_id("draw-undo").click()
    assert np.array_equal(picture(page, "input"), seven)


def test_the_drawing_goes_with_the_person_to_another_run(page: Page, server: Server) -> None:
    open_run(page, server)
    stroke(page, THREE)
    drawn(page)
    x, rebuilt = picture(page, "input"), picture(page, "output")
    page.locator(".st-key-latent_run input").click()
    page.get_by_role("option", name=re.compile("^ae-20")).click()
    expect(page.get_by_test_id("draw-resample")).to_have_count(0)
    drawn(page)
    assert np.array_equal(picture(page, "input"), x)
    assert not np.array_equal(picture(page, "output"), rebuilt)
    expect(page.get_by_test_id("draw").get_by_text("mean squared error a pixel")).to_be_visible()


def png(levels: np.ndarray, path: Path) -> Path:
    Image.fromarray(levels).save(path, "PNG")
    return path


def test_a_picture_is_taken_as_if_drawn(page: Page, server: Server, tmp_path: Path) -> None:
    open_run(page, server)
    digit = np.array(load_mnist5k().test_images[12])
    large = 255 - np.kron(digit, np.ones((9, 9), np.uint8))
    page.get_by_test_id("draw-file").set_input_files(png(large, tmp_path / "digit.png"))
    drawn(page)
    x = picture(page, "input").astype(float)
    moved = [np.roll(x, (down, right), (0, 1)) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    assert min(((each - digit) ** 2).mean() for each in moved) / 255**2 < 0.015
    nearest_shown(page, "codes")
    stroke(page, BAR)
    painted(page)
    assert not np.array_equal(picture(page, "input"), x)
    barred = picture(page, "input")
    page.reload()
    drawn(page)
    assert np.array_equal(picture(page, "input"), barred)
    page.get_by_test_id("draw-undo").click()
    assert np.array_equal(picture(page, "input"), x)
    page.get_by_test_id("draw-undo").click()
    expect(page.get_by_test_id("draw")).to_have_attribute("data-state", "empty")


def test_a_file_larger_than_is_sent_is_made_smaller_first(page: Page, server: Server, tmp_path: Path) -> None:
    open_run(page, server)
    path = png(255 - np.kron(np.array(load_mnist5k().test_images[12]), np.ones((9, 9), np.uint8)), tmp_path / "a.png")
    path.write_bytes(path.read_bytes() + bytes(3 * 2**20))  # what follows a picture's end is no part of it
    page.get_by_test_id("draw-file").set_input_files(path)
    drawn(page)
    assert nearest_shown(page, "pixels")[0].startswith("2 ")


def test_white_on_nothing_stays_white_when_it_is_made_smaller(page: Page, server: Server, tmp_path: Path) -> None:
    open_run(page, server)
    opacity = np.kron(np.array(load_mnist5k().test_images[12]), np.ones((60, 60), np.uint8))
    speckled = opacity.astype(int) + np.random.default_rng(0).integers(0, 2, opacity.shape)
    image = Image.new("RGBA", opacity.shape, (255, 255, 255, 0))
    image.putalpha(Image.fromarray(speckled.clip(0, 255).astype(np.uint8)))
    path = tmp_path / "white.png"
    image.save(path)
    path.write_bytes(path.read_bytes() + bytes(2**21))
    page.get_by_test_id("draw-file").set_input_files(path)
    drawn(page)
    assert nearest_shown(page, "pixels")[0].startswith("2 ")


def test_what_was_taken_is_framed_until_something_else_is_drawn(page: Page, server: Server, tmp_path: Path) -> None:
    open_run(page, server)
    digit = 255 - np.kron(np.array(load_mnist5k().test_images[12]), np.ones((9, 9), np.uint8))
    sheet = np.pad(digit, ((0, 0), (0, 252)), constant_values=255)  # the digit lies in the left half
    page.get_by_test_id("draw-file").set_input_files(png(sheet, tmp_path / "digit.png"))
    drawn(page)
    image = page.get_by_test_id("draw-taken").locator("img").bounding_box()
    frame = page.get_by_test_id("draw-crop").bounding_box()
    assert image
    assert frame
    assert image["x"] <= frame["x"] < frame["x"] + frame["width"] <= image["x"] + image["width"] / 2
    stroke(page, BAR)
    expect(page.get_by_test_id("draw-taken")).to_be_hidden()


BLANK = "Nothing stands out in this picture: it is of one tone. Take one with a dark digit on light paper."
FORMAT = "This file ({got}) is no picture that can be read here; allowed: PNG and JPEG."
HEIC = (
    "This is a HEIC photo, which neither this browser nor the server opens. Save it as JPEG: on an iPhone, "
    "Settings › Camera › Formats › Most Compatible, or take a screenshot of it."
)
DAMAGED = "The picture cannot be read: the file is damaged or incomplete. Save it anew."
SIZE = "The picture has {got}; allowed: 2 MB. Save it smaller, or cut out the digit."


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_cannot_be_taken_says_why_and_loses_nothing(
    page: Page, server: Server, problems: list[str], language: str
) -> None:
    open_run(page, server, query=f"&lang={language}")
    stroke(page, THREE)
    drawn(page)
    before = picture(page, "input")
    white = BytesIO()
    Image.new("L", (200, 200), 255).save(white, "PNG")
    noise = np.random.default_rng(0).integers(0, 256, (99, 99), np.uint8)
    whole = BytesIO()
    Image.fromarray(noise).save(whole, "PNG")
    for body, sentence, got in [
        (white.getvalue(), BLANK, ""),
        (b"GIF89a" + bytes(100), FORMAT, "GIF"),
        (bytes(100), FORMAT, translate("of an unknown kind", language)),
        (b"\0\0\0\x18ftypheic" + bytes(3 * 2**20), HEIC, ""),
        (whole.getvalue()[:3000], DAMAGED, ""),
        (b"\x89PNG" + bytes(3 * 2**20), SIZE, "3.0 MB"),
    ]:
        page.get_by_test_id("draw-file").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": body})
        expect(page.get_by_test_id("draw-said")).to_have_text(translate(sentence, language).replace("{got}", got))
        assert np.array_equal(picture(page, "input"), before)
    stroke(page, BAR)
    expect(page.get_by_test_id("draw-said")).to_have_text("")
    refusals = [problem for problem in problems if "422" in problem or "/lab/picture" in problem]
    assert len(refusals) >= 3
    problems[:] = [problem for problem in problems if problem not in refusals]


def test_a_finger_draws_and_the_page_stays(new_page: NewPage, server: Server) -> None:
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    open_run(page, server)
    box = sheet(page).bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    scrolled = "() => [...document.querySelectorAll('*')].reduce((sum, node) => sum + node.scrollTop, 0)"
    before = page.evaluate(scrolled)
    touch = page.context.new_cdp_session(page)

    def send(kind: str, *places: tuple[int, int]) -> None:
        points = [{"x": box["x"] + x * box["width"] / 560, "y": box["y"] + y * box["width"] / 560} for x, y in places]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    send("touchStart", (280, 120))
    for y in range(130, 470, 20):
        send("touchMove", (280, y))
    send("touchEnd")
    drawn(page)
    painted(page)
    assert page.evaluate(scrolled) == before
    rows, columns = np.nonzero(red(sheet(page)))
    assert np.ptp(rows) > 300
    assert np.ptp(columns) < 60
    nearest_shown(page, "pixels")
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390


def test_what_a_hand_can_do_wrong(page: Page, server: Server) -> None:
    open_run(page, server)
    sheet(page).click(button="right")
    painted(page)
    expect(page.get_by_test_id("draw")).to_have_attribute("data-state", "empty")

    stroke(page, [(100, 100), (300, 300)], lift=False)
    sheet(page).dispatch_event("pointerdown", {"pointerId": 77, "button": 0, "clientX": 5, "clientY": 5})
    page.mouse.up()
    painted(page)
    assert np.array_equal(picture(page, "input"), centred(red(sheet(page))))
    page.get_by_test_id("draw-undo").click()
    expect(page.get_by_test_id("draw")).to_have_attribute("data-state", "empty")

    stroke(page, [(280, 280)])  # a dot
    drawn(page)
    for y in range(10, 560, 30):
        stroke(page, [(5, y), (555, y)])
    expect(page.get_by_test_id("draw-said")).to_have_text(re.compile("Nearly everything is ink"))
    drawn(page)


def test_weights_that_are_not_numbers_are_said(page: Page, server: Server) -> None:
    def broken(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.body()[:-4] + np.float32(np.nan).tobytes())

    page.route("**/nets/encoder?*", broken)
    page.goto(f"{server.address}/latent?view=draw&run=vae-20")
    expect(page.get_by_test_id("draw-said")).to_have_text(re.compile("not finite"), timeout=60_000)
    stroke(page, THREE)
    nearest_shown(page, "pixels")
    assert picture(page, "input").any()
    assert not picture(page, "output").any()


def test_a_run_that_is_deleted_while_open(page: Page, server: Server, problems: list[str]) -> None:
    run = import_bundle(server.store, PRETRAINED / "ae-2", "somebody")
    open_run(page, server, run.id)
    server.store.delete(run.id)
    stroke(page, THREE)
    drawn(page)  # its nets are here
    for name in ("draw-nearest-pixels", "draw-nearest-codes"):
        gone = page.get_by_test_id(name).get_by_role("status")
        expect(gone).to_have_text("This run no longer exists; what is drawn stays.")
    expect(page.get_by_test_id("draw-said")).to_have_text("This run no longer exists; what is drawn stays.")
    before = picture(page, "output")
    stroke(page, BAR, lift=False)
    painted(page)
    assert not np.array_equal(picture(page, "output"), before)
    problems[:] = [problem for problem in problems if "404" not in problem]


def test_a_drawing_stays_while_its_run_learns(page: Page, server: Server) -> None:
    run = server.store.create(
        "somebody", "vae", "mnist5k", {"steps": 100_000, "hidden": 32, "batch": 50}, preset="classroom"
    )
    page.goto(f"{server.address}/latent?view=draw&run={run.id}")
    sheet(page).wait_for()
    stroke(page, THREE)
    drawn(page)
    page.mouse.move(5, 5)
    x, first = picture(page, "input"), page.get_by_test_id("draw-formula").inner_text()
    expect(page.get_by_test_id("draw-formula")).not_to_have_text(first)
    assert np.array_equal(picture(page, "input"), x)
    asked = page.wait_for_function(
        """() => {
          const asked = performance.getEntriesByType("resource").filter(({ name }) => name.includes("/nets/encoder"));
          return asked.length >= 3 && asked.map(({ startTime }) => startTime);
        }""",
        timeout=40_000,
    ).json_value()
    assert min(np.diff(asked)) > 1800
