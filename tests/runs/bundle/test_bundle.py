"""Bundles: what comes back, and everything that is refused."""

from __future__ import annotations

import io
import json
import os
import pickle
import stat
import tracemalloc
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genlab.data import load
from genlab.models import family_named
from genlab.runs import RunError, Store
from genlab.runs.arrays import pack, read_metadata, unpack
from genlab.runs.bundle import Bundle, BundleError, export_run, import_bundle, load_model, read_bundle, write_bundle
from genlab.runs.bundle.archive import read_files, write_zip
from genlab.runs.bundle.contents import to_files
from genlab.runs.work.hot import HotRuns
from genlab.training import Trainer

Files = dict[str, bytes]
CONFIG: dict[str, Any] = {"latents": 2, "hidden": 8, "batch": 8, "steps": 20}


@pytest.fixture(scope="module")
def trained() -> tuple[Trainer, list[Any], list[Any]]:
    """A small VAE on digits, half-way."""
    family = family_named("vae")
    trainer = Trainer("vae", family.config.parse(CONFIG), load("mnist5k"), seed=5)
    progress = trainer.advance(steps=10)
    return trainer, progress.points, progress.frames


@pytest.fixture(scope="module")
def folder(trained: tuple[Trainer, list[Any], list[Any]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its bundle as a folder."""
    folder = tmp_path_factory.mktemp("bundle") / "run"
    write_bundle(folder, *trained, metrics={"kl": 1.5}, name="small", preset="classroom")
    return folder


@pytest.fixture
def files(folder: Path) -> Files:
    """Its files."""
    return read_files(folder)


def refused(files: Files | bytes) -> str:
    """The sentence with which a bundle is refused."""
    with pytest.raises(BundleError) as refusal:
        read_bundle(files if isinstance(files, bytes) else write_zip(files))
    sentence = str(refusal.value)
    assert "\n" not in sentence
    return sentence


def facts(files: Files, **changes: Any) -> Files:
    """The files with other facts in run.json."""
    return files | {"run.json": json.dumps(json.loads(files["run.json"]) | changes).encode()}


def opened(store: Store, run_id: str, name: str) -> tuple[int, dict[str, str], dict[str, bytes]]:
    """A net's step, metadata and arrays: the metadata stands in the file in any order."""
    found = store.net(run_id, name)
    assert found is not None
    metadata = read_metadata(found[1]) if name != "probe" else {}
    return found[0], metadata, {key: array.tobytes() for key, array in unpack(found[1]).items()}


def npz(**arrays: Any) -> bytes:
    """What NumPy itself writes."""
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


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


@pytest.mark.parametrize("name", ["run.json", "history.csv", "weights.safetensors", "frames.npz"])
def test_a_missing_file_is_named(files: Files, name: str) -> None:
    del files[name]
    assert refused(files) == f"{name}: is missing"


@pytest.mark.parametrize(
    "name", ["run.json", "history.csv", "weights.safetensors", "checkpoint.safetensors", "frames.npz"]
)
def test_a_file_cut_short_is_named(files: Files, name: str) -> None:
    for keep in (0, 3, *([len(files[name]) // 2, len(files[name]) - 3] if name != "history.csv" else [])):
        assert refused(files | {name: files[name][:keep]}).startswith(name)


def test_a_zip_cut_short_is_refused(files: Files) -> None:
    whole = write_zip(files)
    for keep in (0, 10, len(whole) // 2, len(whole) - 1):
        assert "the zip: is cut short or damaged" in refused(whole[:keep])


@pytest.mark.parametrize(
    "name",
    [
        "../run.json",
        "/etc/passwd",
        "nets/../../x",
        "..\\x",
        "C:/x",
        "notes.txt",
        "nets/deep/x.safetensors",
        "x/",
        "RUN.JSON",
    ],
)
def test_a_name_that_does_not_belong_is_refused(files: Files, name: str) -> None:
    sentence = refused(files | {name: b""})
    assert sentence.startswith(name.split("/")[0].encode("ascii", "backslashreplace").decode()[:2])


def test_a_name_given_twice_is_refused(files: Files) -> None:
    buffer = io.BytesIO(write_zip(files))
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("run.json", files["run.json"])
    assert refused(buffer.getvalue()) == "run.json: is there twice"


def test_links_are_refused(files: Files, folder: Path, tmp_path: Path) -> None:
    buffer = io.BytesIO(write_zip({name: blob for name, blob in files.items() if name != "run.json"}))
    with zipfile.ZipFile(buffer, "a") as archive:
        link = zipfile.ZipInfo("run.json")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert refused(buffer.getvalue()) == "run.json: is a link, allowed: plain files"
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    (tmp_path / "history.csv").unlink()
    (tmp_path / "history.csv").symlink_to(folder / "history.csv")
    with pytest.raises(BundleError, match=r"history\.csv: is a link"):
        read_bundle(tmp_path)


def test_a_folder_that_is_no_bundle_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"run\.json: is missing"):
        read_bundle(tmp_path)
    (tmp_path / "notes.txt").touch()
    with pytest.raises(BundleError, match=r"notes\.txt: is no file of a bundle"):
        read_bundle(tmp_path)
    with pytest.raises(BundleError, match="cannot be read"):
        read_bundle(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "run.json")
    (tmp_path / "notes.txt").unlink()
    with pytest.raises(BundleError, match=r"run\.json: is a link or no plain file"):
        read_bundle(tmp_path)


def test_a_bomb_is_refused_before_it_is_unpacked(files: Files) -> None:
    bomb = write_zip(files | {"nets/decoder.safetensors": bytes(100 * 2**20)})
    inner = write_zip(files | {"frames.npz": write_zip({"0/samples.npy": bytes(100 * 2**20)})})
    tracemalloc.start()
    assert refused(bomb) == "nets/decoder.safetensors: makes the bundle larger than 64 MiB, which is the most allowed"
    assert refused(inner) == "0/samples.npy: makes the bundle larger than 64 MiB, which is the most allowed"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 * 2**20


def test_a_size_that_is_a_lie_is_refused(files: Files) -> None:
    whole = bytearray(write_zip(files | {"nets/decoder.safetensors": bytes(2**20)}))
    # The size in the central directory, which is the one that readers go by: 1 MiB, said to be 1 KiB.
    entry = whole.rindex(b"nets/decoder.safetensors") - 46
    assert whole[entry : entry + 4] == b"PK\x01\x02"
    whole[entry + 24 : entry + 28] = (1024).to_bytes(4, "little")
    assert "damaged" in refused(bytes(whole))


class Trap:
    """Raises where it is unpickled."""

    def __reduce__(self) -> tuple[Callable[[str], Any], tuple[str]]:
        return pytest.fail, ("it was unpickled",)


def test_nothing_is_ever_unpickled(files: Files) -> None:
    trapped = npz(**{"0/samples": np.array([Trap()], dtype=object)})
    assert "0/samples.npy: is not in NumPy's format" in refused(files | {"frames.npz": trapped})
    for name in ("weights.safetensors", "checkpoint.safetensors", "frames.npz", "run.json"):
        assert refused(files | {name: pickle.dumps(Trap())}).startswith(name)


@pytest.mark.parametrize(
    ("arrays", "sentence"),
    [
        ({"0/samples": np.zeros((2, 28, 28))}, "0/samples.npy: is not in NumPy's format"),
        ({"0/samples": np.zeros((2, 28, 27), np.uint8)}, "0/samples: got uint8 [2, 28, 27]"),
        ({"0/samples": np.zeros((2, 28, 28), np.float32)}, "0/samples: got float32"),
        ({"0/latent": np.full((2, 2), np.nan, np.float32)}, "0/latent.npy: it has values that are not finite"),
        ({"0/latent": np.zeros((2, 3), np.float32)}, "0/latent: got float32 [2, 3]"),
        ({"0/other": np.asfortranarray(np.zeros((2, 3), np.float32))}, "0/other.npy: is not in NumPy's format"),
        ({"0/other": np.zeros((1, 1, 1, 1, 1), np.uint8)}, "0/other.npy: declares the shape"),
        ({"11/samples": np.zeros((1, 28, 28), np.uint8)}, "has step 11, but the run is at 10"),
        ({"01/samples": np.zeros((1, 28, 28), np.uint8)}, "01/samples.npy: is no file of a bundle"),
        ({"samples": np.zeros((1, 28, 28), np.uint8)}, "samples.npy: is no file of a bundle"),
        ({"probe/labels": np.zeros((3, 1), np.uint8)}, "probe/labels: got uint8 [3, 1]"),
        ({f"{step}/x": np.zeros(1, np.uint8) for step in range(401)}, "has 401 frames"),
    ],
)
def test_wrong_frames_are_refused(files: Files, arrays: dict[str, Any], sentence: str) -> None:
    assert sentence in refused(files | {"frames.npz": npz(**arrays)})


def test_a_shape_larger_than_its_bytes_is_refused(files: Files) -> None:
    honest = npz(**{"0/x": np.zeros((10, 10), np.uint8)})
    with zipfile.ZipFile(io.BytesIO(honest)) as archive:
        array = archive.read("0/x.npy").replace(b"(10, 10), }    ", b"(999999, 999), }"[:15].ljust(15))
    assert refused(files | {"frames.npz": write_zip({"0/x.npy": array})}).startswith("frames.npz: 0/x.npy: ")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"format": 2}, "run.json: format: got '2', allowed: 1"),
        ({"family": "pca"}, "run.json: family: got 'pca', allowed: ae, vae, gan"),
        ({"family": 3}, "run.json: family is missing or of the wrong type"),
        ({"data": "cifar"}, "run.json: data set: got 'cifar'"),
        ({"data": "ring8"}, "run.json: likelihood: got 'bernoulli', allowed on points: gaussian"),
        ({"config": {"hidden": 10**9}}, "run.json: hidden: got 1000000000, allowed: whole numbers from 8 to 1024"),
        ({"config": {"evil": 1}}, "run.json: setting: got 'evil'"),
        ({"config": []}, "run.json: config is missing or of the wrong type"),
        ({"seed": -1}, "run.json: seed: got -1"),
        ({"seed": True}, "run.json: seed is missing or of the wrong type"),
        ({"step": 2.5}, "run.json: step is missing or of the wrong type"),
        ({"step": -1}, "run.json: step: got -1"),
        ({"step": 9}, "checkpoint.safetensors: is of another run or step than run.json"),
        ({"seconds": float("nan")}, "run.json: seconds: allowed"),
        ({"seconds": 10**400}, "run.json: seconds: allowed"),
        ({"metrics": {"kl": float("inf")}}, "run.json: metrics: 'kl' is not a finite number"),
        ({"metrics": {"kl": 10**400}}, "run.json: metrics: 'kl' is not a finite number"),
        ({"versions": {"genlab": 1}}, "run.json: versions"),
        ({"name": "two\nlines"}, "run.json: name or preset"),
        ({"name": "\ud800"}, "run.json: name or preset"),
        ({"owner": "eve"}, "run.json: 'owner' is not known"),
        ({"config": CONFIG | {"hidden": 16}}, "weights.safetensors: decoder.0.bias: got the shape [8]"),
        ({"config": CONFIG | {"beta": 3}}, "checkpoint.safetensors: has other settings than run.json"),
    ],
)  # fmt: skip
def test_wrong_facts_are_refused(files: Files, change: dict[str, Any], sentence: str) -> None:
    assert refused(facts(files, **change)).startswith(sentence)


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("", "its first line"),
        ("step,kl,kl\n1,2,3\n", "its first line"),
        ("step,Kl Term\n", "its first line"),
        ("step,kl\n1,nan\n", "step 1 has values that are not finite"),
        ("step,kl\n1,x\n", "is not a table of numbers"),
        ("step,kl\n1\n", "is not a table of numbers"),
        ("step,kl\n2,1\n1,1\n", "step 1 is out of order"),
        ("step,kl\n11,1\n", "has step 11, but the run is at 10"),
        ("step,kl\n\xe9,1\n", "is not a table of numbers"),
    ],
)
def test_a_wrong_history_is_refused(files: Files, table: str, sentence: str) -> None:
    assert refused(files | {"history.csv": table.encode()}).startswith(f"history.csv: {sentence}")


def test_wrong_weights_are_refused(files: Files) -> None:
    weights = unpack(files["weights.safetensors"])
    name, array = next(iter(sorted(weights.items())))
    for changed, sentence in (
        ({name: np.full_like(array, np.nan)}, f"{name} has values that are not finite"),
        ({name: array.astype(np.float64)}, f"{name} has the type 'F64'"),
        ({name: array.astype(np.int64)}, f"{name}: got int64, allowed: float32"),
        ({name: array[:1]}, f"{name}: got the shape [1]"),
        ({"more": array}, "more: got the shape"),
    ):
        blob = pack(weights | changed)
        assert refused(files | {"weights.safetensors": blob}).startswith(f"weights.safetensors: {sentence}")
    del weights[name]
    assert "got nothing, allowed: the shape" in refused(files | {"weights.safetensors": pack(weights)})


@pytest.mark.parametrize(
    "header",
    [
        b"[]",
        b"{",
        b'{"x": 1}',
        b'{"x": {"dtype": "F32", "shape": [1], "data_offsets": [0, 1]}}',
        b'{"x": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}}',
        b'{"x": {"dtype": "F32", "shape": [4611686018427387904, 4], "data_offsets": [0, 4]}}',
        b'{"x": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}}',
        b'{"x": {"dtype": "F32", "shape": [1], "data_offsets": "ab"}}',
        b'{"x": {"dtype": [], "shape": [1], "data_offsets": [0, 4]}}',
        b"[" * 100_000,
    ],
)
def test_a_wrong_safetensors_header_is_refused(files: Files, header: bytes) -> None:
    blob = len(header).to_bytes(8, "little") + header + bytes(4)
    assert refused(files | {"weights.safetensors": blob}).startswith("weights.safetensors: ")
    assert refused(files | {"weights.safetensors": (2**63).to_bytes(8, "little") + header}).startswith("weights")


@pytest.mark.parametrize(
    "progress",
    [
        [],
        {"step": 10},
        {"step": 10, "seconds": 1, "batches": -1, "sums": {}, "counts": {}},
        {"step": 10, "seconds": 1, "batches": 10, "sums": [], "counts": []},
        {"step": 10, "seconds": 1, "batches": 10, "sums": {"kl": 1}, "counts": {"kl": 0}},
        {"step": 10, "seconds": 1, "batches": 10, "sums": {"kl": "x"}, "counts": {"kl": 1}},
    ],
)
def test_a_wrong_checkpoint_is_refused(files: Files, progress: Any) -> None:
    blob = files["checkpoint.safetensors"]
    metadata = read_metadata(blob) | {"progress": json.dumps(progress)}
    changed = pack(unpack(blob), metadata)
    assert refused(files | {"checkpoint.safetensors": changed}).startswith("checkpoint.safetensors: ")
    arrays = unpack(blob) | {"optimiser.vae.99.step": np.zeros((), np.float32)}
    sentence = refused(files | {"checkpoint.safetensors": pack(arrays, read_metadata(blob))})
    assert sentence.startswith("checkpoint.safetensors: optimiser.vae.99.step")


def test_a_refused_bundle_leaves_the_store_alone(store: Store, files: Files) -> None:
    for wrong in (facts(files, seed=-1), files | {"history.csv": b""}, files | {"weights.safetensors": b"x"}):
        with pytest.raises(BundleError):
            import_bundle(store, write_zip(wrong), "bob")
    assert store.list() == []


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damage_anywhere_gives_a_sentence_or_a_bundle(files: Files, data: st.DataObject) -> None:
    """Some bytes of some file (its head, where formats decide) are changed: no other error ever comes out."""
    name = data.draw(st.sampled_from(sorted(files)))
    content = bytearray(files[name])
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, min(len(content), 2000) - 1))] = data.draw(st.integers(0, 255))
    with suppress(BundleError):
        assert isinstance(read_bundle(write_zip(files | {name: bytes(content)})), Bundle)
