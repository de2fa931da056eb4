"""The training examples nearest to a drawing: by their pixels, or by where a run's encoder puts them.

POST /lab/nearest?run=ID&space=pixels|codes, its body the 28 x 28 grey bytes of the drawing, 0 paper to 255 ink.
Answers safetensors: "images" u8 [5, 28, 28], "labels" u8 [5], "distances" f32 [5], the nearest first; metadata: "data"
(the data set's name) and "count" (how many examples were looked at). What is wrong is said with 400, 404 or 422.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from genlab.devices import as_array
from genlab.live.lab import lab
from genlab.live.web.answers import BYTES, not_found, refused
from genlab.runs.store.record import Run, RunError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SIDE = 28
PIXELS = SIDE * SIDE
SPACES = ("pixels", "codes")
MOST = 10_000
FOUND = 5
# Float32 products may put two nearly equal distances in the wrong order: so many are measured again, exactly.
MEASURED_AGAIN = 32
CHUNK = 1000
_making = threading.Lock()


class NotADrawing(ValueError):
    """What was sent is no drawing, or of no run that it could be compared with: what, got, allowed."""


class Examples(NamedTuple):
    """Training examples: images u8 [n, 28, 28], labels u8 [n], pixels f32 [n, 784] (0 to 255), squares f32 [n]."""

    name: str
    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    pixels: NDArray[np.float32]
    squares: NDArray[np.float32]


@lru_cache(maxsize=2)
def examples_of(name: str) -> Examples:
    """The first 10,000 training examples of a data set, 31 MB as float32."""
    import numpy as np  # here and below: the server's first page need not wait for it

    from genlab.data import ImageData, load

    data = load(name)
    assert isinstance(data, ImageData)
    images = np.array(data.train_images[:MOST])
    pixels = images.reshape(len(images), PIXELS).astype(np.float32)
    return Examples(name, images, np.array(data.train_labels[:MOST]), pixels, (pixels * pixels).sum(axis=1))


def nearest_pixels(examples: Examples, drawing: NDArray[np.uint8]) -> tuple[NDArray[Any], NDArray[Any]]:
    """The five nearest examples to a drawing u8 [28, 28]: indices [5] and mean (x - y)^2 over the pixels, grey in
    [0, 1], [5].

    |x - y|^2 = |x|^2 - 2 x . y + |y|^2.
    """
    import numpy as np

    flat = drawing.reshape(PIXELS)
    about = examples.squares - 2 * (examples.pixels @ flat.astype(np.float32))
    likely = np.sort(np.argpartition(about, min(MEASURED_AGAIN, len(about) - 1))[:MEASURED_AGAIN])
    differences = examples.images[likely].reshape(-1, PIXELS).astype(np.int64) - flat
    exact = (differences * differences).sum(axis=1)
    order = np.argsort(exact, kind="stable")[:FOUND]
    return likely[order], exact[order] / (255.0**2 * PIXELS)


def nearest_codes(run: Run, step: int, examples: Examples, drawing: NDArray[np.uint8]) -> tuple[Any, Any]:
    """The five examples whose codes are nearest to the drawing's: indices [5], |z - z'| [5]. Raises NotFinite."""
    import numpy as np

    from genlab.runs.looks.codes import NotFinite

    url = lab().store.url
    with _making:  # one at a time: the second who asks for the same codes finds them made
        codes = codes_of(url, run.id, step, examples.name)
    squares = np.square(codes - encode(url, run.id, step, drawing[None])).sum(axis=1, dtype=np.float64)
    if not np.isfinite(squares).all():
        raise NotFinite(step)
    order = np.argsort(squares, kind="stable")[:FOUND]
    return order, np.sqrt(squares[order])


@lru_cache(maxsize=16)
def codes_of(url: str, run_id: str, step: int, name: str) -> NDArray[np.float32]:
    """Where a run's encoder puts the training examples: f32 [n, latents]."""
    import numpy as np

    images = examples_of(name).images
    parts = [images[begin : begin + CHUNK] for begin in range(0, len(images), CHUNK)]
    return np.concatenate([encode(url, run_id, step, part) for part in parts])


def encode(url: str, run_id: str, step: int, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The codes (a VAE's means) of images u8 [n, 28, 28] by a run's checkpoint of that step, f32 [n, latents]."""
    import torch

    from genlab.live.routes.latent_api import kept_model
    from genlab.models import encoder

    model = encoder(kept_model(url, run_id, step))
    assert model is not None
    with torch.no_grad():
        return as_array(model.encode(torch.from_numpy(images).unsqueeze(1).float().div(255)).float())


def find(run_id: str, space: str, body: bytes) -> Response:
    """The answer, made on a thread of its own."""
    import numpy as np

    from genlab.data import DataDamaged, DataUnavailable, at_hand, describe
    from genlab.models import FAMILIES
    from genlab.runs.arrays import pack
    from genlab.runs.looks.codes import NotFinite

    if space not in SPACES:
        raise NotADrawing(f"space: got {space[:20]!r}, allowed: {', '.join(SPACES)}")
    if len(body) != PIXELS:
        raise NotADrawing(f"drawing: got {len(body)} bytes, allowed: {PIXELS}, 28 x 28 grey levels")
    run = lab().store.get(run_id)
    if describe(run.data).kind != "images":
        raise NotADrawing(f"run: got one trained on {run.data}, allowed: data sets of images")
    name = at_hand(run.data) or run.data
    drawing = np.frombuffer(body, np.uint8).reshape(SIDE, SIDE).copy()
    try:
        examples = examples_of(name)
        if space == "pixels":
            indices, distances = nearest_pixels(examples, drawing)
        elif not FAMILIES[run.family].encodes:
            raise NotADrawing(f"run: got one of the family {run.family}, allowed: families with an encoder")
        elif run.saved_step is None:
            return Response(status_code=204)
        else:
            indices, distances = nearest_codes(run, run.saved_step, examples, drawing)
    except NotFinite as error:
        return refused(error, 422)
    except (DataUnavailable, DataDamaged) as error:
        return refused(error, 404)
    arrays = {
        "images": examples.images[indices],
        "labels": examples.labels[indices],
        "distances": np.asarray(distances, dtype=np.float32),
    }
    packed = pack(arrays, {"data": name, "count": str(len(examples.images))})
    return Response(packed, media_type=BYTES, headers={"Cache-Control": "no-store"})


async def post_nearest(request: Request) -> Response:
    """Nothing is kept of a body that is too long."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > PIXELS:
            return refused(NotADrawing(f"drawing: got more than {PIXELS} bytes, allowed: {PIXELS}"), 400)
    query = request.query_params
    try:
        return await run_in_threadpool(find, query.get("run", ""), query.get("space", "pixels"), bytes(body))
    except NotADrawing as error:
        return refused(error, 400)
    except RunError:  # no such run, or deleted meanwhile
        return not_found(request)


ROUTE = Route("/lab/nearest", post_nearest, methods=["POST"])
