"""A person draws a digit, on the page and in Chromium; what is shown must be what numpy and torch say of the sheet."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
import torch
from browser.served import Server
from browser.space.draw_cases import (
    BAR,
    THREE,
    drawn,
    formula,
    nearest_shown,
    open_run,
    painted,
    picture,
    red,
    sheet,
    stroke,
)
from playwright.sync_api import Page, expect
from torch.nn import functional as F

from genlab.data import load_mnist5k
from genlab.data.centring import centred
from genlab.models import family_named
from genlab.models.vae import VAE
from genlab.runs.bundle import import_bundle, write_bundle
from genlab.runs.looks.codes import model_of
from genlab.runs.store.record import Run
from genlab.training import Trainer

pytestmark = pytest.mark.browser

SEVEN = [(150, 120), (400, 120), (260, 470)]


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
    strip = [red(page.get_by_test_id(f"draw-sample-{i}").locator("canvas")) for i in range(7)]
    assert len({picture.tobytes() for picture in strip}) == 7
    assert np.abs(strip[0].astype(int) - at_mean.astype(int)).max() <= 1  # both round to a level of their own
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
    page.get_by_role("option", name=re.compile("^ae-20 ")).click()
    expect(page.get_by_test_id("draw-resample")).to_have_count(0)
    drawn(page)
    assert np.array_equal(picture(page, "input"), x)
    assert not np.array_equal(picture(page, "output"), rebuilt)
    expect(page.get_by_test_id("draw").get_by_text("mean squared error a pixel")).to_be_visible()
