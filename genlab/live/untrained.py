"""What the playground shows before anything is trained: the very first frame that a run of these settings would have.

GET /lab/untrained?family=gan&data=ring8&FIELD=VALUE..., a Config's fields, the family's defaults for those not named.
Answers safetensors: the arrays of the frame, with the "examples" and the "noise" behind it; metadata: "values", what
its samples are measured by, as JSON by the terms' keys. What is wrong is said with 400.
"""

from __future__ import annotations

import json
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from genlab.live.answers import BYTES, refused


@lru_cache(maxsize=64)
def first_frame(family: str, config: str, data: str) -> bytes:
    """The model of a run of these settings (a Config as JSON), with seed 0, at step 0.

    Raises ValueError for settings that do not go with the data, and for data that is not points.
    """
    # Imported with the first question and not with the server: they would delay its first page.
    from genlab.data import describe, load
    from genlab.models import family_named
    from genlab.runs.arrays import pack
    from genlab.runs.pictures import probe_arrays
    from genlab.training import Trainer

    if (kind := describe(data).kind) != "points":
        raise ValueError(f"data: got {data!r} ({kind}), allowed: points")
    trainer = Trainer(family, family_named(family).config.model_validate_json(config), load(data))
    (_, arrays), (_, values) = trainer.frame(), trainer.point(held_out=True)
    return pack(arrays | probe_arrays(trainer), {"values": json.dumps(values)})


def get_untrained(request: Request) -> Response:
    """The first frame, or what is wrong with the settings."""
    from genlab.models import family_named

    settings = dict(request.query_params)
    family, data = settings.pop("family", ""), settings.pop("data", "")
    try:
        config = family_named(family).config.parse(settings)
        blob = first_frame(family, config.model_dump_json(), data)
    except ValueError as error:
        return refused(error, 400)
    return Response(blob, media_type=BYTES, headers={"Cache-Control": "no-cache"})


ROUTE = Route("/lab/untrained", get_untrained)
