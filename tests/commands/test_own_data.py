"""Own data on the command line: brought, listed, trained on, measured, and missed where they are not."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from commands.conftest import Outcome
from data.own import own_files as make

from genlab.data import describe
from genlab.models import FAMILIES
from genlab.runs.bundle import read_bundle

Run = Callable[..., Outcome]
SMALL = ("--threads", "1", "--set", "hidden=16", "--set", "batch=16", "--steps", 12)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GENLAB_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def many_classes() -> bytes:
    return make.npz(x=make.pixels(600), y=np.arange(600) % 100)


FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "none": ("x.zip", lambda: make.zipped(make.pictures(40))),
    "three": ("x.zip", lambda: make.zipped(make.in_folders(3, 20))),
    "hundred": ("x.npz", many_classes),
    "four pictures": ("x.zip", lambda: make.zipped(make.pictures(4))),
    "1-D": ("x.csv", lambda: make.table(make.points(100, 1))),
    "2-D": ("x.csv", lambda: make.table(make.points(100))),
    "four points": ("x.csv", lambda: make.table(make.points(4))),
}


def added(genlab: Run, folder: Path, what: str, *options: object) -> str:
    name, content = FILES[what]
    (folder / name).write_bytes(content())
    outcome = genlab("data", "add", folder / name, *options)
    assert outcome.status == 0, outcome.err
    assert outcome.out.strip().splitlines() == [outcome.out.strip()]
    return outcome.out.strip()


def test_added_data_are_listed_and_can_be_named(genlab: Run, tmp_path: Path) -> None:
    name = added(genlab, tmp_path, "three", "--name", "Our digits")
    listed = [json.loads(line) for line in genlab("data", "list", "--json").out.splitlines()]
    mine = next(one for one in listed if one["name"] == name)
    assert (mine["title"], mine["kind"], mine["available"]) == ("Our digits", "images", True)
    assert "Our digits: 60 examples" in genlab("data", "list").out
    made = genlab("train", "ae", "--data", "Our digits", *SMALL, "--out", tmp_path / "run")
    assert made.status == 0, made.err
    assert read_bundle(tmp_path / "run").data == name


def test_what_was_done_is_said_beside_the_name(genlab: Run, tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(make.zipped(make.pictures(side=90, ground=255, ink=0)))
    outcome = genlab("data", "add", tmp_path / "x.zip", "--json")
    said = json.loads(outcome.out)
    assert said["name"].startswith("own-images-0-")
    assert (said["title"], said["examples"], said["classes"]) == ("x", 12, [])
    assert any("turned round" in note for note in said["notes"])
    assert "turned round" in outcome.err
    kept = genlab("data", "add", tmp_path / "x.zip", "--polarity", "keep", "--shape", "fitted", "--json")
    assert not any("turned round" in note for note in json.loads(kept.out)["notes"])


# A conditional VAE needs classes, and not more than a knob can offer.
WITHOUT_ITS_CLASSES = {"none", "hundred", "four pictures", "1-D", "2-D", "four points"}


@pytest.mark.parametrize("what", FILES)
@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_learns_and_is_measured_on_them(family: str, what: str, genlab: Run, tmp_path: Path) -> None:
    name = added(genlab, tmp_path, what)
    if describe(name).kind not in FAMILIES[family].kinds:
        pytest.fail(f"{family} does not learn {describe(name).kind}")
    folder = tmp_path / "run"
    made = genlab("train", family, "--data", name, *SMALL, "--json", "--out", folder)
    if family == "cvae" and what in WITHOUT_ITS_CLASSES:
        assert (made.status, "allowed for cvae: data with 2 to 64 classes" in made.err) == (2, True), made.err
        return
    assert made.status == 0, made.err
    last = json.loads(made.out.splitlines()[-1])
    assert last["metrics"]
    assert all(math.isfinite(value) for value in last["metrics"].values())
    # No density of theirs is known, and no ruler knows them: nothing of the kind is claimed.
    assert not {"js", "kl_pg_pdata", "best_value", "modes", "high_quality", "frechet"} & last.keys()
    assert not {"js", "kl_pg_pdata", "best_value", "modes", "high_quality", "frechet"} & last["metrics"].keys()
    again = genlab("evaluate", folder, "--json")
    assert json.loads(again.out)["metrics"] == pytest.approx(last["metrics"], rel=1e-6)
    assert genlab("sample", folder, "--n", 5, "--out", tmp_path / "s.npy").status == 0
    assert np.load(tmp_path / "s.npy").shape == (5, *describe(name).shape)


def test_a_run_travels_without_the_data_and_says_so(
    genlab: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "run"
    name = added(genlab, tmp_path, "three")
    assert genlab("train", "vae", "--data", name, *SMALL, "--out", folder).status == 0
    monkeypatch.setenv("GENLAB_HOME", str(tmp_path / "elsewhere"))
    assert genlab("sample", folder, "--out", tmp_path / "s.npy").status == 0
    for asked in (("evaluate", folder), ("train", "--resume", folder, "--steps", 20)):
        outcome = genlab(*asked)
        assert outcome.status == 2
        assert "is somebody's own and not on this machine" in outcome.err
        assert outcome.err.strip().endswith("python -m genlab data add PATH")
    imported = genlab("runs", "import", folder)
    assert imported.status == 0, imported.err
    assert name in genlab("runs", "list").out
    added(genlab, tmp_path, "three")
    assert genlab("evaluate", folder).status == 0


@pytest.mark.parametrize("asked", [["nowhere.zip"], ["x.txt"], ["."]])
def test_what_cannot_be_taken_is_one_line_and_exit_2(asked: list[str], genlab: Run, tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("no numbers\n")
    outcome: Any = genlab("data", "add", *(tmp_path / one for one in asked))
    assert (outcome.status, outcome.out) == (2, "")
    assert len(outcome.err.strip().splitlines()) == 1
    assert "; allowed: " in outcome.err
