"""A run's script, in a process that has torch and torchvision alone, ends at the run's own terms."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from toys import TOYS

from genlab.checkpoint import Checkpoint
from genlab.data import DataUnavailable, load
from genlab.models import FAMILIES, family_named
from genlab.runs.arrays import read_metadata
from genlab.runs.store.short import in_short
from genlab.scripts import Asked, beside, script
from genlab.training import Trainer

ALONE = Path(__file__).with_name("alone.py")
SMALL = {"steps": 12, "hidden": 16, "batch": 16}
LOSSES = ("minimax", "non_saturating", "least_squares", "hinge", "wgan_gp")
Case = tuple[str, str, Mapping[str, Any]]
CASES: dict[str, Case] = {
    "ae": ("ae", "mnist5k", {"noise": 0.2}),
    "ae linear": ("ae", "mnist5k", {"net": "linear", "schedule": "constant"}),
    "ae conv": ("ae", "mnist5k", {"net": "conv"}),
    "ae residual": ("ae", "mnist5k", {"net": "residual"}),
    "ae points": ("ae", "spiral", {}),
    "vae bernoulli": ("vae", "mnist5k", {}),
    "vae gaussian": ("vae", "mnist5k", {"likelihood": "gaussian", "warm_up": 8, "free_bits": 0.1}),
    "vae binarised": ("vae", "mnist5k", {"binarise": True, "schedule": "flat_then_fall"}),
    "vae iwae": ("vae", "mnist5k", {"binarise": True, "importance": 3, "net": "conv"}),
    "vae iwae gaussian": ("vae", "mnist5k", {"likelihood": "gaussian", "importance": 2}),
    "vae mean": ("vae", "mnist5k", {"reduction": "mean", "beta": 0.01}),
    "vae laplace": ("vae", "mnist5k", {"distribution": "laplace"}),
    "vae iwae laplace": ("vae", "mnist5k", {"distribution": "laplace", "importance": 2, "likelihood": "gaussian"}),
    "vae residual": ("vae", "mnist5k", {"net": "residual"}),
    "vae points": ("vae", "one_gaussian_1d", {}),
    **{f"gan {loss}": ("gan", "mnist5k", {"loss": loss, "r1": 1.0, "smoothing": 0.1, "ema": 0.9}) for loss in LOSSES},
    **{f"gan {loss} points": ("gan", "ring8", {"loss": loss}) for loss in LOSSES},
    "gan conv": ("gan", "mnist5k", {"net": "conv", "spectral_norm": True, "batch_norm": True}),
    "gan deep": ("gan", "mnist5k", {"net": "deep", "batch_norm": True, "minibatch_deviation": True, "r1": 1.0}),
    "gan deviation": ("gan", "mnist5k", {"minibatch_deviation": True, "spectral_norm": True, "feature_matching": 1.0}),
    "gan sgd": ("gan", "line", {"noise": "uniform", "optimiser_d": "sgd", "optimiser_g": "sgd", "d_steps": 2}),
    "gan boxes": ("gan", "disjoint", {"batch_norm": True, "g_steps": 2, "fourier_features": 0}),
    "flow": ("flow", "mnist5k", {"predicts": "data"}),
    "flow points": ("flow", "ring8", {"method": "heun", "ode_steps": 3}),
    "cvae": ("cvae", "mnist5k", {}),
    "cvae points": ("cvae", "ring8", {"latents": 2}),
    "gan drawn": ("gan", "drawn-AAD__w", {"feature_matching": 1.0}),
}  # fmt: skip


def test_every_loss_and_likelihood_has_a_case() -> None:
    gan, vae = (FAMILIES[name].config.model_fields for name in ("gan", "vae"))
    assert set(LOSSES) == set(gan["loss"].annotation.__args__)  # type: ignore[union-attr]
    said = {settings.get("likelihood", "bernoulli") for family, _, settings in CASES.values() if family == "vae"}
    assert said == set(vae["likelihood"].annotation.__args__)  # type: ignore[union-attr]
    assert {family for family, _, _ in CASES.values()} == set(FAMILIES)
    for family in FAMILIES.values():
        if (net := family.config.model_fields.get("net")) is not None:
            tried = {settings.get("net", "mlp") for name, _, settings in CASES.values() if name == family.name}
            assert tried >= set(net.annotation.__args__), family.name  # type: ignore[union-attr]


def trained(family: str, data: str, settings: Mapping[str, Any]) -> Trainer:
    """A trainer before its first step."""
    config = family_named(family).preset("classroom", load(data).kind, SMALL | dict(settings))
    return Trainer(family, config, load(data), seed=3)


def asked(trainer: Trainer, points: list[Any], whole: bool = True) -> Asked:
    """What a script is made from."""
    return Asked.of(Checkpoint.of(read_metadata(trainer.checkpoint()), {}), points, whole)


def run_alone(folder: Path, scripts: Mapping[str, str]) -> dict[str, dict[str, float]]:
    """What each script's last line says, in one fresh process."""
    files = [folder / f"{number}.py" for number in range(len(scripts))]
    for file, text in zip(files, scripts.values(), strict=True):
        file.write_text(text)
    bare = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run([sys.executable, str(ALONE), *map(str, files)], cwd=folder, env=bare, text=True,
                          capture_output=True, timeout=250, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return dict(zip(scripts, map(json.loads, done.stdout.splitlines()), strict=True))


@pytest.fixture(scope="module")
def ends(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[dict[str, float], dict[str, float]]]:
    """By case what the lab's run ended at and what its script says."""
    folder = tmp_path_factory.mktemp("scripts")
    lab, scripts = {}, {}
    for name, case in CASES.items():
        trainer = trained(*case)
        with pytest.MonkeyPatch.context() as few:  # as in a test: of how well they are, no script speaks
            few.setattr("genlab.training.sources.DRAWN", 256)
            few.setattr("genlab.training.sources.RULED", 32)
            points = trainer.advance().points
        lab[name], scripts[name] = points[-1][1], script(asked(trainer, points))
        for file, content in beside(trainer.data.name).items():
            (folder / file).write_bytes(content)
    said = run_alone(folder, scripts)
    return {name: (lab[name], said[name]) for name in CASES}


@pytest.mark.parametrize("case", CASES)
def test_a_script_ends_at_the_runs_own_terms(
    case: str, ends: Mapping[str, tuple[dict[str, float], dict[str, float]]]
) -> None:
    lab, said = ends[case]
    family, data, settings = CASES[case]
    config = family_named(family).preset("classroom", load(data).kind, settings)
    own = {term.key for term in family_named(family).terms(config)}
    assert own <= said.keys() <= lab.keys()
    assert said == {key: pytest.approx(lab[key], rel=1e-4, abs=1e-6) for key in said}


def test_what_was_changed_on_the_way_is_in_the_script(tmp_path: Path) -> None:
    """A longer plan, another weight, another loss, a step of one player: the run is told from its beginning."""
    scripts, lab = {}, {}
    vae = trained("vae", "mnist5k", {})
    points = vae.advance(steps=5).points
    vae.reconfigure(vae.config.changed(beta=4.0, learning_rate=0.01))
    points += vae.advance(steps=3).points
    vae.reconfigure(vae.config.changed(steps=20, beta=2.0))
    points += vae.advance().points
    gan = trained("gan", "ring8", {})
    of_gan = gan.advance(steps=4).points
    of_gan += gan.advance(steps=1, part="generator").points
    gan.reconfigure(gan.config.changed(loss="hinge"))
    of_gan += gan.advance().points
    for name, trainer, curve in (("vae", vae, points), ("gan", gan, of_gan)):
        resumed = Trainer(trainer.family.name, trainer.config, trainer.data, trainer.seed)
        resumed.restore(trainer.checkpoint())
        lab[name], scripts[name] = curve[-1][1], script(asked(resumed, curve))
    (tmp_path / "mnist5k.pt").write_bytes(beside("mnist5k")["mnist5k.pt"])
    for name, said in run_alone(tmp_path, scripts).items():
        assert said == {key: pytest.approx(lab[name][key], rel=1e-4, abs=1e-6) for key in said}


def test_what_went_on_in_short_is_told_so(tmp_path: Path) -> None:
    trainer = trained("vae", "mnist5k", {})
    points = trainer.advance(steps=5).points
    goes_on = trained("vae", "mnist5k", {})
    for _ in range(2):  # who rests where it began is taken up there again
        goes_on.restore(in_short(trainer.checkpoint()))
    points += goes_on.advance().points
    text = script(asked(goes_on, points))
    assert "cut_short = [5]" in text
    assert "cut_short" not in script(asked(trainer, points[:-1]))
    (tmp_path / "mnist5k.pt").write_bytes(beside("mnist5k")["mnist5k.pt"])
    said = run_alone(tmp_path, {"vae": text})["vae"]
    assert said == {key: pytest.approx(points[-1][1][key], rel=1e-4, abs=1e-6) for key in said}


def test_a_run_of_many_steps_a_point_ends_at_its_mean(tmp_path: Path) -> None:
    trainer = trained("ae", "line", {"steps": 1300, "hidden": 8, "batch": 8})
    points = trainer.advance().points
    text = script(asked(trainer, points))
    assert asked(trainer, points).mean_from == points[-2][0] == 1298
    said = run_alone(tmp_path, {"ae": text})["ae"]
    assert said["mse"] == pytest.approx(points[-1][1]["mse"], rel=1e-4)


def test_a_stopped_run_ends_where_it_stopped(tmp_path: Path) -> None:
    trainer = trained("vae", "two_gaussians", {"steps": 400})
    points = trainer.advance(steps=70).points
    said = run_alone(tmp_path, {"vae": script(asked(trainer, points, whole=False))})["vae"]
    assert said["negative_elbo"] == pytest.approx(points[-1][1]["negative_elbo"], rel=1e-4)


@pytest.mark.parametrize("name", sorted(set(TOYS) - {"gan3", "vae3", "ae3"}))
def test_a_family_that_says_no_more_than_it_must_has_a_script(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FAMILIES, name, TOYS[name])
    monkeypatch.setattr("genlab.scripts.modules.OWN", ("genlab", "toys"))
    trainer = trained(name, "ring8", {})
    points = trainer.advance().points
    said = run_alone(tmp_path, {name: script(asked(trainer, points))})[name]
    assert said == {key: pytest.approx(points[-1][1][key], rel=1e-4) for key in said}


def test_a_script_has_only_what_its_run_does() -> None:
    text = script(asked_of("vae", "mnist5k", {}))
    for absent in ("genlab.", "importance_bound", "gaussian_", "bernoulli(", "warm_up)", "def frame", "live_nets"):
        assert absent not in text.split("seed = 3")[1].replace("(genlab/", "")
    assert "binary_cross_entropy_with_logits" in text
    text = script(asked_of("gan", "mnist5k", {"loss": "hinge"}))
    assert "hinge_discriminator" in text
    assert "OBJECTIVES" not in text
    assert "def conv" not in text
    assert "nn.Conv2d(1" not in text


def test_no_two_definitions_of_a_script_have_one_name() -> None:
    for family, data, settings in CASES.values():
        text = script(asked_of(family, data, settings))
        tree = ast.parse(text)
        names = [one.name for one in tree.body if isinstance(one, ast.FunctionDef | ast.ClassDef)]
        assert len(names) == len(set(names))
        assert max(map(len, text.splitlines())) <= 160


def asked_of(family: str, data: str, settings: Mapping[str, Any]) -> Asked:
    """A run that need not be trained to be told."""
    config = family_named(family).preset("classroom", load(data).kind, SMALL | dict(settings))
    return Asked(family, data, config.model_dump(), 3, config.steps, {})


def test_a_run_before_its_first_step_has_no_script() -> None:
    trainer = trained("ae", "line", {})
    with pytest.raises(ValueError, match="no step yet"):
        asked(trainer, [])


@pytest.mark.mnist
@pytest.mark.parametrize("data", ["mnist5k", "mnist"])
def test_images_come_through_torchvision_where_no_file_is_beside(data: str, tmp_path: Path) -> None:
    """The rule in the script's head gives the embedded digits, where all of MNIST is at hand."""
    trainer = trained("ae", data, {"net": "linear", "latents": 2})
    points = trainer.advance().points
    said = run_alone(tmp_path, {"ae": script(asked(trainer, points))})["ae"]
    assert said == {key: pytest.approx(points[-1][1][key], rel=1e-4) for key in said}


def test_tensors_beside_a_script_are_the_labs_images() -> None:
    import io

    parts = torch.load(io.BytesIO(beside("mnist5k")["mnist5k.pt"]))
    data: Any = load("mnist5k")
    assert torch.equal(parts["train"], torch.from_numpy(data.train_images.copy()))
    assert torch.equal(parts["test"], torch.from_numpy(data.test_images.copy()))
    assert beside("ring8") == {}


def test_no_file_goes_beside_a_script_of_what_torchvision_has(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise DataUnavailable(name)

    monkeypatch.setattr("genlab.scripts.found.load", absent)  # as on a machine without MNIST
    assert beside("mnist") == {}
