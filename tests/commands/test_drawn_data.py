"""A drawing goes wherever a data set goes: the command line, a folder, a store, a zip."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from commands.conftest import Outcome

from genlab.data import drawn_name
from genlab.runs import Store
from genlab.runs.bundle import BundleError, export_run, import_bundle, read_bundle
from genlab.runs.bundle.contents import to_files
from genlab.runs.work.hot import HotRuns

ANGLES = np.linspace(0, 2 * np.pi, 200)
HEART = drawn_name(np.stack([np.sin(ANGLES) ** 3, 0.8 * np.cos(ANGLES) - 0.3 * np.cos(2 * ANGLES)], axis=1))
SMALL: dict[str, Any] = {"hidden": 8, "batch": 8, "steps": 12}


@pytest.fixture
def store(tmp_path: Path) -> Any:
    store = Store(f"sqlite:///{tmp_path / 'genlab.sqlite'}")
    yield store
    store.close()


@pytest.mark.parametrize("family", ["gan", "vae", "ae"])
def test_trained_and_measured_from_the_command_line(
    family: str, genlab: Callable[..., Outcome], tmp_path: Path
) -> None:
    folder = tmp_path / "heart"
    made = genlab(
        "train", family, "--data", HEART, "--steps", 12, "--set", "latents=2", "--threads", 1, "--json", "--out", folder
    )
    assert made.status == 0, made.err
    last = json.loads(made.out.splitlines()[-1])
    assert {"js", "kl_pg_pdata"} <= last["metrics"].keys()
    assert "modes" not in last["metrics"]
    bundle = read_bundle(folder)
    assert bundle.data == HEART
    assert {"samples", "grid"} <= bundle.frames[-1][1].keys()
    assert "shares" not in bundle.frames[-1][1]
    assert 0 < bundle.points[-1][1]["js"] <= 0.6932
    again = genlab("evaluate", folder, "--json")
    assert json.loads(again.out)["metrics"] == pytest.approx(last["metrics"], rel=1e-6)


@pytest.mark.parametrize("name", ["drawn-", "drawn-AP9", "drawn-" + "A" * 5000])
def test_a_wrong_name_is_one_line_and_exit_2(name: str, genlab: Callable[..., Outcome], tmp_path: Path) -> None:
    outcome = genlab("train", "gan", "--data", name, "--out", tmp_path / "x")
    assert outcome.status == 2
    assert len(outcome.err.strip().splitlines()) == 1
    assert "allowed after 'drawn-'" in outcome.err
    assert not (tmp_path / "x").exists()


def test_a_run_on_a_drawing_is_forked_exported_and_imported(store: Store, tmp_path: Path) -> None:
    run = store.create("ada", "gan", HEART, SMALL, preset="classroom")
    hot = HotRuns(store)
    while store.get(run.id).state == "running":
        hot.advance(run.id, 5.0, save=False)
    assert (store.get(run.id).state, store.get(run.id).data) == ("finished", HEART)
    assert store.fork(run.id, 12, "ada", {"steps": 20}).data == HEART

    zipped = export_run(store, run.id)
    other = Store(f"sqlite:///{tmp_path / 'other.sqlite'}")
    arrived = import_bundle(other, zipped, "bob")
    assert (arrived.data, other.points(arrived.id)) == (HEART, store.points(run.id))
    other.close()


def test_a_bundle_with_a_forged_drawing_is_refused(store: Store, tmp_path: Path) -> None:
    run = store.create("ada", "gan", HEART, SMALL, preset="classroom")
    HotRuns(store).advance(run.id, 5.0, save=True)
    files = to_files(read_bundle(export_run(store, run.id)))
    for data in ("drawn-", HEART + "=", HEART + "AAAA", "drawn-" + "A" * 100_000):
        facts = json.loads(files["run.json"]) | {"data": data}
        for name, content in (files | {"run.json": json.dumps(facts).encode()}).items():
            place = tmp_path / "forged" / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        with pytest.raises(BundleError, match=r"^run\.json: data set: got 'drawn-"):
            read_bundle(tmp_path / "forged")
    assert len(store.list()) == 1
