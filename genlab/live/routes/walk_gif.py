"""A walk's film: the browser decodes the frames, Pillow makes them a GIF."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    import numpy as np

MOST_FRAMES = 128
LONGEST_SIDE = 280
# A film no browser plays any faster or slower.
FASTEST, SLOWEST = 20, 2000


class NotAFilm(ValueError):
    """What was sent makes no film: what, got, allowed."""


def number(request: Request, name: str, low: int, high: int) -> int:
    """A whole number of the address."""
    text = request.query_params.get(name, "")
    if not (text.isascii() and text.isdecimal() and len(text) < 6 and low <= int(text) <= high):
        raise NotAFilm(f"{name}: got {text[:20]!r}, allowed: whole numbers from {low} to {high}")
    return int(text)


async def frames_of(request: Request, width: int, height: int) -> np.ndarray:
    """The body as grey frames u8 [count, height, width]; nothing is kept of a body that is too long."""
    import numpy as np  # here and below: the server's first page need not wait for it

    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_FRAMES * width * height:
            raise NotAFilm(f"frames: got more than {MOST_FRAMES}, allowed: at most {MOST_FRAMES}")
    if not body or len(body) % (width * height):
        raise NotAFilm(f"body: got {len(body)} bytes, allowed: whole frames of {width} x {height} bytes")
    return np.frombuffer(body, np.uint8).reshape(-1, height, width)


def write_gif(frames: np.ndarray, milliseconds: int) -> bytes:
    """Grey frames u8 [count, height, width] as a GIF that repeats for ever, each frame shown so long."""
    from PIL import Image

    first, *rest = [Image.fromarray(frame) for frame in frames]
    file = BytesIO()
    first.save(file, "GIF", save_all=True, append_images=rest, duration=milliseconds, loop=0)
    return file.getvalue()


async def post_gif(request: Request) -> Response:
    """POST /lab/walk.gif?width=W&height=H&milliseconds=M, its body the frames' bytes one after the other."""
    try:
        width = number(request, "width", 1, LONGEST_SIDE)
        height = number(request, "height", 1, LONGEST_SIDE)
        milliseconds = number(request, "milliseconds", FASTEST, SLOWEST)
        frames = await frames_of(request, width, height)
    except NotAFilm as error:
        return JSONResponse({"error": str(error)}, status_code=400)
    gif = await run_in_threadpool(write_gif, frames, milliseconds)
    return Response(gif, media_type="image/gif", headers={"Cache-Control": "no-store"})


ROUTE = Route("/lab/walk.gif", post_gif, methods=["POST"])
