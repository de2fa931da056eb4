"""What is taken home of a run opens elsewhere: in a spreadsheet, in TensorBoard, in an ONNX runtime, as a film."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from PIL import Image
from safetensors import safe_open
from safetensors.torch import load
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from genlab.runs import Store
from genlab.runs.looks.codes import model_of
from genlab.runs.store.record import Run, RunError
from genlab.runs.taken.decoder import decoder_onnx, decoder_safetensors
from genlab.runs.taken.events import events_zip, write_events
from genlab.runs.taken.film import recording_gif
from genlab.runs.taken.table import curves_csv
from genlab.runs.work.hot import HotRuns

SMALL = {"steps": 12, "hidden": 16, "batch": 16}
POINTS = [(1, {"kl": 0.5}), (2, {"kl": 1e-07, "test_kl": -1234.5})]


@pytest.fixture
def store(new_url: str) -> Store:
    """An empty store."""
    return Store(new_url)


def trained(store: Store, family: str, data: str, **settings: object) -> Run:
    """A run of twelve steps."""
    run = store.create("ada", family, data, SMALL | settings, preset="classroom")
    HotRuns(store).advance(run.id, 60.0, save=True)
    return store.get(run.id)


@pytest.mark.parametrize(("decimal", "separator"), [(".", ","), (",", ";")])
def test_a_table_has_the_marks_of_its_place_and_every_digit(decimal: str, separator: str) -> None:
    text = curves_csv(POINTS, decimal).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    assert rows[0] == ["step", "kl", "test_kl"]
    assert rows[1] == ["1", f"0{decimal}5", ""]
    assert [float(cell.replace(decimal, ".")) for cell in rows[2]] == [2, 1e-07, -1234.5]
    assert curves_csv(POINTS, decimal).startswith(b"\xef\xbb\xbf")


def test_tensorboard_reads_the_terms_with_held_out_ones_by_the_same_names(store: Store, tmp_path: Path) -> None:
    run = trained(store, "vae", "mnist5k")
    write_events(store, run, tmp_path)
    for folder, prefix in (("training", ""), ("held_out", "test_")):
        read = EventAccumulator(str(tmp_path / folder))
        read.Reload()
        expected = {step: values[f"{prefix}kl"] for step, values in store.points(run.id) if f"{prefix}kl" in values}
        assert {event.step: event.value for event in read.Scalars("kl")} == pytest.approx(expected)
    assert zipfile.ZipFile(io.BytesIO(events_zip(store, run))).namelist()[0].endswith(".genlab")


@pytest.mark.parametrize(
    ("family", "data", "settings"),
    [
        ("vae", "mnist5k", {}),
        ("gan", "mnist5k", {"net": "conv", "generator_hidden": 16}),
        ("ae", "mnist5k", {"net": "conv"}),
        ("gan", "ring8", {"generator_hidden": 16}),
    ],
)
def test_a_decoder_computes_elsewhere_what_it_computes_here(
    store: Store, family: str, data: str, settings: dict[str, object]
) -> None:
    run = trained(store, family, data, **settings)
    session = onnxruntime.InferenceSession(decoder_onnx(store, run))
    model = model_of(store, run.id, 12)
    for count in (1, 5):
        z = torch.randn(count, model.latents, generator=torch.Generator().manual_seed(0))
        (x,) = session.run(None, {"z": z.numpy()})
        with torch.no_grad():
            np.testing.assert_allclose(x, model.decode(z).numpy(), atol=1e-5)


def test_a_decoders_weights_have_torchs_names_and_say_their_layers(store: Store, tmp_path: Path) -> None:
    run = trained(store, "vae", "mnist5k")
    blob = decoder_safetensors(store, run)
    (tmp_path / "decoder.safetensors").write_bytes(blob)
    with safe_open(tmp_path / "decoder.safetensors", "pt") as file:
        layers = json.loads(file.metadata()["layers"])
    net = model_of(store, run.id, 12).live_nets()["decoder"]
    assert len(layers) == len(net)
    net.load_state_dict(load(blob))


def test_an_untrained_run_has_no_decoder_and_no_film(store: Store) -> None:
    run = store.create("ada", "ae", "ring8", SMALL, preset="classroom")
    with pytest.raises(RunError):
        decoder_safetensors(store, run)
    with pytest.raises(RunError):
        recording_gif(store, run)


@pytest.mark.parametrize(
    ("data", "size"), [("mnist5k", (224, 240)), ("ring8", (260, 276)), ("one_gaussian_1d", (260, 276))]
)
def test_a_film_has_a_picture_a_frame(store: Store, data: str, size: tuple[int, int]) -> None:
    run = trained(store, "ae", data)
    film = Image.open(io.BytesIO(recording_gif(store, run)))
    assert film.size == size
    assert 2 <= film.n_frames <= len(store.frame_steps(run.id))  # frames that are alike are kept as one
