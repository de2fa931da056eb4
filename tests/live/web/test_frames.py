"""What is no message of Streamlit's protocol ends a websocket before Streamlit fails at it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from live.asked import get
from streamlit.proto.BackMsg_pb2 import BackMsg

from genlab.live.web.frames import UNSUPPORTED, Frames


def heard(*frames: dict[str, Any]) -> tuple[list[str], list[Any]]:
    """The kinds of what the app hears of frames, until the connection ends; and what is sent."""
    incoming = [{"type": "websocket.receive"} | frame for frame in frames] + [{"type": "websocket.disconnect"}]
    kinds: list[str] = []
    sent: list[Any] = []

    async def app(_scope: Any, receive: Any, _send: Any) -> None:
        while not kinds or kinds[-1] != "websocket.disconnect":
            kinds.append((await receive())["type"])

    async def receive() -> Any:
        return incoming.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(Frames(app)({"type": "websocket"}, receive, send))
    return kinds, sent


def test_messages_pass() -> None:
    message = BackMsg()
    message.rerun_script.query_string = "lang=en"
    kinds, sent = heard({"bytes": message.SerializeToString()}, {"bytes": message.SerializeToString(), "text": None})
    assert (kinds, sent) == (["websocket.receive"] * 2 + ["websocket.disconnect"], [])


@pytest.mark.parametrize("frame", [{"text": "hello"}, {"text": "", "bytes": None}, {"bytes": b"\xff" * 9}, {}])
def test_whatever_else_ends_the_connection(frame: dict[str, Any]) -> None:
    kinds, sent = heard(frame)
    assert kinds == ["websocket.disconnect"]
    assert [message["code"] for message in sent] == [UNSUPPORTED]


@pytest.mark.usefixtures("own_lab")
@pytest.mark.parametrize("number", ["9" * 5000, "9" * 12, "x"])
def test_a_question_of_any_number_is_answered(number: str) -> None:
    assert get(f"/lab/chapters/gaps/{number}/curves").status == 404
