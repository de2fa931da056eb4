"""Routes whose modules are imported with the first request that may be for one of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

ROUTE = "genlab.route"  # the scope's name for the route that was found


class Later(BaseRoute):
    """All that `made()` returns, as one route; it is called once. prefixes: what begins the address of each of them."""

    def __init__(self, prefixes: Sequence[str], made: Callable[[], list[BaseRoute]]) -> None:
        self.prefixes, self.made = tuple(prefixes), made

    @cached_property
    def routes(self) -> list[BaseRoute]:
        """The routes themselves."""
        return self.made()

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """As a router chooses: the first route that fits wholly, else the first that fits but for its method."""
        best: tuple[Match, Scope] = (Match.NONE, {})
        if scope["type"] == "http" and scope["path"].startswith(self.prefixes):
            for route in self.routes:
                match, told = route.matches(scope)
                if match.value > best[0].value:
                    best = match, {**told, ROUTE: route}
                if match is Match.FULL:
                    break
        return best

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands the request to the route that was found."""
        await scope[ROUTE].handle(scope, receive, send)
