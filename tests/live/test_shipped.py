"""The runs that ship: put into the store once, and again when another version brings others."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from genlab.data import describe
from genlab.live import lab as lab_module
from genlab.live.lab import PRETRAINED, SHIPPED, lab, shipped_on, shipped_runs
from genlab.runs.bundle import read_bundle


def test_a_newer_version_s_run_takes_the_place_of_the_older(
    own_lab: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "pretrained"
    source = lab_module.PRETRAINED / "ae-2"
    shutil.copytree(source, folder / "ae-2")
    monkeypatch.setattr(lab_module, "PRETRAINED", folder)
    (first,) = shipped_runs()
    assert shipped_runs() == [first]
    mine = lab().store.fork("ae-2", first.step, "somebody")

    facts = json.loads((folder / "ae-2" / "run.json").read_text())
    (folder / "ae-2" / "run.json").write_text(json.dumps(facts | {"seconds": facts["seconds"] + 1}))
    (second,) = shipped_runs()
    assert (second.id, second.owner) == ("ae-2", SHIPPED)
    assert second.seconds == pytest.approx(first.seconds + 1)
    assert second.created > first.created
    assert len(lab().store.points("ae-2")) == len(read_bundle(source).points)
    assert shipped_runs() == [second]
    assert lab().store.get(mine.id).parent_id == "ae-2"


def test_a_run_on_points_ships_under_the_names_of_its_family_and_its_data() -> None:
    for folder in PRETRAINED.glob("*/run.json"):
        facts = json.loads(folder.read_text())
        named = shipped_on(facts["family"], facts["data"])
        assert (named == folder.parent.name) == (describe(facts["data"]).kind == "points"), folder
