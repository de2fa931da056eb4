"""What the page of a run's critic asks the server for.

GET  /lab/runs/ID/critic  the latest critic of the run: its state, curve and verdict
POST /lab/runs/ID/critic  trains one for the run's newest checkpoint, unless there is one; answers as GET
DELETE /lab/runs/ID/critic  gives it up, unless another visitor has asked for it too; answers as GET
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from genlab.live.lab import lab
from genlab.live.web.keys import kept_key

if TYPE_CHECKING:  # imported with the first question: the server's first page need not wait for the workers' library
    from genlab.live.queues.critics import Job


def answer(request: Request, job: Job | None, saved_step: int | None) -> Response:
    """A job as JSON. state: none, waiting, running, done, failed or cancelled; ahead: jobs before it; mine: whether
    this visitor has asked for it; rows: [step, bound, standard error, floor, its standard error]; saved_step: of the
    run's newest checkpoint."""
    from genlab.live.queues.critics import critics

    news: dict[str, Any] = {"state": "none", "saved_step": saved_step}
    if job is not None:
        news |= {
            "state": job.state,
            "step": job.step,
            "ahead": critics().ahead(job),
            "mine": asker(request) in job.askers,
            "rows": list(job.rows),
            "verdict": asdict(job.verdict) if job.verdict else None,
            "problem": job.problem,
        }
    return JSONResponse(news, headers={"Cache-Control": "no-store"})


def asker(request: Request) -> str:
    """The visitor's key, from the cookie that their pages keep; empty without one that we made."""
    return kept_key(request.cookies) or ""


def get_critic(request: Request) -> Response:
    """The state of the run's critic."""
    from genlab.live.queues.critics import critics

    run_id = request.path_params["id"]
    run = lab().store.get(run_id)
    return answer(request, critics().get(run_id), run.saved_step)


def delete_critic(request: Request) -> Response:
    """The state of the run's critic, which this visitor gives up."""
    from genlab.live.queues.critics import critics

    run_id = request.path_params["id"]
    run = lab().store.get(run_id)
    return answer(request, critics().cancel(run_id, asker(request)), run.saved_step)


def ask(request: Request) -> Response:
    """Begins a critic, where there are images to tell and a checkpoint to draw from."""
    from genlab.data import describe
    from genlab.live.queues.critics import Job, TooMany, critics

    run_id = request.path_params["id"]
    run = lab().store.get(run_id)
    if describe(run.data).kind != "images":
        return JSONResponse({"error": f"critic: got {run.data}, allowed: runs on images"}, status_code=422)
    if run.saved_step is None:
        return answer(request, critics().get(run_id), None)
    try:
        return answer(request, critics().ask(run_id, run.saved_step, asker(request)), run.saved_step)
    except TooMany:
        return answer(request, Job(run_id, run.saved_step, state="failed", problem="too_many"), run.saved_step)


async def post_critic(request: Request) -> Response:
    """As `ask`, beside the event loop: it reads the store."""
    return await run_in_threadpool(ask, request)


ROUTES = [
    Route("/lab/runs/{id}/critic", get_critic),
    Route("/lab/runs/{id}/critic", post_critic, methods=["POST"]),
    Route("/lab/runs/{id}/critic", delete_critic, methods=["DELETE"]),
]
