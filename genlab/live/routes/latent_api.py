"""What the latent pages ask the server for.

GET  /lab/runs/ID/atlas?have=STEP  codes, axes and importance, safetensors, X-Step; 204 when there is nothing new
POST /lab/runs/ID/decode           body: float32 [n, latents], little-endian; decoded here, float32 [n, outputs]
GET  /lab/data/NAME/examples       twenty held-out images a class, safetensors

A run whose weights are not numbers is refused with 422 and a sentence.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from genlab.devices import as_array
from genlab.live.lab import lab
from genlab.live.web.answers import BYTES, not_found, refused, whole_number
from genlab.live.web.editions import caching
from genlab.runs.store.record import RunError, UnknownRun

if TYPE_CHECKING:
    from genlab.models import Model

A_DAY = "public, max-age=86400"
# A map of decoded pictures asks for so many at once.
MOST_DECODED = 256
_loading = threading.Lock()


def get_atlas(request: Request) -> Response:
    """The atlas of the newest checkpoint, unless the browser has it already; kept by browsers as nets are."""
    from genlab.runs.looks.atlas import atlas_of  # late, as all that needs torch
    from genlab.runs.looks.codes import NotFinite

    store, run_id = lab().store, request.path_params["id"]
    try:
        run = store.get(run_id)
        step = run.saved_step
        if step is None or step == whole_number(request.query_params.get("have"), -1):
            return Response(status_code=204)
        blob = atlas_of(store, run_id, step)
    except NotFinite as error:
        return refused(error, 422)
    except RunError:  # no such run, or deleted while its atlas was made
        return not_found(request)
    return Response(blob, media_type=BYTES, headers={"Cache-Control": caching(request, run, step), "X-Step": str(step)})


def get_examples(request: Request) -> Response:
    """The digits that a person chooses from."""
    blob = examples_of(request.path_params["name"])
    if blob is None:
        return not_found(request)
    return Response(blob, media_type=BYTES, headers={"Cache-Control": A_DAY})


def examples_of(name: str) -> bytes | None:
    """The examples as safetensors; None for points, an unknown name, or data that is not on this machine."""
    from genlab.data import DataDamaged, DataUnavailable
    from genlab.runs.arrays import pack
    from genlab.runs.looks.codes import few_of_each

    try:
        return pack(few_of_each(name))
    except (ValueError, DataUnavailable, DataDamaged):
        return None


@lru_cache(maxsize=8)
def kept_model(url: str, run_id: str, step: int) -> Model:
    """The model of a run that no browser can run, ready for the next z."""
    from genlab.runs.looks.codes import model_of

    return model_of(lab().store, run_id, step)


def decode(run_id: str, body: bytes) -> Response:
    """Decodes z for a browser that cannot run the decoder itself."""
    import numpy as np
    import torch

    from genlab.models import latents_of

    store = lab().store
    run = store.get(run_id)
    if run.saved_step is None:
        return Response(status_code=204)
    latents = latents_of(run)
    if not body or len(body) % (4 * latents) or len(body) > 4 * latents * MOST_DECODED:
        said = f"z: got {len(body)} bytes, allowed: float32 [1 to {MOST_DECODED}, {latents}]"
        return refused(ValueError(said), 400)
    z = np.frombuffer(body, "<f4").reshape(-1, latents)
    if not np.isfinite(z).all():
        return refused(ValueError("z: got NaN or infinity, allowed: finite numbers"), 400)
    with _loading:
        model = kept_model(store.url, run_id, run.saved_step)
    with torch.no_grad():
        x = as_array(model.decode(torch.from_numpy(z.copy())).flatten(1).float())
    headers = {"Cache-Control": "no-store", "X-Step": str(run.saved_step)}
    return Response(x.tobytes(), media_type=BYTES, headers=headers)


async def post_decode(request: Request) -> Response:
    """Nothing is kept of a body that is too long."""
    from genlab.runs.looks.codes import NotFinite

    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > 4 * 1024 * MOST_DECODED:
            return refused(ValueError(f"z: got too many bytes, allowed: {MOST_DECODED} rows"), 400)
    try:
        return await run_in_threadpool(decode, request.path_params["id"], bytes(body))
    except NotFinite as error:
        return refused(error, 422)
    except UnknownRun:
        return not_found(request)
    except RunError:
        return not_found(request)


ROUTES = [
    Route("/lab/runs/{id}/atlas", get_atlas),
    Route("/lab/runs/{id}/decode", post_decode, methods=["POST"]),
    Route("/lab/data/{name}/examples", get_examples),
]
