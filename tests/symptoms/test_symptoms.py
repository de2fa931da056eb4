"""Symptoms on recorded curves: seen where they were made, never on a healthy run. `benchmarks/symptoms.py` records."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.symptoms import KINDS, as_points, recordings, seen
from genlab.data import load
from genlab.live.lab import PRETRAINED
from genlab.models import FAMILIES
from genlab.training import Trainer

MADE = [kind for kind in KINDS if kind != "healthy"]
CASES, SENSITIVITY = 20, 0.95


@pytest.mark.parametrize("kind", MADE)
def test_a_symptom_is_seen_where_it_was_made(kind: str) -> None:
    kept = recordings(kind)
    said = [seen(one, points, range(len(points) - 1, 0, -10)) for one in kept for points in [as_points(one["curves"])]]
    assert len(kept) >= CASES
    missed = [one["case"] for one, names in zip(kept, said, strict=True) if kind not in names]
    assert len(missed) <= (1 - SENSITIVITY) * len(kept), missed


def test_no_healthy_run_is_called_ill_at_any_moment() -> None:
    kept = recordings("healthy")
    assert len(kept) >= 40
    for one in kept:
        points = as_points(one["curves"])
        assert seen(one, points, range(len(points))) == {}, one["case"]


@pytest.mark.parametrize(
    "folder", sorted(path.parent for path in PRETRAINED.glob("*/run.json")), ids=lambda path: path.name
)
def test_no_shipped_run_is_called_ill(folder: Path) -> None:
    facts = json.loads((folder / "run.json").read_text())
    with (folder / "history.csv").open() as file:
        rows = list(csv.DictReader(file))
    points = [(int(row.pop("step")), {key: float(value) for key, value in row.items() if value}) for row in rows]
    one = {"case": {"family": facts["family"], "data": "mnist5k"}, "config": facts["config"], "broken": None}
    assert seen(one, points, range(len(points))) == {}


@pytest.mark.parametrize(
    "settings",
    [
        {"likelihood": "gaussian", "deviation": 1.0, "beta": 5.0, "free_bits": 0.5},
        {"beta": 20.0, "free_bits": 0.5},
        {"beta": 5.0, "warm_up": 100},
    ],
    ids=["cured in chapter 7", "free bits", "warm-up"],
)
def test_a_kl_that_is_free_or_not_dear_yet_is_no_divergence(settings: dict[str, Any]) -> None:
    usual = FAMILIES["vae"].preset("classroom", "images")
    trainer = Trainer("vae", usual.changed(steps=150, **settings), load("mnist5k"), seed=0)
    points = trainer.advance().points
    one = {"case": {"family": "vae", "data": "mnist5k"}, "config": vars(trainer.config), "broken": None}
    assert "divergence" not in seen(one, points, range(len(points)))


def test_the_recordings_stay_small() -> None:
    files = list((Path(__file__).parent / "recordings").iterdir())
    assert sum(file.stat().st_size for file in files) < 1_000_000
