"""`train`: its lines, its folder, and that an interrupted run goes on as if nothing had been."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from safetensors.numpy import load_file

from genlab.commands import train as command
from genlab.models import FAMILIES
from genlab.runs.bundle import read_bundle
from genlab.training import Trainer

SMALL = ("--threads", "1", "--set", "hidden=32", "--set", "batch=32")


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def weights(folder: Path) -> dict[str, bytes]:
    return {name: array.tobytes() for name, array in load_file(folder / "weights.safetensors").items()}


@pytest.mark.parametrize("family", FAMILIES)
def test_json_lines_have_progress_and_every_term(family: str, genlab: Callable[..., Any], tmp_path: Path) -> None:
    outcome = genlab("train", family, "--data", "mnist5k", "--steps", 20, *SMALL, "--json", "--out", tmp_path / "a")
    assert outcome.status == 0, outcome.err
    records = lines(outcome.out)
    assert [record.get("done", False) for record in records] == [False] * (len(records) - 1) + [True]
    keys = {term.key for term in FAMILIES[family].terms(FAMILIES[family].preset("classroom", "images"))}
    for record in records:
        assert keys | {"step", "seconds", "images"} <= record.keys()
    last = records[-1]
    assert (last["step"], last["images"]) == (20, 20 * 32)
    assert last["seconds"] > 0
    assert last["metrics"]
    assert Path(last["out"]) == tmp_path / "a"


def test_the_folder_is_a_bundle_of_what_was_asked(genlab: Callable[..., Any], tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "er"
    outcome = genlab("train", "vae", "--data", "mnist5k", "--steps", 20, "--seed", 7, "--set", "beta=2.5", *SMALL,
                     "--out", folder)  # fmt: skip
    assert outcome.status == 0, outcome.err
    bundle = read_bundle(folder)
    assert (bundle.family, bundle.data, bundle.seed, bundle.step) == ("vae", "mnist5k", 7, 20)
    assert (bundle.config["beta"], bundle.config["steps"], bundle.config["hidden"]) == (2.5, 20, 32)
    assert [step for step, _ in bundle.points] == list(range(1, 21))
    assert bundle.frames[0][0] == 0
    assert bundle.frames[-1][0] == 20
    assert bundle.checkpoint is not None
    assert {"reconstruction", "kl", "negative_elbo"} <= bundle.metrics.keys()
    assert f"{'done':>24}  True" in outcome.out


@pytest.mark.parametrize("family", FAMILIES)
def test_an_interrupted_run_resumes_to_the_same_weights(
    family: str, genlab: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ("train", family, "--data", "mnist5k", "--steps", 30, "--seed", 5, *SMALL)
    assert genlab(*arguments, "--out", tmp_path / "whole").status == 0

    advance = Trainer.advance

    def interrupted(trainer: Trainer, **_: Any) -> Any:
        if trainer.step:
            raise KeyboardInterrupt
        return advance(trainer, steps=13)

    with monkeypatch.context() as patch:
        patch.setattr(Trainer, "advance", interrupted)
        outcome = genlab(*arguments, "--out", tmp_path / "broken")
    assert outcome.status == 130
    assert outcome.err.strip().splitlines()[-1] == "genlab: interrupted; what was trained is kept"
    assert read_bundle(tmp_path / "broken").step == 13

    outcome = genlab("train", "--resume", tmp_path / "broken", "--threads", 1, "--json")
    assert outcome.status == 0, outcome.err
    assert lines(outcome.out)[-1]["step"] == 30
    assert weights(tmp_path / "broken") == weights(tmp_path / "whole")
    one, other = read_bundle(tmp_path / "whole"), read_bundle(tmp_path / "broken")
    assert one.points == other.points
    assert [step for step, _ in one.frames] == [step for step, _ in other.frames]


def test_a_finished_run_can_be_planned_longer(genlab: Callable[..., Any], trained: Any, tmp_path: Path) -> None:
    folder = shutil.copytree(trained("vae", "mnist5k"), tmp_path / "copy")
    outcome = genlab("train", "--resume", folder, "--steps", 30, "--set", "beta=3", "--threads", 1)
    assert outcome.status == 0, outcome.err
    bundle = read_bundle(folder)
    assert (bundle.step, bundle.config["steps"], bundle.config["beta"]) == (30, 30, 3)


def test_seeds_differ_and_a_seed_repeats(genlab: Callable[..., Any], trained: Any, tmp_path: Path) -> None:
    for seed, name in ((0, "same"), (1, "other")):
        outcome = genlab("train", "ae", "--data", "mnist5k", "--steps", 20, "--seed", seed, *SMALL,
                         "--out", tmp_path / name)  # fmt: skip
        assert outcome.status == 0, outcome.err
    assert weights(tmp_path / "same") == weights(trained("ae", "mnist5k"))
    assert weights(tmp_path / "other") != weights(tmp_path / "same")


def test_epochs_are_passes_over_the_images(genlab: Callable[..., Any], tmp_path: Path) -> None:
    outcome = genlab("train", "ae", "--epochs", 0.5, "--set", "hidden=32", "--set", "batch=100", "--threads", 1,
                     "--json", "--out", tmp_path / "a")  # fmt: skip
    assert outcome.status == 0, outcome.err
    assert lines(outcome.out)[-1]["images"] == 2000


def test_seconds_fit_the_plan_so_that_the_schedule_ends_with_the_time(
    genlab: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("genlab.training.budget.SLICE_SECONDS", 0.1)
    outcome = genlab("train", "ae", "--seconds", 1, *SMALL, "--json", "--out", tmp_path / "a")
    assert outcome.status == 0, outcome.err
    last = lines(outcome.out)[-1]
    assert 0.8 < last["seconds"] < 1.5
    plan = read_bundle(tmp_path / "a").config["steps"]
    assert 0.9 * plan <= last["step"] <= plan


def test_what_blows_up_ends_with_one_line(
    genlab: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("genlab.models.ae.F.mse_loss", lambda *_: (_[0] * float("nan")).sum())
    outcome = genlab("train", "ae", "--steps", 20, *SMALL, "--out", tmp_path / "a")
    assert outcome.status == 1
    assert outcome.err == "genlab: step 1: mse is not finite; try a lower learning rate\n"


def test_as_a_program(tmp_path: Path, own_home: Path) -> None:
    """Once as people run it: numbers on stdout, the rest on stderr."""
    arguments = ["train", "ae", "--data", "ring8", "--steps", "20", *SMALL, "--json", "--out", str(tmp_path / "a")]
    done = subprocess.run(
        [sys.executable, "-m", "genlab", *arguments],
        capture_output=True,
        text=True,
        cwd=Path(command.__file__).parents[2],
        env=os.environ | {"GENLAB_HOME": str(own_home), "OMP_NUM_THREADS": "1"},
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert lines(done.stdout)[-1]["done"] is True
    assert "Traceback" not in done.stderr
    assert read_bundle(tmp_path / "a").step == 20
