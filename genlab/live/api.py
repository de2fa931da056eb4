"""What the live components ask the server for, over HTTP, beside Streamlit's own connection.

A page that watches a run asks only for what is new since the last step it knows, so no script runs and nothing is
mounted again while a run trains. A run's id is unguessable: who has it may look at it.

GET /lab/runs/ID?after=STEP&lang=L the run's state, its curve points after STEP, the steps of its frames, of its nets
                                   and of its kept checkpoints, which of these are in short, its events, what is
                                   wrong with it (symptoms.py);
                                   304 where the browser was told the same before
GET /lab/runs/ID/frames/STEP       one frame, safetensors
GET /lab/runs/ID/nets/NAME?have=S  decoder, encoder or probe, safetensors; 204 when there is nothing new

The last two are kept by browsers where the address says of which edition the run is (editions.py).

Where the store cannot be asked just now, each answers 503 with a sentence (see TellsTrouble), and 429 to who asks too
often (web/rates.py).
"""

from __future__ import annotations

import gzip
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from genlab.live import untrained
from genlab.live.lab import lab, standstill, waits
from genlab.live.routes import (
    class_api,
    code_api,
    critic_api,
    latent_api,
    lessons_api,
    nearest,
    operate,
    pca_api,
    picture_upload,
    taken_api,
    walk_gif,
)
from genlab.live.routes.symptoms import told_symptoms
from genlab.live.web.answers import BYTES, not_found, whole_number
from genlab.live.web.editions import caching, edition, news_tag
from genlab.live.web.failure import told
from genlab.live.web.keys import kept_key
from genlab.locale import LANGUAGES, SOURCE, translate
from genlab.runs.store.record import RunError

# That a run's owner looks at it is noted once a day: old runs are cleaned away.
OPENED_ANEW = timedelta(days=1)


def get_run(request: Request) -> Response:
    """The run's present and what is new since `after`."""
    store, run_id = lab().store, request.path_params["id"]
    run = store.get(run_id)
    if kept_key(request.cookies) == run.owner and datetime.now(UTC) - run.updated > OPENED_ANEW:
        store.opened(run_id)
    after, language = whole_number(request.query_params.get("after"), -1), request.query_params.get("lang", SOURCE)
    speak = partial(translate, language=language if language in LANGUAGES else SOURCE)
    held_up, in_line = standstill(run_id), waits(run_id, speak, ordinals=language == SOURCE)
    tag = news_tag(run, after, language, held_up, in_line)
    # Most looks find nothing new. A browser asks by itself whether what it was told still holds.
    headers = {"Cache-Control": "private, no-cache", "ETag": tag}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return JSONResponse(
        {
            "state": run.state,
            "step": run.step,
            "seconds": run.seconds,
            "plan": run.config["steps"],
            "error": told(run, speak),
            "standstill": held_up,
            "waits": in_line,
            "points": [[step, values] for step, values in store.points(run_id, after)],
            "frames": store.frame_steps(run_id),
            "nets": store.net_steps(run_id),
            "saved": run.saved_step,
            "edition": edition(run),
            "checkpoints": store.checkpoint_steps(run_id),
            "short": store.short_steps(run_id),
            "symptoms": told_symptoms(store, run, after, speak),
            "events": [asdict(event) for event in store.events(run_id)],
        },
        headers=headers,
    )


def get_frame(request: Request) -> Response:
    """One frame's arrays."""
    store, run_id, step = lab().store, request.path_params["id"], whole_number(request.path_params["step"], -1)
    try:
        run, blob = store.get(run_id), store.frame(run_id, step)
    except RunError:  # no such run, or a frame that was thinned out since the page heard of it
        return not_found(request)
    return Response(blob, media_type=BYTES, headers={"Cache-Control": caching(request, run, step)})


def get_net(request: Request) -> Response:
    """A net's weights, unless the browser has these already."""
    store, run_id = lab().store, request.path_params["id"]
    found = store.net(run_id, request.path_params["name"])
    if found is None or whole_number(request.query_params.get("have"), -1) == found[0]:
        return Response(status_code=204)  # not written yet, or the browser's is the latest
    step, blob = found
    kept = caching(request, store.get(run_id), step)
    headers = {"Cache-Control": kept, "X-Step": str(step), "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        blob, headers["Content-Encoding"] = compressed(blob), "gzip"
    return Response(blob, media_type=BYTES, headers=headers)


@lru_cache(maxsize=16)
def compressed(blob: bytes) -> bytes:
    """A net for the wire: squeezed once for all who watch the run."""
    return gzip.compress(blob, compresslevel=1)


ROUTES = [
    Route("/lab/runs/{id}", get_run),
    Route("/lab/runs/{id}/frames/{step}", get_frame),
    Route("/lab/runs/{id}/nets/{name}", get_net),
    walk_gif.ROUTE,
    *class_api.ROUTES,
    *code_api.ROUTES,
    *critic_api.ROUTES,
    *latent_api.ROUTES,
    *lessons_api.ROUTES,
    nearest.ROUTE,
    *operate.ROUTES,
    *pca_api.ROUTES,
    *taken_api.ROUTES,
    picture_upload.ROUTE,
    untrained.ROUTE,
]
