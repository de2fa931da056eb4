"""What is taken home of a run, over HTTP: each kind of file, once there is something of it."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from live.asked import get

from genlab.live.lab import lab
from genlab.live.routes.taken_api import KINDS
from genlab.runs.work.hot import HotRuns

pytestmark = pytest.mark.usefixtures("own_lab")


def test_every_kind_once_it_is_there() -> None:
    run = lab().store.create("ada", "vae", "ring8", {"steps": 20, "hidden": 8, "batch": 8}, preset="classroom", seed=3)
    for kind in set(KINDS) - {"tensorboard"}:
        early = get(f"/lab/runs/{run.id}/taken?as={kind}")
        assert early.status == 409
        assert "yet" in json.loads(early.body)["error"]
    HotRuns(lab().store).advance(run.id, 60.0, save=True)
    lab().store.rename(run.id, "Müller 环", owner="ada")
    begins = {"csv": b"\xef\xbb\xbfstep,", "gif": b"GIF89a", "tensorboard": b"PK"}
    for kind, (ending, _media) in KINDS.items():
        answer = get(f"/lab/runs/{run.id}/taken?as={kind}")
        assert answer.status == 200
        assert answer.body.startswith(begins.get(kind, b""))
        assert answer.headers["content-disposition"].endswith(f"M%C3%BCller%20%E7%8E%AF{ending}")
    zipped = zipfile.ZipFile(io.BytesIO(get(f"/lab/runs/{run.id}/taken?as=tensorboard").body))
    assert any("held_out" in name for name in zipped.namelist())
    assert get(f"/lab/runs/{run.id}/taken?as=csv&decimal=,").body.startswith(b"\xef\xbb\xbfstep;")


def test_what_is_not_known_is_refused() -> None:
    run = lab().store.create("ada", "vae", "ring8", {"steps": 20}, preset="classroom")
    answer = get(f"/lab/runs/{run.id}/taken?as=pickle")
    assert answer.status == 400
    assert "allowed: csv" in json.loads(answer.body)["error"]
    assert get("/lab/runs/nobodys/taken?as=csv").status == 404
