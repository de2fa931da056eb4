"""Bundles: what comes back, and everything that is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from runs.bundle.bundle_cases import Files, facts

from genlab.data import load
from genlab.models import family_named
from genlab.runs import RunError, Store
from genlab.runs.arrays import read_metadata, unpack
from genlab.runs.bundle import export_run, import_bundle, load_model, read_bundle
from genlab.runs.bundle.archive import write_zip
from genlab.runs.bundle.contents import to_files
from genlab.runs.work.hot import HotRuns
from genlab.training import Trainer


def opened(store: Store, run_id: str, name: str) -> tuple[int, dict[str, str], dict[str, bytes]]:
    """A net's step, metadata and arrays: the metadata stands in the file in any order."""
    found = store.net(run_id, name)
    assert found is not None
    metadata = read_metadata(found[1]) if name != "probe" else {}
    return found[0], metadata, {key: array.tobytes() for key, array in unpack(found[1]).items()}


def test_a_bundle_comes_back_as_it_was(folder: Path, trained: tuple[Trainer, list[Any], list[Any]]) -> None:
    trainer, points, frames = trained
    bundle = read_bundle(folder)
    assert (bundle.family, bundle.data, bundle.seed, bundle.step) == ("vae", "mnist5k", 5, 10)
    assert (bundle.name, bundle.preset, bundle.metrics) == ("small", "classroom", {"kl": 1.5})
    assert bundle.config == trainer.config.model_dump()
    assert bundle.points == points
    assert [step for step, _ in bundle.frames] == [step for step, _ in frames]
    for (_, got), (_, wanted) in zip(bundle.frames, frames, strict=True):
        assert {name: array.tobytes() for name, array in got.items()} == {
            name: np.ascontiguousarray(array).tobytes() for name, array in wanted.items()
        }
    assert bundle.probe["labels"].shape == (256,)
    assert sorted(bundle.nets) == ["decoder", "encoder"]
    assert set(bundle.versions) == {"genlab", "python", "torch", "numpy"}
    loaded = load_model(bundle).state_dict()
    assert all((loaded[name] == tensor).all() for name, tensor in trainer.model.state_dict().items())


def test_numpy_reads_the_frames(folder: Path) -> None:
    with np.load(folder / "frames.npz") as arrays:
        assert arrays["0/samples"].shape == (64, 28, 28)
        assert arrays["probe/originals"].shape == (16, 28, 28)


def test_zip_file_and_bytes_are_the_same(folder: Path, files: Files, tmp_path: Path) -> None:
    zipped = tmp_path / "run.zip"
    zipped.write_bytes(write_zip(files))
    assert write_zip(files) == write_zip(files)
    for source in (zipped, zipped.read_bytes(), str(folder)):
        assert to_files(read_bundle(source)) == to_files(read_bundle(folder))


def test_a_checkpoint_in_a_bundle_goes_on_to_the_same_end(folder: Path) -> None:
    bundle = read_bundle(folder)
    assert bundle.checkpoint is not None
    config = family_named("vae").config.parse(bundle.config)
    resumed, whole = (Trainer("vae", config, load("mnist5k"), seed=5) for _ in range(2))
    resumed.restore(bundle.checkpoint)
    progress = resumed.advance()
    assert bundle.points + progress.points == whole.advance().points
    ours, theirs = resumed.model.state_dict(), whole.model.state_dict()
    assert all(ours[name].equal(theirs[name]) for name in theirs)


def test_a_run_leaves_one_store_and_arrives_in_another(store: Store, small: dict[str, Any], tmp_path: Path) -> None:
    run, hot = store.create("ada", "vae", "ring8", small | {"steps": 30}, name="Ada's"), HotRuns(store)
    while store.get(run.id).state == "running":
        hot.advance(run.id, 0.2, save=False)
    zipped = export_run(store, run.id)
    other = Store(f"sqlite:///{tmp_path / 'other.sqlite'}")
    arrived = import_bundle(other, zipped, "bob", run_id="shipped-1")
    assert (arrived.id, arrived.owner, arrived.name, arrived.state) == ("shipped-1", "bob", "Ada's", "finished")
    assert (arrived.step, arrived.config) == (30, store.get(run.id).config)
    assert other.points(arrived.id) == store.points(run.id)
    assert other.frame_steps(arrived.id) == store.frame_steps(run.id)
    assert other.frame(arrived.id, 30) == store.frame(run.id, 30)
    for name in ("decoder", "encoder", "probe"):
        assert opened(other, arrived.id, name)[1:] == opened(store, run.id, name)[1:]
    with pytest.raises(RunError, match="there is a run 'shipped-1' already"):
        import_bundle(other, zipped, "bob", run_id="shipped-1")
    assert len(other.list()) == 1
    child = other.fork(arrived.id, 30, "bob", {"steps": 40})
    other.set_state(child.id, "running")
    HotRuns(other).advance(child.id, 5.0, save=False)
    assert other.get(child.id).state == "finished"
    other.close()


def test_an_unfinished_run_arrives_paused_and_goes_on(store: Store, files: Files) -> None:
    for sent in (files, {name: blob for name, blob in files.items() if not name.startswith("checkpoint")}):
        run = import_bundle(store, write_zip(sent), "bob")
        assert (run.state, run.step) == ("paused", 10)
        assert store.runnable() == []
        store.set_state(run.id, "running")
        HotRuns(store).advance(run.id, 20.0, save=False)
        assert (store.get(run.id).state, store.get(run.id).step) == ("finished", 20)


def test_a_run_without_a_step_cannot_be_exported(store: Store) -> None:
    run = store.create("ada", "ae", "ring8")
    with pytest.raises(RunError, match="has made no step yet"):
        export_run(store, run.id)


def test_nets_in_a_bundle_are_not_trusted(store: Store, files: Files) -> None:
    honest = import_bundle(store, write_zip(files), "bob")
    forged = import_bundle(store, write_zip(files | {"nets/decoder.safetensors": b"anything"}), "bob")
    assert opened(store, forged.id, "decoder") == opened(store, honest.id, "decoder")


def test_settings_that_came_later_have_their_defaults(files: Files) -> None:
    config = json.loads(files["run.json"])["config"]
    del config["free_bits"]
    assert read_bundle(write_zip(facts(files, config=config))).config["free_bits"] == 0.0
