"""What every page of somebody who is in a class asks the server for.

GET    /lab/class     {"class": null, or {"name", "nickname", "look": the address at which the teacher asks to look,
                      with "looked": since when; null before}}; notes that this browser is there
DELETE /lab/class     leaves the class, with what was guessed in it; answers as GET
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from genlab.live.lab import lab
from genlab.live.web.keys import kept_key


def get_class(request: Request) -> Response:
    """See above."""
    from genlab.classroom.attended import attended  # the server starts without the store's library

    owner = kept_key(request.cookies)
    found = attended(lab().store.engine, owner, there=True) if owner else None
    told = None
    if found is not None:
        room, nickname = found
        told = {"name": room.name, "nickname": nickname, "look": room.look, "looked": room.looked}
    return JSONResponse({"class": told}, headers={"Cache-Control": "no-store"})


def delete_class(request: Request) -> Response:
    """See above."""
    from genlab.classroom.attended import leave_class

    if owner := kept_key(request.cookies):
        leave_class(lab().store.engine, owner)
    return get_class(request)


ROUTES = [Route("/lab/class", get_class), Route("/lab/class", delete_class, methods=["DELETE"])]
