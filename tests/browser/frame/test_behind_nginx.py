"""Behind nginx, as docs/deploy sets it up, below a path and by a name of the site's own, pages live and train."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.behind import behind_nginx
from browser.served import Server, until
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.nginx]


@pytest.fixture
def proxied(tmp_path: Path) -> Iterator[Server]:
    """An app behind nginx."""
    with behind_nginx(tmp_path, {"GENLAB_ALLOWED_HOSTS": "lab.localhost.test"}) as server:
        yield server


def test_a_person_trains_behind_nginx(proxied: Server, page: Page) -> None:
    page.goto(proxied.address)  # without a slash at its end: nginx adds it
    expect(page.locator(".gl-parade canvas").first).to_be_visible()
    page.goto(f"{proxied.address}/vae?data=ring8&latents=2")
    page.get_by_role("button", name="Start", exact=True).click()
    until(
        lambda: any(run.step > 0 for run in proxied.store.list() if run.data == "ring8"), 60, lambda: "nothing trains"
    )
    expect(page.locator(".gl-run")).to_be_visible()
    expect(page.locator(".gl-absent")).to_have_count(0)
