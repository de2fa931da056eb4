"""The picture of two densities in a browser: hands on it and numbers off it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page

Visit = Callable[..., Page]


def drawn(page: Page) -> None:
    page.locator(".gl-dn[data-ms]").wait_for()


def value(page: Page, key: str) -> float:
    """A number's full value."""
    return float(page.get_by_test_id(f"number-{key}").get_attribute("data-value") or "nan")


def becomes(page: Page, key: str, wanted: float, within: float = 1e-6) -> None:
    """Waits until a number has this value."""
    page.wait_for_function(
        "([key, wanted, within]) => Math.abs(document.querySelector(`[data-testid=number-${key}]`).dataset.value"
        " - wanted) <= within",
        arg=[key, wanted, within],
    )


def says(page: Page, pattern: str) -> None:
    """Waits until the address matches."""
    page.wait_for_function("pattern => new RegExp(pattern).test(location.search)", arg=pattern)


def of_address(page: Page, name: str) -> list[list[float]]:
    """The components of p or q in the address."""
    text = page.evaluate("name => new URLSearchParams(location.search).get(name)", name)
    return [[float(number) for number in part.split(",")] for part in text.split(";")]


def comes_to(page: Page, name: str, part: list[float], component: int = 0) -> list[float]:
    """Waits until a component of p or q in the address is about this one; gives it exactly."""
    page.wait_for_function(
        """([name, part, component]) => {
          const text = new URLSearchParams(location.search).get(name)?.split(";")[component];
          return text?.split(",").every((number, i) => Math.abs(number - part[i]) < 0.05);
        }""",
        arg=[name, part, component],
    )
    return of_address(page, name)[component]


def middle(handle: Locator) -> tuple[float, float]:
    box = handle.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Page, testid: str, right: float, up: float = 0) -> None:
    """Drags a handle with the mouse, by so many pixels."""
    x, y = middle(page.get_by_test_id(testid))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right, y - up, steps=5)
    page.mouse.up()


def per_unit(page: Page, name: str = "p") -> float:
    """Pixels of one unit of x, from where two peaks stand."""
    peaks = [middle(page.get_by_test_id(f"peak-{name}-{k}"))[0] for k in (0, 1)]
    return (peaks[1] - peaks[0]) / 6  # of a mode missed and of one too many: -3 and 3
