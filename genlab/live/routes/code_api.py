"""A run's code: beside its picture, and to take away.

GET /lab/code?family=&data=&FIELD=VALUE...  {"parts": [{"name", "file", "lines": [[text, marks, runs], ...]}]}: the
                                   functions of a step of these settings, line by line (genlab/scripts/panel.py)
GET /lab/runs/ID/script?as=py      the run as a script or (as=ipynb) a notebook, an attachment; a zip where the data is
                                   somebody's own, which no script can fetch. 409 before the run's first step.
"""

from __future__ import annotations

import io
import zipfile

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from genlab.home import DataUnavailable
from genlab.live.lab import lab
from genlab.live.web.answers import not_found, refused
from genlab.runs.store.record import RunError, UnknownRun

KINDS = {"py": "text/x-python; charset=utf-8", "ipynb": "application/x-ipynb+json"}


def get_code(request: Request) -> Response:
    """See above; what is wrong with the settings is said with 400."""
    from genlab.data import describe  # the server starts without numpy, and its first page waits for no torch
    from genlab.models import family_named
    from genlab.scripts.panel import panel

    settings = dict(request.query_params)
    name, data = settings.pop("family", ""), settings.pop("data", "")
    try:
        family = family_named(name)
        config = family.config.parse(settings)
        about = describe(data)
        family.check_data(data)
        family.check(config, about.kind)
    except ValueError as error:
        return refused(error, 400)
    parts = [
        {"name": part.name, "file": part.file, "lines": [[line.text, line.marks, line.runs] for line in part.lines]}
        for part in panel(name, config, about.name)
    ]
    return JSONResponse({"parts": parts}, headers={"Cache-Control": "no-cache"})


def found_by_rule(data: str) -> bool:
    """Whether a script finds these digits among MNIST's by its own rule, so that one file does: the embedded ones."""
    from genlab.data import DEFAULT

    return data == DEFAULT


def get_script(request: Request) -> Response:
    """See above."""
    run_id, kind = request.path_params["id"], request.query_params.get("as", "py")
    if kind not in KINDS:
        return refused(ValueError(f"as: got {kind!r}, allowed: {', '.join(KINDS)}"), 400)
    from genlab.runs.scripts import of_run
    from genlab.scripts import beside, notebook, script

    try:
        asked = of_run(lab().store, run_id)
        text = script(asked)
        files = {} if found_by_rule(asked.data) else beside(asked.data)
    except UnknownRun:
        return not_found(request)
    except (ValueError, RunError, DataUnavailable) as error:
        return refused(error, 409)
    name, blob, media = f"genlab-{run_id}.{kind}", (notebook(text) if kind == "ipynb" else text).encode(), KINDS[kind]
    if files:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for file, content in ({name: blob} | files).items():
                archive.writestr(file, content)
        name, blob, media = f"genlab-{run_id}.zip", packed.getvalue(), "application/zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(blob, media_type=media, headers=headers)


ROUTES = [Route("/lab/code", get_code), Route("/lab/runs/{id}/script", get_script)]
