"""What models are measured on: the whole test set at the end, some of all of it on the way, always the same."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from genlab.data import ImageData, load
from genlab.evaluation import evaluate
from genlab.held_out import SPREAD, black_or_white, curve_examples, held_out_examples, mean_terms, spread
from genlab.models import FAMILIES
from genlab.nll import likelihood
from genlab.runs.bundle import load_model, read_bundle, write_bundle
from genlab.training import Trainer

SETUPS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "ae": ("ae", "mnist5k", {}),
    "vae": ("vae", "mnist5k", {}),
    "vae-binarised": ("vae", "mnist5k", {"binarise": True}),
    "vae-importance": ("vae", "mnist5k", {"binarise": True, "importance": 4}),
    "gan": ("gan", "mnist5k", {"batch_norm": True, "ema": 0.9, "spectral_norm": True}),
    "gan-groups": ("gan", "mnist5k", {"minibatch_deviation": True}),
    "gan-scores": ("gan", "mnist5k", {"loss": "hinge"}),
    "vae-points": ("vae", "ring8", {"likelihood": "gaussian", "latents": 2}),
    "gan-points": ("gan", "ring8", {}),
}


def trained(setup: str, steps: int = 12, data: str | None = None) -> tuple[Trainer, list[tuple[int, dict[str, float]]]]:
    family, name, settings = SETUPS[setup]
    config = FAMILIES[family].config.parse({"steps": steps, "batch": 32, "hidden": 16} | settings)
    trainer = Trainer(family, config, load(data or name), 3)
    return trainer, trainer.advance().points


@pytest.fixture(autouse=True)
def few_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(likelihood.__kwdefaults__, "k", 20)
    monkeypatch.setattr("genlab.evaluation.DRAWN_IMAGES", 1000)


def close(one: dict[str, float], other: dict[str, float]) -> bool:
    return one.keys() == other.keys() and all(math.isclose(one[key], other[key], rel_tol=1e-5) for key in one)


@pytest.mark.parametrize("setup", SETUPS)
def test_a_run_ends_with_what_evaluate_says(setup: str, tmp_path: Path) -> None:
    trainer, points = trained(setup)
    last = {key.removeprefix("test_"): value for key, value in points[-1][1].items() if key.startswith("test_")}
    write_bundle(tmp_path, trainer, points, [])
    model = load_model(read_bundle(tmp_path))
    metrics = evaluate(model, trainer.data)
    assert last
    assert close(last, {key: metrics[key] for key in last})
    assert evaluate(model, trainer.data) == metrics
    assert last.keys() <= {term.key for term in trainer.family.terms(trainer.config)}


@pytest.mark.mnist
@pytest.mark.parametrize("setup", ["ae", "vae", "gan"])
def test_a_run_on_full_mnist_ends_with_what_evaluate_says(setup: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("genlab.evaluation.pca_mse", lambda *arguments: 0.0)  # it is no term, and takes seconds
    trainer, points = trained(setup, data="mnist")
    last = {key.removeprefix("test_"): value for key, value in points[-1][1].items() if key.startswith("test_")}
    metrics = evaluate(trainer.model, trainer.data)
    assert close(last, {key: metrics[key] for key in last})


@pytest.mark.parametrize("setup", ["ae", "vae-binarised", "gan", "vae-points"])
def test_on_the_way_it_is_some_of_all_of_the_test_set(setup: str) -> None:
    family, name, settings = SETUPS[setup]
    config = FAMILIES[family].config.parse({"steps": 20, "batch": 32, "hidden": 16} | settings)
    trainer = Trainer(family, config, load(name), 3)
    point = dict(trainer.advance(steps=6).points)[6]
    examples = curve_examples(trainer.data, trainer.model.binarised)
    assert len(examples) == SPREAD >= 500
    expected = {f"test_{key}": value for key, value in mean_terms(trainer.model, examples).items()}
    assert close({key: value for key, value in point.items() if key.startswith("test_")}, expected)
    whole = trainer.glance(held_out=True, whole=True)[1]
    assert any(abs(whole[key] - point[key]) > 1e-4 * abs(point[key]) for key in expected)
    # Planned longer, the curve goes on with the same few.
    trainer.advance()
    trainer.reconfigure(trainer.config.changed(steps=40))
    step, later = trainer.advance(steps=2).points[-1]
    assert step == 22
    assert close({key: value for key, value in later.items() if key in expected},
                 {f"test_{key}": value for key, value in mean_terms(trainer.model, examples).items()})  # fmt: skip


@pytest.mark.parametrize(("count", "of"), [(512, 10_000), (512, 1000), (512, 512), (512, 7), (1, 5)])
def test_places_are_spread_over_all_of_the_file_and_mixed(count: int, of: int) -> None:
    places = spread(count, of).tolist()
    assert len(places) == len(set(places)) == min(count, of)
    assert min(places) == 0
    if count > 1:
        assert max(places) == of - 1
        assert max(np.diff(sorted(places))) <= math.ceil(of / min(count, of)) + 1
    if count == 512 <= of:
        # Groups of eight neighbours are from everywhere.
        assert np.ptp(np.reshape(places, (-1, 8)), axis=1).min() > of / 4
        assert places == spread(count, of).tolist()


def test_all_classes_are_met_alike() -> None:
    data = load("mnist5k")
    assert isinstance(data, ImageData)
    labels = data.test_labels[spread(SPREAD, len(data.test_labels)).numpy()]
    assert np.bincount(labels).min() > 0.8 * SPREAD / 10
    whole = held_out_examples(data)
    assert sorted(whole.sum(dim=(1, 2, 3)).tolist()) == pytest.approx(
        sorted((data.test_images.astype(float).sum(axis=(1, 2)) / 255).tolist()), rel=1e-4
    )


def test_the_test_set_is_binarised_once_and_for_all() -> None:
    data = load("mnist5k")
    assert isinstance(data, ImageData)
    grey, binary = held_out_examples(data), held_out_examples(data, binarised=True)
    assert set(binary.unique().tolist()) == {0.0, 1.0}
    assert torch.equal(binary[grey == 0], torch.zeros_like(binary[grey == 0]))
    assert torch.equal(binary[grey == 1], torch.ones_like(binary[grey == 1]))
    middle = (grey > 0.45) & (grey < 0.55)
    assert float(binary[middle].mean()) == pytest.approx(float(grey[middle].mean()), abs=0.03)
    black_or_white.cache_clear()
    assert torch.equal(held_out_examples(data, binarised=True), binary)
    few = held_out_examples(data, SPREAD, binarised=True)
    pictures = {picture.numpy().tobytes() for picture in binary}
    assert all(picture.numpy().tobytes() in pictures for picture in few)


def test_a_binarised_run_is_measured_binarised() -> None:
    trainer, points = trained("vae-binarised")
    grey = mean_terms(trainer.model, held_out_examples(trainer.data))
    binary = mean_terms(trainer.model, held_out_examples(trainer.data, binarised=True))
    found = points[-1][1]["test_reconstruction"]
    assert abs(found - binary["reconstruction"]) < 0.01 < abs(found - grey["reconstruction"])
