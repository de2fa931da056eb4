"""What the server says of PCA beside a run: on the run's own data, or what was measured before the run shipped."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from live.asked import get

from genlab.data import load_mnist5k
from genlab.live.lab import PRETRAINED, lab, shipped_runs
from genlab.runs.arrays import unpack
from genlab.runs.bundle import import_bundle, write_bundle
from genlab.runs.looks.pca import beside

pytestmark = pytest.mark.usefixtures("own_lab")


@pytest.fixture(autouse=True)
def embedded_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No data but the embedded digits."""
    monkeypatch.delenv("GENLAB_DATA", raising=False)


def trained(family: str, tmp_path: Path) -> str:
    """The id of a run of a few steps on the embedded digits."""
    from genlab.models import family_named
    from genlab.training import Trainer

    config = family_named(family).preset("classroom", "images", {"steps": 10, "latents": 3})
    trainer = Trainer(family, config, load_mnist5k())
    progress = trainer.advance()
    write_bundle(tmp_path / family, trainer, progress.points, progress.frames)
    return import_bundle(lab().store, tmp_path / family, "me").id


def test_a_run_on_the_embedded_digits(tmp_path: Path) -> None:
    run_id = trained("ae", tmp_path)
    answer = get(f"/lab/runs/{run_id}/pca")
    assert answer.status == 200
    probe = lab().store.net(run_id, "probe")
    assert probe is not None
    expected = beside("mnist5k", 3, unpack(probe[1])["originals"])
    assert expected is not None
    found = unpack(answer.body)
    assert set(found) == set(expected)
    for name, array in expected.items():
        np.testing.assert_array_equal(found[name], array)


def test_a_shipped_run_without_its_data_tells_what_was_measured_on_it() -> None:
    run = next(run for run in shipped_runs() if run.id == "ae-20")
    assert run.data == "mnist"
    answer = get(f"/lab/runs/{run.id}/pca")
    assert answer.status == 200
    found = unpack(answer.body)
    assert set(found) == {"error"}
    metrics = json.loads((PRETRAINED / run.id / "run.json").read_text())["metrics"]
    assert found["error"] == pytest.approx(metrics["pca_mse"], rel=1e-6)


def test_others_have_none(tmp_path: Path) -> None:
    assert get(f"/lab/runs/{trained('vae', tmp_path)}/pca").status == 204
    assert get("/lab/runs/nobody/pca").status == 404
