"""What a person does and sees on a training page, in words."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect

# Steps enough that no test sees the end of its run, and few enough that points come every second.
LONG = "steps=100000"


def button(page: Page, key: str) -> Locator:
    """A widget's button, by its key."""
    return page.locator(f".st-key-{key} button").first


def view(page: Page) -> Locator:
    """The view of the run."""
    return page.locator(".gl-run")


def begin(page: Page, address: str) -> str:
    """Opens a training page, presses Start, waits until it trains; the run's id."""
    page.goto(address)
    button(page, "start").click()
    page.wait_for_function("new URLSearchParams(location.search).has('run')", timeout=20_000)
    expect(view(page)).to_have_attribute("data-run", run_id(page))  # what is shown may have been another one's
    rises(page, 0)
    return run_id(page)


def run_id(page: Page) -> str:
    """The run that the address names."""
    return page.evaluate("new URLSearchParams(location.search).get('run')")


def step(page: Page) -> int:
    """The step that the page shows."""
    return int(view(page).get_attribute("data-step") or -1)


def rises(page: Page, above: int) -> None:
    """Waits until the shown step is above this one."""
    page.wait_for_function(
        "above => Number(document.querySelector('.gl-run')?.dataset.step ?? -1) > above", arg=above, timeout=40_000
    )


def state(page: Page, name: str) -> None:
    """Waits until the run is in that state."""
    expect(view(page)).to_have_attribute("data-state", name)


def pause(page: Page) -> int:
    """Presses Pause; the step at which the run came to rest."""
    button(page, "pause").click()
    state(page, "paused")
    return rests(page)


def rests(page: Page, milliseconds: int = 1500) -> int:
    """Waits until the server's step has stayed the same for so long; that step."""
    return page.evaluate(
        """async ([id, wait]) => {
          let seen = -1, since = performance.now();
          while (performance.now() - since < wait) {
            const { step } = await (await fetch(`/lab/runs/${id}?after=999999999`)).json();
            if (step !== seen) [seen, since] = [step, performance.now()];
            await new Promise((next) => setTimeout(next, 100));
          }
          return seen;
        }""",
        [run_id(page), milliseconds],
    )


def news(page: Page) -> dict[str, Any]:
    """What the server says of the run."""
    return page.evaluate("async id => (await fetch(`/lab/runs/${id}`)).json()", run_id(page))


def ink(canvas: Locator) -> str:
    """A canvas' pixels, to be compared."""
    return canvas.evaluate("canvas => canvas.toDataURL()")


def colours(canvas: Locator) -> int:
    """How many different colours a canvas shows; 1 when it is blank."""
    return canvas.evaluate(
        """canvas => {
          const { width, height } = canvas;
          return new Set(new Uint32Array(canvas.getContext("2d").getImageData(0, 0, width, height).data.buffer)).size;
        }"""
    )


def number(page: Page, term: str) -> float:
    """The number that stands under a term of the formula."""
    text = page.get_by_test_id(f"term-{term}").text_content() or ""
    return float(text.replace("−", "-"))


def numbers_stand(page: Page, *terms: str) -> None:
    """Waits until each of these terms has its number."""
    for term in terms:
        expect(page.get_by_test_id(f"term-{term}")).not_to_have_text("–")


def curve(page: Page, panel: str) -> list[int]:
    """How many points each drawn curve of a panel has."""
    return page.get_by_test_id(f"curves-{panel}").evaluate("box => (box.data ?? []).map((trace) => trace.x.length)")
