"""What a person sees when a process dies: nothing for long."""

from __future__ import annotations

import os
import signal

import pytest
from browser.actions import LONG, begin, button, rises, run_id, state, step, view
from browser.served import Server, until
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_a_killed_worker_and_a_killed_server(own_server: Server, page: Page, problems: list[str]) -> None:
    run = begin(page, f"{own_server.address}/vae?data=ring8&{LONG}")

    for worker in own_server.workers():
        os.kill(worker, signal.SIGKILL)
    at = step(page)
    rises(page, at + 20)
    state(page, "running")

    own_server.kill()
    until(lambda: not own_server.group(), 5, lambda: f"left over: {own_server.group()}")
    expect(page.locator(".gl-words")).to_contain_text("does not answer")
    at = step(page)
    own_server.start()
    rises(page, at + 20)
    state(page, "running")
    expect(view(page)).to_have_count(1)
    problems.clear()  # the page has seen the server go away, and says so in its log

    page.reload()
    state(page, "running")
    assert run_id(page) == run
    button(page, "stop").click()
    state(page, "finished")
