"""A walk's film: what Pillow reads back is what was sent; whatever makes no film is refused in a sentence."""

from __future__ import annotations

import asyncio
import json
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image
from starlette.applications import Starlette

from genlab.live.routes.walk_gif import LONGEST_SIDE, MOST_FRAMES, ROUTE


def post(query: str, chunks: list[bytes]) -> tuple[int, dict[str, str], bytes, int]:
    """Status, headers and body of the answer, and how many chunks were asked for."""
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": "/lab/walk.gif", "raw_path": b"/lab/walk.gif", "query_string": query.encode(), "root_path": "",
        "headers": [], "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip
    sent: list[dict[str, Any]] = []
    given = 0

    async def receive() -> dict[str, Any]:
        nonlocal given
        given += 1
        return {"type": "http.request", "body": chunks[given - 1], "more_body": given < len(chunks)}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(Starlette(routes=[ROUTE])(scope, receive, send))
    headers = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent[1:]), given


@pytest.mark.parametrize("count", [1, 2, MOST_FRAMES])
def test_pillow_reads_back_every_frame_and_pixel(count: int) -> None:
    frames = np.random.default_rng(0).integers(0, 256, (count, 20, 31), dtype=np.uint8)
    blob = frames.tobytes()
    status, headers, body, _given = post("width=31&height=20&milliseconds=60", [blob[:100], blob[100:]])
    assert (status, headers["content-type"]) == (200, "image/gif")
    with Image.open(BytesIO(body)) as film:
        assert getattr(film, "n_frames", 1) == count
        for index, frame in enumerate(frames):
            film.seek(index)
            assert np.array_equal(np.asarray(film.convert("L")), frame)
        if count > 1:
            assert (film.info["duration"], film.info["loop"]) == (60, 0)


@pytest.mark.parametrize(
    ("query", "body", "words"),
    [
        ("height=2&milliseconds=60", b"1234", "width"),
        ("width=0&height=2&milliseconds=60", b"1234", "width"),
        (f"width={LONGEST_SIDE + 1}&height=2&milliseconds=60", b"1234", "width"),
        ("width=2&height=-2&milliseconds=60", b"1234", "height"),
        ("width=2&height=2.0&milliseconds=60", b"1234", "height"),
        ("width=2&height=٢&milliseconds=60", b"1234", "height"),
        (f"width=2&height={'9' * 5000}&milliseconds=60", b"1234", "height"),
        ("width=2&height=2&milliseconds=1", b"1234", "milliseconds"),
        ("width=2&height=2&milliseconds=60", b"", "0 bytes"),
        ("width=2&height=2&milliseconds=60", b"12345", "5 bytes"),
        ("width=2&height=2&milliseconds=60", b"1234" * (MOST_FRAMES + 1), "more than 128"),
    ],
)
def test_what_is_no_film_is_refused_in_a_sentence(query: str, body: bytes, words: str) -> None:
    status, headers, answer, _given = post(query, [body])
    assert (status, headers["content-type"]) == (400, "application/json")
    assert words in json.loads(answer)["error"]
    assert "allowed" in json.loads(answer)["error"]


def test_a_body_without_end_is_not_read_to_its_end() -> None:
    status, _headers, _answer, given = post("width=2&height=2&milliseconds=60", [bytes(100)] * 1000)
    assert status == 400
    assert given < 10
