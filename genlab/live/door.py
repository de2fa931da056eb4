"""What app.py puts before and beside Streamlit's own server.

The files of our components belong to the first page. All else that pages ask for comes with modules, of ours and of
others, that would keep the server from listening for a tenth of a second: they are imported beside the first page, or
with the first request.
"""

from __future__ import annotations

from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route

from genlab.live.web import modules
from genlab.live.web.answers import TellsTrouble, base_address
from genlab.live.web.frames import Frames
from genlab.live.web.guard import Guard
from genlab.live.web.head import AddressFirst
from genlab.live.web.later import Later
from genlab.live.web.rates import Limited
from genlab.live.web.squeeze import Squeeze
from genlab.live.web.uploads import Uploads

PREFIXES = ("/lab/", "/healthz", "/metrics")


def routes() -> list[BaseRoute]:
    """The routes that app.py adds to Streamlit's, which puts only its own below `server.baseUrlPath`."""
    return [*below([modules.ROUTE]), Later([base_address() + prefix for prefix in PREFIXES], imported)]


def imported() -> list[BaseRoute]:
    """The routes of genlab.live.api, which imports all that they need."""
    from genlab.live import api

    return below(api.ROUTES)


def below(ours: list[Route]) -> list[BaseRoute]:
    """Routes at the app's address, each with a bound on its requests and a sentence for a store in trouble."""
    base, tells = base_address(), [Middleware(Limited), Middleware(TellsTrouble)]
    return [Route(base + route.path, route.endpoint, methods=route.methods, middleware=tells) for route in ours]


def middleware() -> list[Middleware]:
    """What every request to the app passes first."""
    return [Middleware(Guard), Middleware(AddressFirst), Middleware(Squeeze), Middleware(Uploads), Middleware(Frames)]
