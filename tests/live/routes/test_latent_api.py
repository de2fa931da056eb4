"""What the latent pages ask for: the atlas, example digits, and decoding where the browser cannot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from live.asked import get, post
from sqlalchemy import update

from genlab import netfile
from genlab.data import load
from genlab.live.lab import lab
from genlab.live.routes import latent_api
from genlab.models import family_named
from genlab.runs.arrays import pack, read_metadata, unpack
from genlab.runs.bundle import import_bundle, write_bundle
from genlab.runs.store.record import Run
from genlab.runs.store.tables import CHECKPOINTS
from genlab.training import Trainer

pytestmark = pytest.mark.usefixtures("own_lab")
SMALL = {"steps": 10, "hidden": 8, "batch": 8, "latents": 3}


def trained(folder: Path, family: str, data: str, **settings: Any) -> Run:
    """A run of ten steps, imported."""
    source = load(data)
    trainer = Trainer(family, family_named(family).preset("classroom", source.kind, SMALL | settings), source)
    progress = trainer.advance()
    write_bundle(folder / f"{family}-{data}", trainer, progress.points, progress.frames)
    return import_bundle(lab().store, folder / f"{family}-{data}", "me")


def spoil(run: Run, value: float) -> None:
    """Puts a number into a weight of the run's checkpoint."""
    store = lab().store
    blob = store.checkpoint(run.id)
    arrays = {name: np.array(array) for name, array in unpack(blob).items()}
    name = next(name for name in arrays if name.startswith("model.encoder") and name.endswith("weight"))
    arrays[name][...] = value
    with store.engine.begin() as connection:
        changed = pack(arrays, read_metadata(blob))
        connection.execute(update(CHECKPOINTS).where(CHECKPOINTS.c.run_id == run.id).values(blob=changed))


def test_the_atlas_of_a_vae_on_images(tmp_path: Path) -> None:
    run = trained(tmp_path, "vae", "mnist5k")
    answer = get(f"/lab/runs/{run.id}/atlas")
    assert (answer.status, answer.headers["x-step"], answer.headers["cache-control"]) == (200, "10", "no-store")
    arrays = unpack(answer.body)
    shapes = {name: (array.shape, array.dtype.name) for name, array in arrays.items()}
    assert shapes == {
        "means": ((1000, 3), "float32"), "log_variances": ((1000, 3), "float32"), "labels": ((1000,), "uint8"),
        "class_means": ((10, 3), "float32"), "center": ((3,), "float32"), "axes": ((3, 3), "float32"),
        "axis_deviation": ((3,), "float32"), "order": ((3,), "int64"), "importance": ((3,), "float32"),
    }  # fmt: skip
    assert read_metadata(answer.body) == {"importance_is": "kl", "step": "10"}
    assert arrays["labels"].tolist() == load("mnist5k").test_labels.tolist()  # pyright: ignore


@pytest.mark.parametrize(
    ("family", "data", "present"),
    [
        ("ae", "mnist5k", {"means", "labels", "class_means", "center", "axes", "axis_deviation"}),
        ("ae", "ring8", {"means", "center", "axes", "axis_deviation"}),
        ("vae", "ring8", {"means", "log_variances", "center", "axes", "axis_deviation"}),
        ("gan", "ring8", set()),
        ("gan", "mnist5k", set()),
    ],
)
def test_what_is_in_the_atlas_of_each_family(tmp_path: Path, family: str, data: str, present: set[str]) -> None:
    arrays = unpack(get(f"/lab/runs/{trained(tmp_path, family, data).id}/atlas").body)
    assert set(arrays) == present | {"order", "importance"}
    assert sorted(arrays["order"].tolist()) == [0, 1, 2]
    assert (np.diff(arrays["importance"][arrays["order"]]) <= 0).all()
    assert (arrays["importance"] >= 0).all()


def test_only_a_newer_atlas_is_sent(tmp_path: Path) -> None:
    run = trained(tmp_path, "vae", "ring8")
    address = f"/lab/runs/{run.id}/atlas"
    assert get(f"{address}?have=10").status == 204
    assert get(f"{address}?have=9").status == 200
    assert get(f"{address}?have=nonsense").status == 200
    assert get(address).body == get(address).body


def test_an_atlas_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = trained(tmp_path, "vae", "ring8")
    body = get(f"/lab/runs/{run.id}/atlas").body
    monkeypatch.setattr("genlab.runs.looks.atlas.model_of", None)
    assert get(f"/lab/runs/{run.id}/atlas").body == body


def test_a_run_without_a_checkpoint_has_no_atlas_yet() -> None:
    run = lab().store.create("me", "vae", "ring8", preset="classroom")
    for answer in (get(f"/lab/runs/{run.id}/atlas"), post(f"/lab/runs/{run.id}/decode", bytes(8))):
        assert (answer.status, answer.body) == (204, b"")


@pytest.mark.parametrize("deleted", [False, True])
def test_a_run_that_is_not_there_is_404(tmp_path: Path, deleted: bool) -> None:
    run_id = "nobody"
    if deleted:
        run_id = trained(tmp_path, "vae", "ring8").id
        assert get(f"/lab/runs/{run_id}/atlas").status == 200
        lab().store.delete(run_id)
    assert get(f"/lab/runs/{run_id}/atlas").status == 404
    assert post(f"/lab/runs/{run_id}/decode", bytes(12)).status == 404


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 3e38], ids=["nan", "inf", "overflows"])
def test_weights_that_are_not_numbers_are_a_sentence(tmp_path: Path, value: float) -> None:
    run = trained(tmp_path, "vae", "ring8")
    spoil(run, value)
    answer = get(f"/lab/runs/{run.id}/atlas")
    assert answer.status == 422
    assert "step 10" in answer.json()["error"]
    assert "not finite" in answer.json()["error"]


def test_a_data_set_that_is_not_here_leaves_importance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = trained(tmp_path, "vae", "mnist5k")
    monkeypatch.setattr("genlab.runs.looks.atlas.held_out", lambda name: None)
    answer = get(f"/lab/runs/{run.id}/atlas")
    assert set(unpack(answer.body)) == {"order", "importance"}
    assert read_metadata(answer.body)["importance_is"] == "output_variance"


def test_examples_are_twenty_of_each_class() -> None:
    answer = get("/lab/data/mnist5k/examples")
    assert answer.status == 200
    assert "max-age" in answer.headers["cache-control"]
    arrays = unpack(answer.body)
    assert (arrays["images"].shape, arrays["images"].dtype) == ((200, 28, 28), np.uint8)
    assert np.bincount(arrays["labels"]).tolist() == [20] * 10
    test = load("mnist5k")
    place = {image.tobytes(): label for image, label in zip(test.test_images, test.test_labels, strict=True)}  # pyright: ignore
    assert [place[image.tobytes()] for image in arrays["images"]] == arrays["labels"].tolist()


@pytest.mark.parametrize("name", ["ring8", "nothing", "..%2fmnist", "kmnist", "%00"])
def test_examples_of_what_is_not_here_are_404(name: str) -> None:
    assert get(f"/lab/data/{name}/examples").status == 404


def test_the_server_decodes_as_the_model_does(tmp_path: Path) -> None:
    run = trained(tmp_path, "gan", "mnist5k")
    z = np.random.default_rng(0).normal(size=(5, 3)).astype("<f4")
    answer = post(f"/lab/runs/{run.id}/decode", z.tobytes())
    assert (answer.status, answer.headers["x-step"]) == (200, "10")
    from genlab.runs.looks.codes import model_of

    with torch.no_grad():
        expected = model_of(lab().store, run.id, 10).decode(torch.from_numpy(z)).flatten(1).numpy()
    got = np.frombuffer(answer.body, "<f4").reshape(5, 784)
    np.testing.assert_allclose(got, expected, atol=1e-6)


def test_a_layer_that_browsers_do_not_know_leaves_atlas_and_decoding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(netfile.WRITERS, torch.nn.SiLU)
    run = trained(tmp_path, "vae", "ring8")
    assert get(f"/lab/runs/{run.id}/nets/decoder").status == 204
    assert get(f"/lab/runs/{run.id}/atlas").status == 200
    answer = post(f"/lab/runs/{run.id}/decode", bytes(12))
    assert (answer.status, len(answer.body)) == (200, 8)


@pytest.mark.parametrize("size", [0, 4, 13, 12 * latent_api.MOST_DECODED + 12, 4 * 1024 * latent_api.MOST_DECODED + 1])
def test_a_body_of_another_size_is_refused(tmp_path: Path, size: int) -> None:
    answer = post(f"/lab/runs/{trained(tmp_path, 'vae', 'ring8').id}/decode", bytes(size))
    assert answer.status == 400
    assert "allowed" in answer.json()["error"]


def test_a_z_that_is_not_a_number_is_refused(tmp_path: Path) -> None:
    z = np.array([0, np.nan, 0], dtype="<f4").tobytes()
    answer = post(f"/lab/runs/{trained(tmp_path, 'vae', 'ring8').id}/decode", z)
    assert (answer.status, json.loads(answer.body)["error"][:2]) == (400, "z:")
