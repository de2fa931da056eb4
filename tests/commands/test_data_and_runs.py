"""`data list`, `data get`, `runs list`, `runs export`, `runs import`, `runs resume`."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from genlab.data import DATASETS
from genlab.runs.bundle import read_bundle


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENLAB_STORE", f"sqlite:///{tmp_path / 'store.sqlite'}")


def listed(genlab: Callable[..., Any]) -> list[dict[str, Any]]:
    outcome = genlab("runs", "list", "--json")
    assert outcome.status == 0, outcome.err
    return [json.loads(line) for line in outcome.out.splitlines()]


def test_every_data_set_is_listed(genlab: Callable[..., Any]) -> None:
    outcome = genlab("data", "list", "--json")
    records = {record["name"]: record for record in map(json.loads, outcome.out.splitlines())}
    assert list(records) == list(DATASETS)
    assert records["mnist5k"]["available"] is True
    assert records["ring8"]["kind"] == "points"
    assert len(genlab("data", "list").out.splitlines()) == len(DATASETS)


@pytest.mark.parametrize("name", ["mnist5k", "ring8"])
def test_what_is_embedded_needs_no_fetching(name: str, genlab: Callable[..., Any]) -> None:
    outcome = genlab("data", "get", name)
    assert (outcome.status, outcome.out, outcome.err) == (0, "", "")


def test_an_empty_store_lists_nothing(genlab: Callable[..., Any]) -> None:
    assert listed(genlab) == []


def test_a_run_goes_in_and_comes_out_as_it_was(genlab: Callable[..., Any], trained: Any, tmp_path: Path) -> None:
    folder = trained("vae", "mnist5k")
    outcome = genlab("runs", "import", folder)
    assert outcome.status == 0, outcome.err
    run_id = outcome.out.strip()
    (record,) = listed(genlab)
    expected = {"id": run_id, "family": "vae", "data": "mnist5k", "state": "finished", "step": 20, "steps": 20}
    assert expected.items() <= record.items()
    assert run_id in genlab("runs", "list").out

    outcome = genlab("runs", "export", run_id, tmp_path / "run.zip")
    assert (outcome.status, outcome.out) == (0, ""), outcome.err
    outcome = genlab("runs", "import", tmp_path / "run.zip")
    assert outcome.status == 0, outcome.err
    assert outcome.out.strip() != run_id
    assert len(listed(genlab)) == 2

    one, other = read_bundle(folder), read_bundle(tmp_path / "run.zip")
    assert (one.config, one.points, one.checkpoint) == (other.config, other.points, other.checkpoint)
    assert one.weights.keys() == other.weights.keys()
    assert all((one.weights[name] == other.weights[name]).all() for name in one.weights)
    assert [step for step, _ in one.frames] == [step for step, _ in other.frames]


def test_a_gan_with_batch_norm_travels_too(genlab: Callable[..., Any], trained: Any, tmp_path: Path) -> None:
    outcome = genlab("runs", "import", trained("gan", "mnist5k"))
    assert outcome.status == 0, outcome.err
    assert genlab("runs", "export", outcome.out.strip(), tmp_path / "run.zip").status == 0
    outcome = genlab("sample", tmp_path / "run.zip", "--n", 2, "--out", tmp_path / "x.npy")
    assert outcome.status == 0, outcome.err


def test_a_run_in_the_store_is_trained_to_its_end(
    genlab: Callable[..., Any], trained: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from genlab.training import Trainer

    advance = Trainer.advance

    def interrupted(trainer: Trainer, **_: Any) -> Any:
        if trainer.step == 21:
            raise KeyboardInterrupt
        return advance(trainer, steps=1)

    folder = shutil.copytree(trained("ae", "mnist5k"), tmp_path / "copy")
    with monkeypatch.context() as patch:
        patch.setattr(Trainer, "advance", interrupted)
        assert genlab("train", "--resume", folder, "--steps", 40, "--threads", 1).status == 130
    run_id = genlab("runs", "import", folder).out.strip()
    assert listed(genlab)[0]["state"] == "paused"
    outcome = genlab("runs", "resume", run_id)
    assert outcome.status == 0, outcome.err
    assert outcome.err.splitlines()[-1].endswith("step 40 / 40  finished")
    assert (listed(genlab)[0]["state"], listed(genlab)[0]["step"]) == ("finished", 40)


def test_parts_of_a_run_are_exported_for_other_programs(
    genlab: Callable[..., Any], trained: Any, tmp_path: Path
) -> None:
    run_id = genlab("runs", "import", trained("vae", "mnist5k")).out.strip()
    assert genlab("runs", "export", "--tensorboard", run_id, tmp_path / "events").status == 0
    assert {path.parent.name for path in (tmp_path / "events").rglob("events.out.tfevents.*")} == {
        "training",
        "held_out",
    }
    for option, name, begins in (
        ("--csv", "curves.csv", b"\xef\xbb\xbfstep,"),
        ("--gif", "film.gif", b"GIF89a"),
        ("--decoder", "decoder.onnx", b""),
        ("--decoder", "decoder.safetensors", b""),
    ):
        outcome = genlab("runs", "export", run_id, tmp_path / name, option)
        assert outcome.status == 0, outcome.err
        assert (tmp_path / name).read_bytes().startswith(begins)
    refused = genlab("runs", "export", run_id, tmp_path / "decoder.zip", "--decoder")
    assert refused.status == 2
    assert ".onnx or .safetensors" in refused.err
