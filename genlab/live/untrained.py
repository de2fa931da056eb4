"""What the playground shows before anything is trained: the very first frame that a run of these settings would have.

GET /lab/untrained?family=gan&data=ring8&FIELD=VALUE..., a Config's fields, the family's defaults for those not named.
Answers safetensors: the arrays of the frame, with the "examples" and the "noise" behind it; metadata: "values", what
its samples are measured by, as JSON by the terms' keys. What is wrong is said with 400; too many who wait, with 503.
"""

from __future__ import annotations

import asyncio
import json

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from genlab.live.queues.once import Crowded, Once
from genlab.live.web.answers import BYTES, refused

# What no untrained model and none of its pictures depend on, besides what the family says: how it would be trained. Two
# who differ only there are answered with the same frame.
OF_EVERY_TRAINING = ("steps", "schedule")
KEPT = 64
WAITING_AT_MOST = 64


def make_frame(family: str, config: str, data: str) -> bytes:
    """The model of a run of these settings (a Config as JSON), with seed 0, at step 0."""
    # Imported with the first question and not with the server: they would delay its first page.
    from genlab.data import load
    from genlab.models import family_named
    from genlab.runs.arrays import pack
    from genlab.runs.looks.pictures import probe_arrays
    from genlab.training import Trainer

    trainer = Trainer(family, family_named(family).config.model_validate_json(config), load(data))
    (_, arrays), (_, values) = trainer.frame(), trainer.point(held_out=True)
    return pack(arrays | probe_arrays(trainer), {"values": json.dumps(values)})


frames = Once(make_frame, KEPT, WAITING_AT_MOST, "genlab-untrained")


def wanted(family: str, config: str, data: str) -> tuple[str, str, str]:
    """What the first frame of these settings depends on, for `frames`.

    Raises ValueError for settings that do not go with the data, and for data that is not points.
    """
    from genlab.data import describe
    from genlab.models import family_named

    if (kind := describe(data).kind) != "points":
        raise ValueError(f"data: got {data!r} ({kind}), allowed: points")
    found = family_named(family)
    settings = found.config.model_validate_json(config)
    found.check_data(data)
    found.check(settings, kind)
    usual = {name: found.config.model_fields[name].default for name in (*OF_EVERY_TRAINING, *found.of_training)}
    return family, settings.changed(**usual).model_dump_json(), data


def first_frame(family: str, config: str, data: str) -> bytes:
    """The first frame of a run of these settings (a Config as JSON), made once for all who ask.

    Raises ValueError for settings that do not go with the data, and for data that is not points; Crowded.
    """
    return frames.ask(*wanted(family, config, data)).result()


first_frame.cache_clear = frames.clear  # type: ignore[attr-defined]


async def get_untrained(request: Request) -> Response:
    """The first frame, or what is wrong with the settings; who waits for it holds up nobody."""
    from genlab.data import DataUnavailable
    from genlab.models import family_named

    settings = dict(request.query_params)
    family, data = settings.pop("family", ""), settings.pop("data", "")
    try:
        config = family_named(family).config.parse(settings)
        blob = await asyncio.shield(asyncio.wrap_future(frames.ask(*wanted(family, config.model_dump_json(), data))))
    except Crowded as error:
        return refused(error, 503)
    except ValueError as error:
        return refused(error, 400)
    except DataUnavailable as error:  # somebody's own points that were taken off meanwhile
        return refused(error, 404)
    return Response(blob, media_type=BYTES, headers={"Cache-Control": "no-cache"})


ROUTE = Route("/lab/untrained", get_untrained)
