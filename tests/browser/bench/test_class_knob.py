"""The class knob of a conditional VAE: z stays, another class is drawn, in the browser alone."""

from __future__ import annotations

import pytest
from browser.served import Server
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
PIXELS = "node => [...node.getContext('2d').getImageData(0, 0, node.width, node.height).data].join()"


def test_another_class_changes_the_picture_and_not_z(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/cvae")
    picture, knob = page.get_by_test_id("latent-image").first, page.get_by_test_id("latent-class")
    expect(knob).to_be_visible()
    expect(page.get_by_test_id("latent-slider-0")).to_be_visible()
    page.wait_for_function(f"node => ({PIXELS})(node).split(',').some((value, i) => i % 4 === 0 && value > 128)",
                           arg=picture.element_handle())  # fmt: skip
    z = page.get_by_test_id("latent-slider-0").input_value()
    seen = []
    for label in ("1", "7", "1"):
        before = picture.evaluate(PIXELS)
        knob.select_option(label=label)
        if seen:
            page.wait_for_function(f"([node, before]) => ({PIXELS})(node) !== before",
                                   arg=[picture.element_handle(), before])  # fmt: skip
        seen.append(picture.evaluate(PIXELS))
    assert seen[0] != seen[1]
    assert seen[0] == seen[2]  # the same class again, at the same z, is the same picture
    assert page.get_by_test_id("latent-slider-0").input_value() == z
