"""Wrong input on the command line: exit 2, one clear line, and nothing written."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import genlab as package
from genlab.data import available
from genlab.models import FAMILIES

NAMES = ", ".join(FAMILIES)
AE = ("train", "ae", "--steps", "20", "--threads", "1")


def refused(outcome: Any, *parts: str) -> None:
    """Exit 2, nothing on stdout, one line on stderr that says all of `parts`."""
    assert (outcome.status, outcome.out) == (2, ""), outcome.err
    assert outcome.err.startswith("genlab: ")
    assert outcome.err.endswith("\n")
    assert len(outcome.err.splitlines()) == 1
    assert "Traceback" not in outcome.err
    for part in parts:
        assert part in outcome.err


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (("train", "pca"), [f"family: got 'pca', allowed: {NAMES}"]),
        (("train",), [f"needs a family ({NAMES}) and --out"]),
        ((*AE, "--data", "cifar"), ["data set: got 'cifar', allowed: mnist5k, "]),
        ((*AE, "--preset", "worst"), ["preset: got 'worst', allowed: best, classroom"]),
        ((*AE, "--set", "colour=1"), ["setting: got 'colour', allowed: one of steps, "]),
        ((*AE, "--set", "latents"), ["--set: got 'latents', allowed: FIELD=VALUE"]),
        ((*AE, "--set", "latents=99"), ["latents: got '99', allowed: whole numbers from 1 to 64"]),
        ((*AE, "--set", "latents="), ["latents: got '', allowed: "]),
        ((*AE, "--set", "learning_rate=nan"), ["learning_rate: got ", "nan", "allowed: numbers from 1e-05 to 0.1"]),
        ((*AE, "--set", "learning_rate=1\n2"), ["learning_rate: got '1\\n2'"]),
        ((*AE, "--set", "net=transformer"), ["net: got 'transformer', allowed: linear, mlp, conv"]),
        ((*AE, "--data", "ring8", "--set", "net=conv"), ["net: got 'conv', allowed on points: linear, mlp"]),
        (("train", "vae", "--data", "ring8", "--set", "likelihood=bernoulli"), ["likelihood: got 'bernoulli'"]),
        (("train", "vae", "--data", "ring8", "--set", "binarise=true"), ["binarise: got true"]),
        (("train", "ae", "--steps", "5"), ["steps: got 5, allowed: whole numbers from 10 to 1000000"]),
        (("train", "ae", "--steps", "many"), ["--steps", "'many'"]),
        (("train", "ae", "--seconds", "0"), ["--seconds", "got 0, allowed: a number above 0"]),
        (("train", "ae", "--seconds", "nan"), ["--seconds", "got nan"]),
        (("train", "ae", "--seconds", "inf"), ["--seconds", "got inf"]),
        (("train", "ae", "--seconds", "soon"), ["--seconds", "'soon'"]),
        (("train", "ae", "--epochs", "-1"), ["--epochs", "got -1"]),
        (("train", "ae", "--epochs", "1e9"), ["steps: got ", "allowed: whole numbers from 10 to 1000000"]),
        (("train", "ae", "--data", "ring8", "--epochs", "1"), ["--epochs", "ring8 is drawn without end"]),
        (("train", "ae", "--epochs", "1", "--steps", "20"), ["not allowed with"]),
        (("train", "ae", "--threads", "0"), ["--threads: got 0, allowed: 1 or more"]),
        ((*AE, "--seed", "-1"), ["seed: got -1, allowed: whole numbers from 0 to 2147483647"]),
        ((*AE, "--seed", "9" * 30), ["seed: got 999"]),
        ((*AE, "--colour", "red"), ["--colour"]),
    ],
    ids=lambda value: " ".join(value)[:60].replace("\n", "~"),
)
def test_train(arguments: tuple[str, ...], parts: list[str], genlab: Callable[..., Any], tmp_path: Path) -> None:
    refused(genlab(*arguments, "--out", tmp_path / "a"), *parts)
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize(
    "arguments",
    [("gan",), ("--data", "ring8"), ("--preset", "best"), ("--seed", "0"), ("--out", "elsewhere")],
    ids=lambda value: value[0],
)
def test_what_a_resumed_run_is_cannot_be_said_again(
    arguments: tuple[str, ...], genlab: Callable[..., Any], tmp_path: Path
) -> None:
    refused(
        genlab("train", *arguments, "--resume", tmp_path), arguments[0].strip("-") if "-" in arguments[0] else "family"
    )
    assert list(tmp_path.iterdir()) == []


def test_data_that_is_not_here_says_how_to_get_it(
    genlab: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GENLAB_DATA", raising=False)
    assert not available("kmnist")
    refused(genlab(*AE, "--data", "kmnist", "--out", tmp_path / "a"), "python -m genlab data get kmnist")


def test_train_never_writes_over_what_is_there(genlab: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    refused(genlab(*AE, "--out", tmp_path), "--out: got ", "not empty; allowed: a new or empty folder")
    refused(genlab(*AE, "--out", tmp_path / "notes.txt"), "--out: got ")
    refused(genlab(*AE, "--out", tmp_path / "notes.txt" / "a"), "notes.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_resuming(genlab: Callable[..., Any], trained: Any, tmp_path: Path) -> None:
    folder = trained("ae", "mnist5k")
    refused(genlab("train", "--resume", tmp_path / "nothing"), "nothing")
    refused(genlab("train", "--resume", folder, "--set", "hidden=64"), "hidden: fixed once a run has begun")
    refused(genlab("train", "--resume", folder, "--set", "batch=64"), "batch: fixed once a run has begun")
    refused(genlab("train", "--resume", folder, "--set", "noise=2"), "noise: got '2', allowed: numbers from 0 to 1")
    refused(genlab("train", "--resume", folder, "--epochs", 3), "--epochs")


@pytest.mark.parametrize("verb", ["evaluate", "sample", "encode", "decode", "reconstruct"])
def test_a_folder_that_is_no_bundle(verb: str, genlab: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.zip").write_text("no zip")
    rest = {"evaluate": [], "sample": ["--out", tmp_path / "x"]}.get(
        verb, ["--in", tmp_path / "a.npy", "--out", tmp_path / "x"]
    )
    for name in ("absent", "empty", "text.zip"):
        refused(genlab(verb, tmp_path / name, *rest))
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("--n", "0"), "--n: got 0, allowed: 1 to 1000000"),
        (("--n", "-3"), "--n: got -3"),
        (("--n", "2000000"), "--n: got 2000000"),
        (("--n", "some"), "'some'"),
        (("--seed", "-1"), "seed: got -1"),
        (("--seed", "9" * 30), "seed: got 999"),
    ],
)
def test_sample(
    arguments: tuple[str, ...], part: str, genlab: Callable[..., Any], trained: Any, tmp_path: Path
) -> None:
    refused(genlab("sample", trained("ae", "mnist5k"), *arguments, "--out", tmp_path / "x.npy"), part)
    assert not (tmp_path / "x.npy").exists()


def test_sample_into_a_folder_that_is_not_there(genlab: Callable[..., Any], trained: Any, tmp_path: Path) -> None:
    refused(genlab("sample", trained("ae", "mnist5k"), "--out", tmp_path / "no" / "x.npy"), "x.npy")


ARRAYS: dict[str, tuple[Any, str]] = {
    "shape": (np.zeros((3, 1, 27, 28), np.float32), "got shape [3, 1, 27, 28], allowed: float [n, 1, 28, 28]"),
    "flat shape": (np.zeros((3, 783), np.float32), "got shape [3, 783]"),
    "one image": (np.zeros(784, np.float32), "got shape [784]"),
    "scalar": (np.float32(1), "got shape []"),
    "bool": (np.zeros((3, 784), bool), "got bool"),
    "complex": (np.zeros((3, 784), complex), "got complex128"),
    "text": (np.full((3, 784), "a"), "got <U1"),
    "bytes of pixels": (np.full((3, 784), 255, np.uint8), "got pixels from 255 to 255, allowed: 0 to 1"),
    "negative": (np.full((3, 784), -0.1), "got pixels from -0.1 to -0.1"),
    "nan": (np.full((3, 784), np.nan), "got NaN or infinity"),
    "infinite": (np.full((3, 784), np.inf), "got NaN or infinity"),
    "overflow": (np.full((3, 784), 1e300), "got NaN or infinity"),
}


@pytest.mark.parametrize("name", ARRAYS)
@pytest.mark.parametrize("verb", ["encode", "reconstruct"])
def test_arrays(verb: str, name: str, genlab: Callable[..., Any], trained: Any, tmp_path: Path) -> None:
    array, part = ARRAYS[name]
    np.save(tmp_path / "in.npy", array)
    folder = trained("ae", "mnist5k")
    refused(genlab(verb, folder, "--in", tmp_path / "in.npy", "--out", tmp_path / "out.npy"), "--in: ", part)
    assert not (tmp_path / "out.npy").exists()


class Evil:
    """What would write a file if it were unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return Path.touch, (self.path,)


def test_files_that_are_no_arrays(genlab: Callable[..., Any], trained: Any, tmp_path: Path) -> None:
    trap = tmp_path / "sprung"
    objects = np.empty((3, 784), object)
    objects[:] = Evil(trap)
    np.save(tmp_path / "objects.npy", objects, allow_pickle=True)
    (tmp_path / "pickle.npy").write_bytes(pickle.dumps(Evil(trap)))
    (tmp_path / "text.npy").write_text("0 1 2")
    (tmp_path / "empty.npy").touch()
    np.save(tmp_path / "whole.npy", np.zeros((3, 784)))
    (tmp_path / "cut.npy").write_bytes((tmp_path / "whole.npy").read_bytes()[:500])
    np.savez(tmp_path / "many.npz", a=np.zeros((3, 784)))
    for name in ("objects.npy", "pickle.npy", "text.npy", "empty.npy", "cut.npy", "many.npz", "absent.npy", "."):
        outcome = genlab("encode", trained("ae", "mnist5k"), "--in", tmp_path / name, "--out", tmp_path / "out.npy")
        refused(outcome)
    assert not trap.exists()
    assert not (tmp_path / "out.npy").exists()


def test_latents_of_the_wrong_size(genlab: Callable[..., Any], trained: Any, tmp_path: Path) -> None:
    np.save(tmp_path / "z.npy", np.zeros((3, 19)))
    outcome = genlab("decode", trained("ae", "mnist5k"), "--in", tmp_path / "z.npy", "--out", tmp_path / "x.npy")
    refused(outcome, "--in: got shape [3, 19], allowed: float [n, 20]")


@pytest.mark.parametrize("verb", ["encode", "reconstruct"])
def test_a_gan_cannot_encode(verb: str, genlab: Callable[..., Any], trained: Any, tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.zeros((3, 784)))
    outcome = genlab(verb, trained("gan", "mnist5k"), "--in", tmp_path / "x.npy", "--out", tmp_path / "z.npy")
    refused(outcome, f"{verb}: a gan has no encoder; allowed: sample, decode")


def test_evaluating_on_data_of_another_shape(genlab: Callable[..., Any], trained: Any) -> None:
    outcome = genlab("evaluate", trained("ae", "mnist5k"), "--data", "ring8")
    refused(outcome, "--data: ring8 has examples of shape [2], allowed: [1, 28, 28]")
    refused(genlab("evaluate", trained("ae", "mnist5k"), "--data", "cifar"), "data set: got 'cifar'")


@pytest.mark.parametrize("arguments", [(), ("paint",), ("data",), ("data", "get", "cifar"), ("runs", "paint")])
def test_commands_that_do_not_exist(arguments: tuple[str, ...], genlab: Callable[..., Any]) -> None:
    refused(genlab(*arguments))


def test_runs(genlab: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENLAB_STORE", f"sqlite:///{tmp_path / 'store.sqlite'}")
    refused(genlab("runs", "export", "nobody", tmp_path / "x.zip"), "run: got 'nobody'")
    refused(genlab("runs", "resume", "nobody"), "run: got 'nobody'")
    refused(genlab("runs", "import", tmp_path / "absent.zip"), "absent.zip")
    (tmp_path / "text.zip").write_text("no zip")
    refused(genlab("runs", "import", tmp_path / "text.zip"), "zip")
    assert not (tmp_path / "x.zip").exists()


@pytest.mark.parametrize("address", ["nonsense", "sqlite:///{folder}", "oracle9://nowhere/db"])
def test_a_store_that_cannot_be_opened(
    address: str, genlab: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GENLAB_STORE", address.format(folder=tmp_path))
    refused(genlab("runs", "list"), "GENLAB_STORE")


def test_help_is_no_error(genlab: Callable[..., Any]) -> None:
    for arguments in (("--help",), ("train", "--help"), ("runs", "import", "--help")):
        outcome = genlab(*arguments)
        assert (outcome.status, outcome.err) == (0, "")
        assert outcome.out.startswith("usage: python -m genlab")


def test_as_a_program() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "genlab", "train", "pca", "--out", "never"],
        capture_output=True,
        text=True,
        cwd=Path(package.__file__).parents[1],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"genlab: family: got 'pca', allowed: {NAMES}\n"
