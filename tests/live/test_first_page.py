"""The first page comes before the lab's libraries."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from starlette.types import Message

from genlab.live import lab
from genlab.live.web import head

LONG = 3600.0


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """The sign of a server that has sent no page yet."""
    event = threading.Event()
    monkeypatch.setattr(head, "served", event)
    monkeypatch.setattr(lab, "served", event)
    return event


def test_the_sign_is_given_with_the_page_and_not_before(served: threading.Event) -> None:
    """Its last byte has been handed on when what waits for it begins."""
    sent: list[tuple[str, bool]] = []

    async def send(message: Message) -> None:
        sent.append((message["type"], served.is_set()))

    async def answer() -> None:
        page: dict[str, Any] = {"status": 200, "headers": [(b"content-type", b"text/html")]}
        forward = head.page_sender(send, None)
        await forward({"type": "http.response.start", **page})
        await forward({"type": "http.response.body", "body": b"<html><head></head></html>"})

    asyncio.run(answer())
    assert sent == [("http.response.start", False), ("http.response.body", False)]
    assert served.is_set()


@pytest.mark.parametrize("closes", [False, True])
def test_the_lab_opens_after_the_first_page_but_not_in_a_server_that_closes(
    closes: bool, served: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its libraries take their time: the page is painted before."""
    opened: list[threading.Event] = []
    monkeypatch.setattr(lab, "open_lab", opened.append)
    monkeypatch.setattr(lab, "OPEN_DELAY", LONG if closes else 0.0)
    closing = threading.Event()
    served.set()
    if closes:
        closing.set()
    lab.open_later(closing)
    assert opened == ([] if closes else [closing])
