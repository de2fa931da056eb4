"""PCA and other runs beside an autoencoder's, on the run's own data.

GET /lab/runs/ID/pca    safetensors: "error" f32 [1], a pixel, of as many principal components as the run's z has
                        numbers, on the test images; "errors" f32 [n], of 0, 1, ... components; "reconstructions" u8
                        [n, 28, 28] of the run's held-out examples, only where the run's data is on this machine. 204
                        where neither that is so nor the errors came with the run.
GET /lab/runs/ID/sizes  {"runs": [[N, error, linear, mine], ...]}: what the visitor's own runs and the shipped ones have
                        reached on the same held-out data, each with the size of its z; this run is not among them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from genlab.live.lab import SHIPPED, lab
from genlab.live.web.answers import BYTES
from genlab.live.web.editions import caching
from genlab.live.web.keys import kept_key
from genlab.place import PRETRAINED
from genlab.runs.store.record import Run

if TYPE_CHECKING:
    from genlab.runs.arrays import Arrays


def get_pca(request: Request) -> Response:
    """See above."""
    store, run_id = lab().store, request.path_params["id"]
    run = store.get(run_id)
    probe = store.net(run_id, "probe")
    from genlab.models import latents_of
    from genlab.runs.arrays import pack, unpack  # the first page of the server waits for no torch
    from genlab.runs.looks.pca import beside, comparable

    if probe is None or not comparable(run):
        return Response(status_code=204)

    made = beside(run.data, latents_of(run), unpack(probe[1])["originals"]) or as_shipped(run)
    if made is None:
        return Response(status_code=204)
    return Response(pack(made), media_type=BYTES, headers={"Cache-Control": caching(request, run, probe[0])})


def as_shipped(run: Run) -> Arrays | None:
    """What was computed on the run's data when the app was made (pretrained/pca.py)."""
    import numpy as np

    from genlab.models import latents_of

    errors = np.array(json.loads((PRETRAINED / "pca.json").read_text()).get(run.data, ()), dtype=np.float32)
    latents = latents_of(run)
    return {"errors": errors, "error": errors[latents : latents + 1]} if latents < len(errors) else None


def get_sizes(request: Request) -> Response:
    """See above."""
    store = lab().store
    run = store.get(request.path_params["id"])
    from genlab.runs.looks.sizes import reached

    own = kept_key(request.cookies)
    found = [
        [one.latents, one.error, one.linear, owner == own]
        for owner in dict.fromkeys([own, SHIPPED])
        if owner is not None
        for one in reached(store, run, owner)
    ]
    return JSONResponse({"runs": sorted(found)}, headers={"Cache-Control": "no-store"})


ROUTES = [Route("/lab/runs/{id}/pca", get_pca), Route("/lab/runs/{id}/sizes", get_sizes)]
