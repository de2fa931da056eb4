"""Chapter 10's recording and what is read from it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from genlab.lessons.anatomy import Lines
from genlab.lessons.chapters.side_by_side import experiments
from genlab.lessons.loader import chapter_named, curves_to_mark
from genlab.lessons.perform import perform
from genlab.lessons.shipped import PRETRAINED, RECORDED
from genlab.live import lab as lab_module
from genlab.live.lab import lab, recorded_run, shipped_ids, shipped_runs
from genlab.runs.arrays import pack, unpack
from genlab.runs.bundle import read_bundle

NAME = "side-by-side"
MIB = 2**20


def test_the_recording_is_a_bundle_that_stays_small() -> None:
    folder = RECORDED / "gan-long"
    bundle = read_bundle(folder)
    assert (bundle.family, bundle.data, bundle.step) == ("gan", "mnist5k", 6000)
    assert all(array.dtype != "<f2" for array in bundle.weights.values())
    assert sum(path.stat().st_size for path in folder.iterdir()) < 3 * MIB
    assert sum("frechet" in values for _step, values in bundle.points) > 30


def test_weights_in_half_precision_are_read_as_the_single_that_models_have() -> None:
    from genlab.runs.bundle.contents import widened

    read = widened(unpack(pack({"a": np.array([1.5, -2.0], dtype="<f2"), "n": np.array([3])})))
    assert {name: array.dtype.str for name, array in read.items()} == {"a": "<f4", "n": "<i8"}
    assert read["a"].tolist() == [1.5, -2.0]


def test_the_lowest_loss_has_the_worst_samples() -> None:
    outcome = perform(NAME, 1, 0)
    numbers = outcome.numbers
    assert outcome.holds
    # A slip names the first.
    assert [numbers[f"step_{name}"] for name in ("lowest", "flat", "end")] == [540, 1984, 6000]
    distances = [numbers[f"frechet_{name}"] for name in ("lowest", "flat", "end")]
    assert distances == sorted(distances, reverse=True)
    assert numbers["floor"] < numbers["frechet_end"]
    losses, samples = outcome.figures
    assert isinstance(losses, Lines)
    assert isinstance(samples, Lines)
    assert losses.x == samples.x


def test_one_stops_before_one_knows_how_good_the_samples_are() -> None:
    (question, *_others) = chapter_named(NAME).questions
    assert question.marks is not None
    before, outcome = curves_to_mark(NAME, 1), perform(NAME, 1, 0)
    assert before is not None
    assert not any("chet" in text for text in (before.title, before.y_title, *(one.label for one in before.series)))
    answer = outcome.figures[question.marks.figure]
    assert isinstance(answer, Lines)
    assert answer.x == before.x  # every place that can be marked has its worth
    at = dict(zip(answer.x, answer.series[0].y, strict=True))
    assert at[540.0] == outcome.numbers["frechet_lowest"]


def test_d_learns_its_digits_by_heart() -> None:
    numbers = perform(NAME, 2, 0).numbers
    assert abs(numbers["gap_early"]) < 0.06
    assert numbers["gap_late"] > 0.2
    assert numbers["new_late"] == pytest.approx(numbers["new_early"], abs=0.06)


def test_a_curve_over_other_steps_is_the_mean_of_what_is_nearest() -> None:
    assert experiments.over({1: 1.0, 2: 3.0, 9: 5.0, 11: 7.0}, [2, 10]) == (2.0, 6.0)


def test_a_recording_stands_in_its_chapter_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENLAB_HOME", str(tmp_path))
    monkeypatch.delenv("GENLAB_STORE", raising=False)
    (tmp_path / "shipped").mkdir()
    (tmp_path / "shipped" / "recorded").symlink_to(PRETRAINED / "recorded")
    monkeypatch.setattr(lab_module, "PRETRAINED", tmp_path / "shipped")
    lab_module.make_lab.cache_clear()
    try:
        first = recorded_run("gan-long")
        assert first is not None
        assert first.state == "finished"
        assert recorded_run("gan-long") == first
        assert shipped_ids() == []
        assert shipped_runs() == []
        assert recorded_run("nothing") is None
    finally:
        lab().store.close()
        lab_module.make_lab.cache_clear()
