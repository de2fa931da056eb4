"""Every page and view by its address, and an element that is there once it has drawn itself."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from genlab.lessons.loader import chapters

PAGES = {
    "": "[data-testid='parade-3']",
    "autoencoder": ".gl-run .main-svg",
    "vae": ".gl-run .main-svg",
    "gan": ".gl-run .main-svg",
    "cvae": ".gl-run .main-svg",
    "flow": ".gl-run .main-svg",
    "playground": ".gl-play-canvas[data-moving='false']",
    "divergences": ".gl-dn-number output[data-value]",
    "divergences?view=elbo": ".gl-lg .gl-term output",
    "divergences?view=images": ".gl-critic-number",
    "latent": ".gl-explore .latent .row output",
    "latent?view=draw": "[data-testid='draw-canvas']",
    "latent?view=walks": ".gl-walk-slider output",
    "compare": ".st-key-train_all button:enabled",
    "class": ".st-key-class_open button:enabled",
    "plan": ".st-key-plan_screen",
    "runs": "[data-testid='stMain'] h1",
}
# With the chapters.
SHOWN = PAGES | {chapter.address: "[data-testid='question-1']" for chapter in chapters()}


def settled(page: Page) -> None:
    """Waits until the page's script has run."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


def opened(page: Page, server: str, address: str, language: str) -> None:
    """Opens one of SHOWN, and waits until it has drawn itself and its script has run."""
    page.goto(f"{server}/{address}{'&' if '?' in address else '?'}lang={language}")
    expect(page.locator(SHOWN[address]).first).to_be_visible()
    settled(page)
