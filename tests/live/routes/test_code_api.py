"""The code beside a picture, and a run as a script, over HTTP."""

from __future__ import annotations

import ast
import io
import json
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import nbformat
import pytest
from live.asked import get

from genlab.live.lab import lab
from genlab.models import family_named
from genlab.models.config import plain
from genlab.runs.bundle import import_bundle, write_bundle

pytestmark = pytest.mark.usefixtures("own_lab")


def trained(family: str, data: str, tmp_path: Path) -> str:
    """The id of a run of a few steps."""
    from genlab.data import load
    from genlab.training import Trainer

    config = family_named(family).preset("classroom", load(data).kind, {"steps": 10, "hidden": 8})
    trainer = Trainer(family, config, load(data))
    progress = trainer.advance()
    write_bundle(tmp_path / family, trainer, progress.points, progress.frames)
    return import_bundle(lab().store, tmp_path / family, "somebody").id


@pytest.mark.parametrize(("family", "data"), [("ae", "mnist5k"), ("vae", "ring8"), ("gan", "mnist")])
def test_the_code_of_settings(family: str, data: str) -> None:
    from genlab.data import describe

    config = family_named(family).preset("classroom", describe(data).kind)
    asked = {"family": family, "data": data} | {name: plain(value) for name, value in config.model_dump().items()}
    answer = get(f"/lab/code?{urlencode(asked)}")
    assert answer.status == 200
    parts: list[dict[str, Any]] = json.loads(answer.body)["parts"]
    assert parts[0]["name"].endswith("train_step")
    marks = {mark for part in parts for _, found, runs in part["lines"] if runs for mark in found}
    assert {term.key for term in family_named(family).terms(config)} <= marks


@pytest.mark.parametrize(
    "query", ["family=nobody&data=ring8", "family=ae&data=nothing", "family=ae&data=ring8&net=conv"]
)
def test_settings_that_are_none_are_refused(query: str) -> None:
    answer = get(f"/lab/code?{query}")
    assert answer.status == 400
    assert "allowed" in json.loads(answer.body)["error"]


def test_a_run_as_a_script_and_as_a_notebook_whosever_it_is(tmp_path: Path) -> None:
    run_id = trained("vae", "mnist5k", tmp_path)
    answer = get(f"/lab/runs/{run_id}/script?as=py")
    assert answer.status == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="genlab-{run_id}.py"'
    ast.parse(answer.body.decode())
    answer = get(f"/lab/runs/{run_id}/script?as=ipynb")
    nbformat.validate(nbformat.reads(answer.body.decode(), as_version=4))


def test_ones_own_data_go_along_in_a_zip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # As if the digits were somebody's own.
    monkeypatch.setattr("genlab.live.routes.code_api.found_by_rule", lambda data: False)
    run_id = trained("ae", "mnist5k", tmp_path)
    answer = get(f"/lab/runs/{run_id}/script?as=py")
    with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
        assert sorted(archive.namelist()) == [f"genlab-{run_id}.py", "mnist5k.pt"]


def test_a_run_that_has_no_script(tmp_path: Path) -> None:
    config = family_named("ae").preset("classroom", "points")
    run = lab().store.create("me", "ae", "ring8", config.model_dump())
    assert get(f"/lab/runs/{run.id}/script?as=py").status == 409
    assert get(f"/lab/runs/{run.id}/script?as=exe").status == 400
    assert get("/lab/runs/nothing/script?as=py").status == 404
