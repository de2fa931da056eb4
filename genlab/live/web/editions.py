"""What a browser may keep of a run: what belongs to one step of one edition of it never changes.

A run's state says its edition and the steps of its nets; whoever asks with both (`?step=S&edition=E`) is answered for
ever. Changed knobs make another edition, and so does a run of the same id that was imported anew, because from then on
the same step may mean something else.
"""

from __future__ import annotations

import secrets
from hashlib import sha256

from starlette.requests import Request

from genlab.live.web.answers import KEPT
from genlab.runs.store.record import Run

# What a server says may be another version's, once it was started again.
STARTED = secrets.token_hex(8)


def edition(run: Run) -> str:
    """Twelve hexadecimal digits."""
    return sha256(f"{run.id} {run.created.isoformat()} {run.version}".encode()).hexdigest()[:12]


def news_tag(run: Run, *more: object) -> str:
    """The ETag of what is told of a run's present: whatever changes of a run changes its row. more: what else is told,
    and what was asked."""
    present = (run.id, run.updated.isoformat(), run.step, run.state, run.version, STARTED, *more)
    return f'"{sha256(repr(present).encode()).hexdigest()[:24]}"'


def caching(request: Request, run: Run, step: int) -> str:
    """The Cache-Control of what belongs to this step of the run: only an address that says so is kept."""
    asked = request.query_params
    said = (asked.get("edition"), request.path_params.get("step") or asked.get("step"))
    return KEPT if said == (edition(run), str(step)) else "no-store"
