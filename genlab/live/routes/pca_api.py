"""PCA beside an autoencoder's run, on the run's own data.

GET /lab/runs/ID/pca  safetensors: "error" f32 [1], a pixel, of as many principal components as the run's z has numbers,
                      on the test images; "errors" f32 [785], of 0, 1, ... components; "reconstructions" u8 [n, 28, 28]
                      of the run's held-out examples. The last two only where the run's data is on this machine. 204
                      where neither that is so nor the error came with the run.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from genlab.live.lab import PRETRAINED, SHIPPED, lab
from genlab.live.web.answers import BYTES, not_found
from genlab.live.web.editions import caching
from genlab.runs.store.record import Run, UnknownRun

if TYPE_CHECKING:
    from genlab.runs.arrays import Arrays


def get_pca(request: Request) -> Response:
    """See above."""
    store, run_id = lab().store, request.path_params["id"]
    try:
        run = store.get(run_id)
    except UnknownRun:
        return not_found(request)
    probe = store.net(run_id, "probe")
    from genlab.runs.arrays import pack, unpack  # the first page of the server waits for no torch
    from genlab.runs.looks.pca import beside, comparable

    if probe is None or not comparable(run):
        return Response(status_code=204)

    made = beside(run.data, run.config["latents"], unpack(probe[1])["originals"]) or as_shipped(run)
    if made is None:
        return Response(status_code=204)
    return Response(pack(made), media_type=BYTES, headers={"Cache-Control": caching(request, run, probe[0])})


def as_shipped(run: Run) -> Arrays | None:
    """What was measured on the run's data when it was made to ship with the app."""
    import numpy as np

    if run.owner != SHIPPED:
        return None
    metrics = json.loads((PRETRAINED / run.id / "run.json").read_text())["metrics"]
    return {"error": np.array([metrics["pca_mse"]], dtype=np.float32)}


ROUTE = Route("/lab/runs/{id}/pca", get_pca)
