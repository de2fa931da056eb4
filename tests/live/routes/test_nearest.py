"""The examples nearest to a drawing: the same as by brute force, and small refusals for whatever else is sent."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from starlette.applications import Starlette

from genlab.data import load_mnist5k
from genlab.data.centring import centred
from genlab.live.door import routes
from genlab.live.lab import lab, make_lab
from genlab.live.routes.nearest import Examples, nearest_pixels
from genlab.runs.arrays import read_metadata, unpack
from genlab.runs.bundle import import_bundle, write_bundle
from genlab.runs.store.record import Run


def post(path: str, query: str, *chunks: bytes) -> tuple[int, bytes]:
    """A request whose body comes in these pieces."""
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": query.encode(),
        "root_path": "", "headers": [], "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip
    sent: list[dict[str, Any]] = []
    waiting = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    waiting.append({"type": "http.request", "body": b"", "more_body": False})

    async def receive() -> dict[str, Any]:
        if not waiting:
            await asyncio.Event().wait()  # the visitor neither sends more nor goes away
        return waiting.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(Starlette(routes=routes())(scope, receive, send))
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])


@pytest.fixture(autouse=True)
def own_lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A lab with a store of its own."""
    monkeypatch.setenv("GENLAB_HOME", str(tmp_path))
    make_lab.cache_clear()
    yield
    lab().store.close()
    make_lab.cache_clear()


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """An autoencoder of ten steps on the embedded digits."""
    from genlab.models import family_named
    from genlab.training import Trainer

    config = family_named("ae").preset("classroom", "images", {"steps": 10, "hidden": 16, "latents": 3})
    trainer = Trainer("ae", config, load_mnist5k())
    progress = trainer.advance()
    write_bundle(tmp_path / "bundle", trainer, progress.points, progress.frames)
    return import_bundle(lab().store, tmp_path / "bundle", "me")


def found(run: Run, space: str, drawing: np.ndarray) -> dict[str, np.ndarray]:
    status, body = post("/lab/nearest", f"run={run.id}&space={space}", drawing.tobytes())
    assert status == 200
    assert read_metadata(body) == {"data": "mnist5k", "count": "4000"}
    return unpack(body)


def brute_force(values: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Indices of the five rows nearest to one."""
    squares = [sum((float(a) - float(b)) ** 2 for a, b in zip(row, wanted, strict=True)) for row in values]
    return np.argsort(squares, kind="stable")[:5]


@pytest.mark.parametrize("index", [0, 37])
def test_by_pixels_as_by_brute_force(run: Run, index: int) -> None:
    data = load_mnist5k()
    drawing = centred(np.rot90(data.test_images[index], 1))
    squares = ((data.train_images.astype(float) - drawing) ** 2).sum(axis=(1, 2))
    expected = np.argsort(squares, kind="stable")[:5]
    arrays = found(run, "pixels", drawing)
    assert np.array_equal(arrays["images"], data.train_images[expected])
    assert np.array_equal(arrays["labels"], data.train_labels[expected])
    np.testing.assert_allclose(arrays["distances"], squares[expected] / 255**2 / 784, rtol=1e-6)


def test_a_training_digit_is_nearest_to_itself(run: Run) -> None:
    digit = np.array(load_mnist5k().train_images[123])
    for space in ("pixels", "codes"):
        arrays = found(run, space, digit)
        assert np.array_equal(arrays["images"][0], digit)
        assert arrays["distances"][0] == pytest.approx(0, abs=1e-5)


def test_by_codes_as_by_brute_force(run: Run) -> None:
    from genlab.runs.looks.codes import model_of

    data = load_mnist5k()
    drawing = np.array(data.test_images[5])
    model = model_of(lab().store, run.id, 10)
    images = torch.from_numpy(np.concatenate([data.train_images, drawing[None]])).unsqueeze(1) / 255
    codes = torch.cat([model.encode(part) for part in images.split(700)]).numpy()  # type: ignore[attr-defined]
    expected = brute_force(codes[:-1], codes[-1])
    arrays = found(run, "codes", drawing)
    assert np.array_equal(arrays["images"], data.train_images[expected])
    distances = np.linalg.norm(codes[expected] - codes[-1], axis=1)
    np.testing.assert_allclose(arrays["distances"], distances, rtol=1e-4)


@pytest.mark.parametrize("count", [5, 20, 32, 33])
def test_few_examples(count: int) -> None:
    images = np.arange(count, 0, -1, dtype=np.uint8)[:, None, None].repeat(28, 1).repeat(28, 2)
    pixels = images.reshape(count, 784).astype(np.float32)
    examples = Examples("made", images, np.zeros(count, np.uint8), pixels, (pixels**2).sum(axis=1))
    indices, distances = nearest_pixels(examples, np.zeros((28, 28), np.uint8))
    assert indices.tolist() == list(range(count - 1, count - 6, -1))
    np.testing.assert_allclose(distances, np.arange(1, 6) ** 2 / 255**2)


def test_many_that_are_equally_near() -> None:
    images = np.zeros((100, 28, 28), np.uint8)
    images[:, 0, 0] = 9
    images[60:, 0, 0] = 8
    pixels = images.reshape(100, 784).astype(np.float32)
    examples = Examples("made", images, np.zeros(100, np.uint8), pixels, (pixels**2).sum(axis=1))
    indices, distances = nearest_pixels(examples, np.zeros((28, 28), np.uint8))
    np.testing.assert_allclose(distances, 64 / 255**2 / 784)
    assert len(set(indices)) == 5
    assert (indices >= 60).all()


DRAWING = bytes(range(256)) * 3 + bytes(16)


@pytest.mark.parametrize(
    ("query", "chunks", "said"),
    [
        ("run=ID", [], "drawing: got 0 bytes, allowed: 784"),
        ("run=ID", [DRAWING[:-1]], "drawing: got 783 bytes, allowed: 784"),
        ("run=ID", [DRAWING, b"x"], "drawing: got more than 784 bytes, allowed: 784"),
        ("run=ID", [bytes(1000)] * 1000, "drawing: got more than 784 bytes, allowed: 784"),
        ("run=ID&space=words", [DRAWING], "space: got 'words', allowed: pixels, codes"),
    ],
)
def test_what_is_no_drawing_is_refused(run: Run, query: str, chunks: list[bytes], said: str) -> None:
    status, body = post("/lab/nearest", query.replace("ID", run.id), *chunks)
    assert status == 400
    assert json.loads(body)["error"].startswith(said)


def test_pieces_of_a_drawing_are_put_together(run: Run) -> None:
    (_, whole), (_, pieces) = (
        post("/lab/nearest", f"run={run.id}", *chunks) for chunks in ([DRAWING], [DRAWING[:100], DRAWING[100:]])
    )
    assert read_metadata(pieces) == read_metadata(whole)  # their order in the file is by chance
    for name, values in unpack(whole).items():
        np.testing.assert_array_equal(unpack(pieces)[name], values)


@pytest.mark.parametrize("query", ["", "run=nobody", "run=%00", "run=" + "x" * 5000])
def test_a_run_that_is_not_there_is_404(query: str) -> None:
    assert post("/lab/nearest", query, DRAWING)[0] == 404


def test_runs_that_cannot_be_drawn_into(run: Run) -> None:
    store = lab().store
    points = store.create("me", "vae", "ring8", preset="classroom")
    assert post("/lab/nearest", f"run={points.id}", DRAWING)[0] == 400
    gan = store.create("me", "gan", "mnist5k", preset="classroom")
    assert post("/lab/nearest", f"run={gan.id}&space=codes", DRAWING)[0] == 400
    assert post("/lab/nearest", f"run={gan.id}&space=pixels", DRAWING)[0] == 200
    fresh = store.create("me", "vae", "mnist5k", preset="classroom")
    assert post("/lab/nearest", f"run={fresh.id}&space=codes", DRAWING) == (204, b"")


def test_data_that_is_not_here_is_404_with_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENLAB_DATA", str(tmp_path))
    run = lab().store.create("me", "vae", "fashion", preset="classroom")
    status, body = post("/lab/nearest", f"run={run.id}", DRAWING)
    assert status == 404
    assert "fashion is not on this machine" in json.loads(body)["error"]


def test_the_embedded_digits_stand_in_for_mnist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENLAB_DATA", str(tmp_path))
    run = lab().store.create("me", "vae", "mnist", preset="classroom")
    status, body = post("/lab/nearest", f"run={run.id}", DRAWING)
    assert (status, read_metadata(body)["data"]) == (200, "mnist5k")
