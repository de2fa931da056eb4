"""Two thousand requests that no page would make: every one is answered, and none with a fault."""

from __future__ import annotations

import random
import struct
from concurrent.futures import Executor
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest
from live.asked import ask
from starlette.applications import Starlette
from starlette.middleware import Middleware

from genlab.data import load
from genlab.live.api import ROUTES
from genlab.live.door import routes
from genlab.live.lab import lab
from genlab.live.queues import one_worker
from genlab.live.web import modules
from genlab.live.web.guard import Guard
from genlab.models import FAMILIES, family_named
from genlab.runs.bundle import import_bundle, write_bundle
from genlab.training import Trainer

pytestmark = pytest.mark.usefixtures("own_lab")

REQUESTS, SEEDS = 500, range(4)
ODD = [
    "", " ", "0", "-1", "-0", "1e3", "1.5", "NaN", "inf", "9" * 9, "9" * 10, "9" * 40, "9" * 5000, "-" * 300, "x" * 255,
    "x" * 256, "x" * 5000, "字", "٣", "%", "%00", "\0", "a\0b", "\r\n", "../..", "..", ".", "/", "//", "\\",
    "\\\\host\\x",
    "~", "é" * 200, "\U0001f600", "\ud7ff", "null", "None", "true", "'; drop table runs; --", "<script>", "{}", "[]",
    "0x10", "1_000", "+5", "C:\\x", "CON", "\x7f", "\u202e", "drawn-", "drawn-AAAA", "drawn-" + "A" * 4000, "mnist5k",
]  # fmt: skip
BODIES = [
    b"", b"\0", b"\xff" * 784, bytes(784), bytes(783), bytes(785), bytes(8), struct.pack("<2f", 1, 2),
    struct.pack("<2f", float("nan"), 1), struct.pack("<2f", float("inf"), -1), struct.pack("<2f", 3e38, 3e38),
    bytes(8 * 256), bytes(8 * 257), b"{}", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"PK\3\4", bytes(100_000),
]  # fmt: skip


@pytest.fixture
def runs(tmp_path: Path) -> list[str]:
    """A run on points that has trained, one on images that has, and two that no worker has touched."""
    found = [lab().store.create("me", family, "ring8", preset="classroom").id for family in ("gan", "ae")]
    for family, data, values in [
        ("vae", "ring8", {"steps": 10, "hidden": 8, "batch": 8, "latents": 2}),
        ("ae", "mnist5k", {"steps": 10, "hidden": 8, "batch": 8, "latents": 2}),
    ]:
        config = family_named(family).preset("classroom", load(data).kind, values)
        trainer = Trainer(family, config, load(data))
        progress = trainer.advance()
        write_bundle(tmp_path / family, trainer, progress.points, progress.frames)
        found.append(import_bundle(lab().store, tmp_path / family, "me").id)
    return found


def no_worker() -> Executor:
    raise MemoryError


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_is_asked_is_answered(seed: int, runs: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_worker, "lanes", lambda: ([no_worker], 1))  # asked for, never trained
    app = Starlette(routes=routes(), middleware=[Middleware(Guard)])
    paths = sorted({route.path for route in (modules.ROUTE, *ROUTES)})
    draw = random.Random(seed)

    def word() -> str:
        return draw.choice(ODD) if draw.random() < 0.8 else "".join(chr(draw.randrange(1, 0x500)) for _ in range(5))

    def query() -> str:
        names = [
            "after", "have", "step", "edition", "run", "space", "width", "height", "milliseconds", "family", "data",
            "latents", "hidden", "depth", "net", "loss", "steps", word(),
        ]  # fmt: skip
        usual = {
            "run": [*runs, "nobody"], "space": ["pixels", "codes"], "family": [*FAMILIES, "flow"],
            "latents": ["1", "2"], "data": ["ring8", "mnist5k", "nothing"], "width": ["28", "280"],
            "height": ["28"], "milliseconds": ["50"],
        }  # fmt: skip
        chosen = draw.sample(names, draw.randrange(7))
        return "&".join(
            f"{quote(name)}={quote(draw.choice(usual.get(name, ODD)) if draw.random() < 0.6 else word())}"
            for name in chosen
        )

    def path() -> str:
        filled = draw.choice(paths)
        for name, values in {
            "{id}": runs, "{step}": ["0", "10"], "{number:short}": ["1", "9"],
            "{name}": ["decoder", "encoder", "probe", "mnist5k"],
            "{file:path}": ["run/index.js", "vendor/plotly-basic.min.js", "0123456789abcdef/run/index.js"],
        }.items():  # fmt: skip
            filled = filled.replace(name, quote(draw.choice(values) if draw.random() < 0.6 else word(), safe=""))
        return filled + (quote(word()) if draw.random() < 0.1 else "")

    headers = ["accept_encoding", "if_none_match", "cookie", "range", "content_type", "content_length", "origin"]
    for _ in range(REQUESTS):
        method = draw.choice(["GET", "GET", "GET", "POST", "POST", "DELETE", "HEAD", "PUT", "OPTIONS"])
        given = {"host": "localhost"} | {name: word() for name in draw.sample(headers, draw.randrange(3))}
        body = draw.choice(BODIES) if draw.random() < 0.8 else np.random.default_rng(draw.randrange(99)).bytes(900)
        address = f"{path()}?{query()}"
        answer = ask(method, address, body, given, app)
        assert answer.status < 500, (method, address, given, body[:20], answer)
        assert b"Traceback" not in answer.body
        assert b"sqlalchemy" not in answer.body.lower()
