"""A visitor's picture of a digit: sent as a file, answered as ink on the drawing's sheet.

POST /lab/picture, its body a PNG or JPEG file of at most 2 MB. Answers 280 x 280 bytes, 0 paper to 255 ink, the digit
as large as a hand would draw it, with X-Crop, where in the picture it was found (left, top, right, bottom, as shares of
width and height); or 422 with {"error", "problem", "got"}, the problem one of those of PictureRefused.
"""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from genlab.live.web.answers import BYTES

SHEET = 280
# Ten times MNIST's box: a digit of MNIST itself comes out of the centring as it went in.
DRAWN = 200
# Read no further: the file is refused anyway, and its size is said.
MOST_READ = 2**23
NO_STORE = {"Cache-Control": "no-store"}


def as_drawn(blob: bytes) -> Response:
    """The file as ink on the sheet, or why not."""
    from genlab.data.pictures import PictureRefused, crop_of, placed, read_ink  # late, as all that needs numpy

    try:
        ink = read_ink(blob)
    except PictureRefused as refusal:
        said = {"error": str(refusal), "problem": refusal.problem, "got": refusal.got}
        return JSONResponse(said, status_code=422, headers=NO_STORE)
    crop = ",".join(f"{share:.4f}" for share in crop_of(ink))
    sheet = placed(ink, SHEET, DRAWN)
    return Response(sheet.tobytes(), media_type=BYTES, headers=NO_STORE | {"X-Crop": crop})


async def post_picture(request: Request) -> Response:
    """Reads the file, but not one without end."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_READ:
            break
    return await run_in_threadpool(as_drawn, bytes(body))


ROUTE = Route("/lab/picture", post_picture, methods=["POST"])
