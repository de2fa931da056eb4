"""What a bundle says of itself is not trusted: frames, facts, history, weights, checkpoints."""

from __future__ import annotations

import io
import json
import pickle
import zipfile
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from runs.bundle.bundle_cases import CONFIG, Files, facts, npz, refused

from genlab.runs import Store
from genlab.runs.arrays import pack, read_metadata, unpack
from genlab.runs.bundle import Bundle, BundleError, import_bundle, read_bundle
from genlab.runs.bundle.archive import write_zip


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
