"""A picture that is sent: its ink on the sheet, or which problem it has."""

from __future__ import annotations

import json
from io import BytesIO

import numpy as np
import pytest
from live.routes.test_nearest import post
from PIL import Image

from genlab.data import load_mnist5k
from genlab.data.centring import centred
from genlab.live.routes.picture_upload import MOST_READ, SHEET


def png(levels: np.ndarray) -> bytes:
    blob = BytesIO()
    Image.fromarray(levels).save(blob, "PNG")
    return blob.getvalue()


def test_a_digit_lies_on_the_sheet() -> None:
    digit = np.array(load_mnist5k().test_images[12])
    blob = png(digit)
    status, body = post("/lab/picture", "", blob[:50], blob[50:])
    assert status == 200
    sheet = np.frombuffer(body, np.uint8).reshape(SHEET, SHEET)
    assert np.array_equal(centred(sheet), digit)
    assert not sheet[:40].any()
    assert not sheet[:, -40:].any()


@pytest.mark.parametrize(
    ("chunks", "problem", "got"),
    [
        ([], "format", ""),
        ([b"hello"], "format", ""),
        ([png(np.zeros((28, 28), np.uint8))], "blank", "0"),
        ([png(np.eye(200, dtype=np.uint8) * 255)[:200]], "damaged", ""),
        ([b"GIF89a", bytes(3 * 2**20)], "format", "GIF"),
        ([b"\0\0\0\x18ftypheic", bytes(3 * 2**20)], "heic", "HEIC"),
        ([b"\x89PNG", bytes(3 * 2**20)], "size", "3.0 MB"),
        ([b"\x89PNG", *[bytes(2**20)] * 100], "size", f"{MOST_READ / 2**20:.1f} MB"),
    ],
)
def test_what_cannot_be_taken_has_a_problem(chunks: list[bytes], problem: str, got: str) -> None:
    status, body = post("/lab/picture", "", *chunks)
    said = json.loads(body)
    assert (status, said["problem"], said["got"]) == (422, problem, got)
    assert said["error"].startswith("picture: ")
