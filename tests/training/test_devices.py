"""Which device a run trains on, and that on each it is exact and stands still for nobody."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from genlab import devices
from genlab.__main__ import main
from genlab.data import describe, load
from genlab.models import FAMILIES
from genlab.runs import Store
from genlab.runs.trouble import StoreTrouble
from genlab.runs.work.worker import run_slice
from genlab.training import Trainer, read_checkpoint

ROOT = Path(__file__).parents[2]
SMALL: dict[str, Any] = {"hidden": 16, "batch": 16, "steps": 40}
CASES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "ae": ("ae", "mnist5k", {"noise": 0.2}),
    "ae-conv": ("ae", "mnist5k", {"net": "conv"}),
    "vae": ("vae", "mnist5k", {"binarise": True}),
    "vae-points": ("vae", "ring8", {}),
    "gan": ("gan", "mnist5k", {}),
    "gan-conv": ("gan", "mnist5k", {"net": "conv", "loss": "wgan_gp", "noise": "uniform"}),
    "gan-points": ("gan", "ring8", {}),
}
ACCELERATORS = devices.present() or ["none"]  # where there is none, these tests are deselected by their mark


def trainer_of(case: str, device: str = "cpu", **more: Any) -> Trainer:
    family, data, settings = CASES[case]
    config = FAMILIES[family].preset("classroom", describe(data).kind, SMALL | settings | more)
    return Trainer(family, config, load(data), 3, device)


@pytest.fixture
def with_cuda(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A machine that says that it has an accelerator; what has been done to make it exact."""
    done: list[str] = []
    monkeypatch.setattr(devices, "present", lambda: ["cuda"])
    monkeypatch.setattr(devices, "be_exact", lambda: done.append("exact"))
    return done


@pytest.mark.parametrize("preset", ["classroom", "best"])
@pytest.mark.parametrize("data", ["mnist", "ring8"])
@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_auto_takes_an_accelerator_for_images_and_none_for_points(
    family: str, data: str, preset: str, with_cuda: list[str]
) -> None:
    found = describe(data)
    config = FAMILIES[family].preset(preset, found.kind, {})
    model = FAMILIES[family].build(config, found.shape)
    device = devices.chosen("auto", model, config.batch)
    assert device.type == ("cuda" if found.kind == "images" else "cpu")
    assert with_cuda == (["exact"] if found.kind == "images" else [])
    # Whoever names one has it.
    assert devices.chosen("cuda", model, config.batch).type == "cuda"
    assert devices.chosen("cpu", model, config.batch).type == "cpu"


def test_auto_is_the_cpu_where_there_is_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "present", list)
    assert trainer_of("vae", "auto", hidden=512, batch=256).device.type == "cpu"


@pytest.mark.parametrize(
    ("device", "said"),
    [
        ("tpu", "got 'tpu', allowed: auto, cpu, cuda, mps"),
        ("CPU", "got 'CPU', allowed: auto, cpu, cuda, mps"),
        ("mps", "got 'mps', which this machine or its PyTorch has not; allowed here: auto, cpu"),
    ],
)
def test_a_device_that_is_not_there_is_said_before_anything_begins(
    device: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(devices, "present", list)
    training = (["train", "ae", "--out", str(tmp_path / "a")], ["runs", "resume", "x"])
    for verb in ([*verb, "--device", device] for verb in training):
        assert main(verb) == 2
        assert capsys.readouterr().err == f"genlab: --device: {said}\n"
    monkeypatch.setenv("GENLAB_DEVICE", device)
    for verb in (*training, ["data", "list"]):
        assert main(verb) == 2
        assert capsys.readouterr().err == f"genlab: GENLAB_DEVICE: {said}\n"
    assert not (tmp_path / "a").exists()


def test_a_worker_whose_device_is_wrong_is_not_set_up_rightly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store = Store(f"sqlite:///{tmp_path}/s.sqlite")
    config = FAMILIES["ae"].preset("classroom", "points", SMALL)
    run = store.create("me", "ae", "ring8", config.model_dump())
    monkeypatch.setenv("GENLAB_DEVICE", "gpu")
    with pytest.raises(StoreTrouble) as caught:
        run_slice(store.url, run.id, 0.1)
    assert caught.value.kind == "setup"
    assert "GENLAB_DEVICE: got 'gpu', allowed: auto, cpu, cuda, mps" in caplog.text
    assert store.get(run.id).state != "failed"  # it is no fault of the run
    store.close()


class Reads(TorchDispatchMode):
    """Counts the numbers that are read out of tensors one by one: each stops an accelerator."""

    count = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self.count += func is torch.ops.aten._local_scalar_dense.default
        return func(*args, **(kwargs or {}))


@pytest.mark.parametrize("case", list(CASES))
def test_no_number_is_read_between_two_points(case: str) -> None:
    trainer = trainer_of(case, steps=12_000)  # a point every 20 steps
    while trainer.step < 1 or trainer.advance(steps=1).points:
        trainer.advance(steps=1)
    with Reads() as reads:
        progress = trainer.advance(steps=3)
    assert not progress.points
    assert not progress.frames
    assert reads.count == 0


def test_steps_run_on_an_accelerator_that_only_pretends() -> None:
    """Every tensor of a step is where the weights are, and none is read: torch's fake tensors refuse the rest.

    In a process of its own, for a kind of device once made known stays known.
    """
    done = subprocess.run(
        [sys.executable, "-m", "training.pretended", *CASES], cwd=ROOT, capture_output=True, text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests")))}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.split() == list(CASES)


@pytest.mark.accelerator
@pytest.mark.parametrize("device", ACCELERATORS)
@pytest.mark.parametrize("case", list(CASES))
def test_a_run_is_exact_on_each_device(case: str, device: str) -> None:
    """In one go, in slices and from a checkpoint: the same weights and curves; and files are written from the CPU."""
    whole = trainer_of(case, device)
    points = whole.advance().points
    sliced = trainer_of(case, device)
    found = sliced.advance(steps=7).points + sliced.advance(steps=8).points
    kept = sliced.checkpoint()
    assert all(tensor.device.type == "cpu" for tensor in read_checkpoint(kept).named().values())
    resumed = trainer_of(case, device)
    resumed.restore(kept)
    assert found + resumed.advance().points == points
    ours, others = (read_checkpoint(one.checkpoint()).named() for one in (whole, resumed))
    assert all(torch.equal(tensor, others[name]) for name, tensor in ours.items())
    assert all(weight.device.type == device for weight in whole.model.parameters())


@pytest.mark.accelerator
@pytest.mark.parametrize("device", ACCELERATORS)
@pytest.mark.parametrize("case", list(CASES))
def test_a_checkpoint_goes_on_on_any_device(case: str, device: str) -> None:
    """The same noise on both: after some steps from there they differ by rounding only."""
    begun = trainer_of(case, device)
    begun.advance(steps=5)
    here, there = trainer_of(case), trainer_of(case, device)
    for trainer in (here, there):
        trainer.restore(begun.checkpoint())
        trainer.advance(steps=2)
    for (name, a), b in zip(here.model.state_dict().items(), there.model.state_dict().values(), strict=True):
        torch.testing.assert_close(a, b.cpu(), rtol=1e-2, atol=1e-3, msg=name)
