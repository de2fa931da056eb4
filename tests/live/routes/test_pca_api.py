"""What the server says of PCA beside a run: on the run's own data, or what was measured before the run shipped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from live.asked import get

from genlab.data import load_mnist5k
from genlab.live.lab import PRETRAINED, lab, shipped_runs
from genlab.live.web.keys import COOKIE, new_key
from genlab.runs.arrays import unpack
from genlab.runs.bundle import import_bundle, write_bundle
from genlab.runs.looks.pca import beside

KEY = new_key()
pytestmark = pytest.mark.usefixtures("own_lab")


@pytest.fixture(autouse=True)
def embedded_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No data but the embedded digits."""
    monkeypatch.delenv("GENLAB_DATA", raising=False)


def trained(family: str, tmp_path: Path, owner: str = "me", **settings: Any) -> str:
    """The id of a run of a few steps on the embedded digits."""
    from genlab.models import family_named
    from genlab.training import Trainer

    config = family_named(family).preset("classroom", "images", {"steps": 10, "latents": 3} | settings)
    trainer = Trainer(family, config, load_mnist5k())
    progress = trainer.advance()
    write_bundle(tmp_path / family, trainer, progress.points, progress.frames)
    return import_bundle(lab().store, tmp_path / family, owner).id


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
    assert set(found) == {"error", "errors"}
    metrics = json.loads((PRETRAINED / run.id / "run.json").read_text())["metrics"]
    assert found["error"] == pytest.approx(metrics["pca_mse"], rel=1e-4)
    assert found["errors"][20] == found["error"]
    smaller = json.loads((PRETRAINED / "ae-2" / "run.json").read_text())["metrics"]
    assert found["errors"][2] == pytest.approx(smaller["pca_mse"], rel=1e-4)
    assert (np.diff(found["errors"]) < 0).all()


def test_other_runs_on_the_same_data_stand_beside_it(tmp_path: Path) -> None:
    first, bent = trained("ae", tmp_path / "1", KEY), trained("ae", tmp_path / "2", KEY, latents=5)
    linear = trained("ae", tmp_path / "3", KEY, latents=2, net="linear")
    trained("ae", tmp_path / "4", new_key())  # somebody else's
    trained("vae", tmp_path / "5", KEY)  # has another error

    def told(run_id: str, key: str = KEY) -> Any:
        return get(f"/lab/runs/{run_id}/sizes", cookie=f"{COOKIE}={key}").json()["runs"]

    errors = {run_id: lab().store.points(run_id)[-1][1]["test_mse"] for run_id in (first, bent, linear)}
    assert told(first) == [[2, errors[linear], True, True], [5, errors[bent], False, True]]
    assert [row[0] for row in told(linear)] == [3, 5]
    assert get(f"/lab/runs/{first}/sizes").json() == {"runs": []}  # who has no key has no runs
    shipped = next(run for run in shipped_runs() if run.id == "ae-20")
    assert [row[0] for row in told(shipped.id)] == [
        2,
        20,
    ]  # those that ship beside it, on other data than the visitor's
    assert get("/lab/runs/nobody/sizes").status == 404


def test_others_have_none(tmp_path: Path) -> None:
    assert get(f"/lab/runs/{trained('vae', tmp_path)}/pca").status == 204
    assert get("/lab/runs/nobody/pca").status == 404
