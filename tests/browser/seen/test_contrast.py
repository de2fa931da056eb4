"""axe-core finds nothing on a page while a run trains on it, all that can be folded open."""

from __future__ import annotations

import pytest
from browser.actions import LONG, begin
from browser.conftest import NewPage
from browser.seen.axe import elsewhere, violations
from browser.served import Server

pytestmark = pytest.mark.browser

# What can be folded open, all at once
UNFOLD = "document.querySelectorAll('[data-testid=stMain] details').forEach(one => one.open = true)"


@pytest.mark.parametrize("family", ["ae", "vae", "gan"])
def test_nothing_is_hard_to_read_while_one_trains(server: Server, new_page: NewPage, family: str) -> None:
    page = new_page(color_scheme="dark", reduced_motion="reduce")
    name = {"ae": "autoencoder"}.get(family, family)
    begin(page, f"{server.address}/{name}?{LONG}&lang=en")
    page.evaluate(UNFOLD)
    found = {"dark, laptop": violations(page)}
    elsewhere(page)
    found["light, phone"] = violations(page)
    assert not any(found.values()), found
