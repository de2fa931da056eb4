"""The playground in a browser: its stage, its buttons, and when they have come to rest."""

from __future__ import annotations

import re

from browser.actions import button
from browser.served import Server
from playwright.sync_api import Locator, Page, expect

SMALL = "generator_depth=2&fourier_features=0&hidden=16&batch=32"


def enter(page: Page, server: Server, query: str = "") -> Locator:
    """Opens the playground; its big canvas, once it is drawn."""
    page.goto(f"{server.address}/playground?{query}")
    canvas = page.get_by_test_id("playground")
    expect(canvas).to_have_attribute("data-moving", re.compile("true|false"))
    return canvas


def stage(page: Page) -> Locator:
    return page.locator(".gl-play")


def run_in_address(page: Page) -> str:
    page.wait_for_function("new URLSearchParams(location.search).has('run')", timeout=20_000)
    return page.evaluate("new URLSearchParams(location.search).get('run')")


def reaches(page: Page, step: int) -> None:
    """Waits until the server's step is at least this."""
    page.wait_for_function(
        "step => Number(document.querySelector('.gl-play')?.dataset.step ?? -1) >= step", arg=step, timeout=60_000
    )


def at_rest(page: Page) -> None:
    """Waits until the picture stands at the run's last frame.

    The waiting is the page's own: wait_for_function takes an asynchronous predicate's first promise for a yes.
    """
    stands = page.evaluate(
        """async () => {
          for (const begun = performance.now(); performance.now() - begun < 30000; ) {
            const canvas = document.querySelector('[data-testid=playground]');
            const id = new URLSearchParams(location.search).get('run');
            if (canvas && id) {
              const { state, frames } = await (await fetch(`/lab/runs/${id}?after=999999999`)).json();
              const { moving, step } = canvas.dataset;
              if (state !== 'running' && moving === 'false' && Number(step) === frames.at(-1)) return true;
            }
            await new Promise((next) => setTimeout(next, 50));
          }
          return false;
        }"""
    )
    assert stands


def start(page: Page) -> str:
    """Presses Start; the run, once it trains."""
    button(page, "start").click()
    run = run_in_address(page)
    reaches(page, 1)
    return run


def pause(page: Page) -> None:
    button(page, "pause").click()
    expect(stage(page)).to_have_attribute("data-state", "paused")
    at_rest(page)


def changes(page: Page, canvas: str, before: str) -> None:
    """Waits until a canvas shows another picture."""
    page.wait_for_function(
        "([id, before]) => document.querySelector(`[data-testid=${id}]`)?.toDataURL() !== before", arg=[canvas, before]
    )


def shows(page: Page, picture: str) -> None:
    """Waits until the stage shows this picture."""
    page.wait_for_function(
        "picture => document.querySelector('[data-testid=playground]')?.toDataURL() === picture", arg=picture
    )
