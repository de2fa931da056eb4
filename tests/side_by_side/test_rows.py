"""A row has what its model can be asked, and no more; PCA with a normal is right where a normal is right."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
import torch

from genlab import evaluation
from genlab.__main__ import main
from genlab.data import ImageData, describe, load
from genlab.evaluation import evaluate
from genlab.models import FAMILIES, Model
from genlab.runs import Store
from genlab.runs.bundle import export_run
from genlab.runs.work.hot import HotRuns
from genlab.runs.work.rows import rows_of_run
from genlab.side_by_side import rows
from genlab.side_by_side.names import ASKED
from genlab.side_by_side.rows import pca_row, real_row, rows_of
from genlab.side_by_side.trained import compared

SAMPLES = ["frechet", "frechet_2", "kid", "precision", "recall", "density", "coverage", "smallest_class_share"]


@pytest.fixture
def digits(monkeypatch: pytest.MonkeyPatch) -> ImageData:
    """Few digits, and few samples beside them."""
    monkeypatch.setattr(evaluation, "DRAWN_IMAGES", 200)
    monkeypatch.setattr(rows, "DRAWN_IMAGES", 200)
    data = load("mnist5k")
    assert isinstance(data, ImageData)
    return ImageData("mnist5k", data.train_images[:300], data.train_labels[:300], data.test_images[:100],
                     data.test_labels[:100])  # fmt: skip


def made(family: str, kind: str = "images") -> Model:
    torch.manual_seed(0)
    config = FAMILIES[family].preset("classroom", kind, {"hidden": 16, "latents": 3})
    return FAMILIES[family].build(config, (1, 28, 28) if kind == "images" else (2,)).eval()


@pytest.mark.parametrize(
    ("family", "names", "own"),
    [
        ("ae", ["ae_normal", "ae_mixture"], ["mse", "probe"]),
        ("vae", ["vae"], ["mse", "elbo", "probe"]),
        ("gan", ["gan"], []),
    ],
)
def test_a_row_of_images(digits: ImageData, family: str, names: list[str], own: list[str]) -> None:
    found = rows_of(family, made(family), digits, 1.5, 10)
    assert [row.name for row in found] == names
    for row in found:
        assert list(row.metrics) == [*own, *SAMPLES]
        assert all(math.isfinite(value) for value in row.metrics.values())
        assert (row.seconds, row.steps, row.sheet.shape) == (1.5, 10, (32, 1, 28, 28))


def test_a_row_says_what_evaluate_says(digits: ImageData) -> None:
    model = made("vae")
    (row,) = rows_of("vae", model, digits, 0, 0)
    measured = evaluate(model, digits)
    assert row.metrics["elbo"] == pytest.approx(-measured["negative_elbo"], rel=1e-6)
    (coded,) = (row for row in rows_of("ae", made("ae"), digits, 0, 0) if row.rule == "normal")
    assert coded.metrics["mse"] == pytest.approx(evaluate(made("ae"), digits)["mse"], rel=1e-5)


@pytest.mark.parametrize("family", ["ae", "vae", "gan"])
def test_a_row_has_all_that_evaluate_says(digits: ImageData, family: str) -> None:
    model = made(family)
    said = evaluate(model, digits, seed=3)
    for row in rows_of(family, model, digits, 0, 0, seed=3):
        assert row.measured == said
        drawn = set() if FAMILIES[family].prior else set(SAMPLES)  # what draws by a rule is another model
        shared = (row.metrics.keys() & said.keys()) - drawn
        assert {name: row.metrics[name] for name in shared} == {name: said[name] for name in shared}


@pytest.mark.parametrize(("family", "data"), [("vae", "ring8"), ("gan", "ring8"), ("ae", "ring8"), ("vae", "mnist5k")])
def test_app_and_command_line_say_the_same(
    family: str, data: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(evaluation, "DRAWN_IMAGES", 200)
    monkeypatch.setattr(evaluation, "DRAWN_POINTS", 300)
    monkeypatch.setattr(rows, "DRAWN_IMAGES", 200)
    store = Store(f"sqlite:///{tmp_path / 'store.sqlite'}")
    config = FAMILIES[family].preset("classroom", describe(data).kind, {"hidden": 8, "steps": 10, "batch": 8})
    run = store.create("ada", family, data, config.model_dump(), state="running")
    HotRuns(store).advance(run.id, 30.0, save=True)
    in_app = rows_of_run(store.url, run.id, 0)[0].measured
    (tmp_path / "run.zip").write_bytes(export_run(store, run.id))
    store.close()
    assert main(["evaluate", str(tmp_path / "run.zip"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["metrics"] == pytest.approx(in_app, rel=1e-6)


def test_a_model_s_way_is_told_over_its_seconds(digits: ImageData) -> None:
    points = [(1, {"g_loss": 1.0}), (5, {"frechet": 80.0}), (10, {"frechet": 40.0, "coverage": 0.5})]
    (row,) = rows_of("gan", made("gan"), digits, 30.0, 10, points=points)
    assert row.over_seconds == ((15.0, 80.0), (30.0, 40.0))
    normal, _ = rows_of("ae", made("ae"), digits, 20.0, 10, points=[(5, {"mse": 0.1})])
    ((seconds, distance),) = normal.over_seconds
    assert (seconds, distance > real_row(digits).over_seconds[0][1]) == (20.0, True)


def test_clothes_have_no_ruler(digits: ImageData) -> None:
    clothes = ImageData("fashion", *(getattr(digits, name) for name in
                                     ("train_images", "train_labels", "test_images", "test_labels")))  # fmt: skip
    assert list(pca_row(clothes, 3).metrics) == ["mse", "probe"]


def test_pca_and_a_normal_is_right_where_the_data_is_a_normal() -> None:
    right, wrong = (pca_row(load(name), 1) for name in ("one_gaussian_1d", "two_gaussians_1d"))
    assert right.metrics["mse"] == pytest.approx(0, abs=1e-12)
    assert right.metrics["js"] < 0.01
    assert wrong.metrics["js"] > 0.1


def test_pca_keeps_what_evaluate_calls_pca(digits: ImageData) -> None:
    assert pca_row(digits, 3).metrics["mse"] == pytest.approx(evaluate(made("ae"), digits)["pca_mse"])


def test_every_family_has_its_rows() -> None:
    began: list[str] = []
    found = list(compared("two_gaussians_1d", 0.05, began=began.append))
    assert began == [family.name for family in FAMILIES.values() if family.compared]
    assert [row.name for row in found] == ["pca_normal", "ae_normal", "ae_mixture", "vae", "gan"]
    for row in found:
        assert [name for name in ASKED["points"] if name in row.metrics] == list(row.metrics)
        assert {"js", "kl_pg_pdata"} < row.metrics.keys()


def test_nobody_is_nearer_than_real_digits(digits: ImageData) -> None:
    real, pca = real_row(digits), pca_row(digits, 3)
    assert real.metrics["frechet"] < pca.metrics["frechet"]
    assert "mse" not in real.metrics
    assert real_row(load("ring8")).metrics["js"] < 0.01
