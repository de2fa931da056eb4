"""What a person takes home of a run, made when it is asked for.

GET /lab/runs/ID/taken?as=KIND     an attachment, KIND one of KINDS; of csv: &decimal=. or , in its numbers. 409 with a
                                   sentence where there is nothing of it yet
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from genlab.live.lab import lab
from genlab.live.web.answers import BYTES, refused
from genlab.runs.store.record import Run, RunError

if TYPE_CHECKING:
    from genlab.runs.store.store import Store

# Each file's ending and kind.
KINDS = {
    "csv": (".csv", "text/csv; charset=utf-8"),
    "tensorboard": ("-tensorboard.zip", "application/zip"),
    "gif": (".gif", "image/gif"),
    "safetensors": ("-decoder.safetensors", BYTES),
    "onnx": ("-decoder.onnx", BYTES),
}


def get_taken(request: Request) -> Response:
    """See above."""
    kind, decimal = request.query_params.get("as", ""), request.query_params.get("decimal", ".")
    store = lab().store
    run = store.get(request.path_params["id"])
    if kind not in KINDS:
        return refused(ValueError(f"as: got {kind!r}, allowed: {', '.join(KINDS)}"), 400)
    try:
        blob = made(kind, decimal, store, run)
    except RunError as error:
        return refused(error, 409)
    ending, media = KINDS[kind]
    name = quote(f"{run.name or run.id}{ending}", safe="")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}", "Cache-Control": "no-store"}
    return Response(blob, media_type=media, headers=headers)


def made(kind: str, decimal: str, store: Store, run: Run) -> bytes:
    """The file. Raises RunError where there is nothing of it yet."""
    from genlab.runs.taken.decoder import decoder_onnx, decoder_safetensors  # late: the server starts without torch
    from genlab.runs.taken.events import events_zip
    from genlab.runs.taken.film import recording_gif
    from genlab.runs.taken.table import SEPARATOR, Decimal, curves_csv

    if kind == "csv":
        if not run.step:
            raise RunError("curves: the run has not trained yet")
        return curves_csv(store.points(run.id), cast(Decimal, decimal if decimal in SEPARATOR else "."))
    maker = {
        "tensorboard": events_zip, "gif": recording_gif, "safetensors": decoder_safetensors, "onnx": decoder_onnx,
    }[kind]  # fmt: skip
    return maker(store, run)


ROUTES = [Route("/lab/runs/{id}/taken", get_taken)]
