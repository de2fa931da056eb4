"""The explorer beside a run that trains, breaks, goes away or cannot be decoded here; and on a phone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from browser.actions import ink
from browser.conftest import NewPage
from browser.served import Server
from browser.space.explore_cases import explore, values
from playwright.sync_api import Page, expect
from sqlalchemy import delete, update

from genlab.models import family_named
from genlab.runs.arrays import pack, read_metadata, unpack
from genlab.runs.looks.codes import model_of
from genlab.runs.store.tables import CHECKPOINTS, NETS

pytestmark = pytest.mark.browser


def test_a_training_run_morphs_under_a_resting_hand(server: Server, page: Page) -> None:
    config = family_named("vae").preset("classroom", "images", {"hidden": 32, "latents": 3, "steps": 100_000})
    run = server.store.create("somebody", "vae", "mnist5k", config.model_dump())
    view = explore(page, server, run, "z=1_1_-1")
    seen = {ink(page.get_by_test_id("latent-image"))}
    step = int(view.get_attribute("data-step") or 0)
    for _ in range(2):
        page.wait_for_function(
            "before => document.querySelector('[data-testid=latent-image]').toDataURL() !== before",
            arg=ink(page.get_by_test_id("latent-image")), timeout=40_000,
        )  # fmt: skip
        seen.add(ink(page.get_by_test_id("latent-image")))
    assert len(seen) == 3
    assert int(view.get_attribute("data-step") or 0) > step
    assert values(page) == [1, 1, -1]
    fetched = page.evaluate("performance.getEntriesByType('resource').map(({ name, startTime }) => [name, startTime])")
    asked = [start for name, start in fetched if "/nets/decoder" in name]
    assert len(asked) >= 3
    assert (np.diff(asked) >= 1990).all()


def test_a_run_deleted_while_it_is_looked_at(server: Server, page: Page, made: Any, problems: list[str]) -> None:
    run = made("vae")
    explore(page, server, run)
    server.store.delete(run.id)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # as when one comes back to the tab
    expect(page.get_by_test_id("latent-status")).to_contain_text("no longer exists")
    before = ink(page.get_by_test_id("latent-image"))
    page.get_by_test_id("latent-slider-0").press("End")
    assert ink(page.get_by_test_id("latent-image")) != before
    assert all("404" in problem for problem in problems)
    problems.clear()


def test_weights_that_are_not_numbers_are_said_and_the_page_lives(
    server: Server, page: Page, made: Any, problems: list[str]
) -> None:
    run = made("vae")
    blob = server.store.checkpoint(run.id)
    arrays = {name: np.array(array) for name, array in unpack(blob).items()}
    arrays["model.encoder.1.weight"][:] = np.nan
    with server.store.engine.begin() as connection:
        changed = pack(arrays, read_metadata(blob))
        connection.execute(update(CHECKPOINTS).where(CHECKPOINTS.c.run_id == run.id).values(blob=changed))
    explore(page, server, run)
    expect(page.get_by_test_id("latent-status")).to_contain_text("not finite")
    page.get_by_test_id("latent-slider-0").press("ArrowRight")
    expect(page.get_by_test_id("latent-values")).to_contain_text("0.01")
    assert all("422" in problem for problem in problems)
    problems.clear()


def test_a_net_that_browsers_cannot_run_is_decoded_by_the_server(server: Server, page: Page, made: Any) -> None:
    run = made("vae")
    with server.store.engine.begin() as connection:  # as a layer that net.js does not know leaves it
        connection.execute(delete(NETS).where(NETS.c.run_id == run.id, NETS.c.name != "probe"))
    explore(page, server, run, "z=1_0_-1_0.5")
    expect(page.get_by_test_id("latent-status")).to_contain_text("the server decodes")
    with torch.no_grad():
        x = model_of(server.store, run.id, 10).decode(torch.tensor([[1, 0, -1, 0.5]]))
    shown = (x.flatten().numpy() * 255).round().tolist()
    page.wait_for_function(
        """expected => {
          const canvas = document.querySelector("[data-testid=latent-image]");
          const { data } = canvas.getContext("2d").getImageData(0, 0, 28, 28);
          return expected.every((grey, i) => Math.abs(grey - data[4 * i]) <= 1);
        }""",
        arg=shown,
    )
    before = ink(page.get_by_test_id("latent-image"))
    page.get_by_test_id("latent-slider-0").press("End")
    page.wait_for_function(
        "before => document.querySelector('[data-testid=latent-image]').toDataURL() !== before", arg=before
    )


def test_a_phone_drags_by_touch_in_one_column(server: Server, new_page: NewPage, made: Any) -> None:
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    explore(page, server, made("vae"))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    plane = page.get_by_test_id("latent-plane")
    image = page.get_by_test_id("latent-image").bounding_box()
    box = plane.bounding_box()
    assert image
    assert box
    assert box["y"] >= image["y"] + image["height"]
    plane.tap(position={"x": box["width"] * 0.75, "y": box["height"] * 0.5})
    assert sorted(values(page)) == pytest.approx([0, 0, 0, 1.5], abs=0.05)
