"""`evaluate`, `sample`, `encode`, `decode`, `reconstruct`: shapes, types, ranges, and that they say the same."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from genlab.data import load
from genlab.runs.bundle import read_bundle

LATENTS = {"ae": 20, "vae": 20, "gan": 64}


def pixels(count: int) -> np.ndarray:
    data: Any = load("mnist5k")
    return (data.test_images[:count, None] / 255).astype(np.float32)


@pytest.mark.parametrize(
    ("family", "data"), [("ae", "mnist5k"), ("vae", "mnist5k"), ("gan", "mnist5k"), ("vae", "ring8")]
)
def test_evaluating_again_gives_what_training_kept(
    family: str, data: str, genlab: Callable[..., Any], trained: Any
) -> None:
    folder = trained(family, data)
    outcome = genlab("evaluate", folder, "--json")
    assert outcome.status == 0, outcome.err
    (line,) = outcome.out.splitlines()
    said = json.loads(line)
    assert (said["family"], said["data"]) == (family, data)
    rulers = {"rulers"} if "frechet" in said["metrics"] else set()
    assert said.keys() == {"family", "data", "metrics"} | rulers
    for digest in said.get("rulers", {}).values():
        assert re.fullmatch("[0-9a-f]{64}", digest)
    assert said["metrics"] == pytest.approx(read_bundle(folder).metrics, rel=1e-4, abs=1e-6)


def test_a_runs_moments_are_told(genlab: Callable[..., Any], trained: Any) -> None:
    folder = trained("vae", "mnist5k")
    said = json.loads(genlab("evaluate", folder, "--over-frames", "--json").out)
    kept = [(step, values["frechet"]) for step, values in read_bundle(folder).points if "frechet" in values]
    assert [(moment["step"], moment["frechet"]) for moment in said["over_frames"]] == kept
    assert said["over_frames"][-1].keys() == {"step", "frechet", "frechet_floor", "coverage", "coverage_floor"}
    assert "frechet_floor" in genlab("evaluate", folder, "--over-frames").out
    refused = genlab("evaluate", trained("ae", "mnist5k"), "--over-frames")
    assert (refused.status, refused.out) == (2, "")
    assert "--over-frames: got a run without such moments" in refused.err


@pytest.mark.parametrize("family", LATENTS)
def test_samples_are_pixels_and_a_seed_repeats_them(
    family: str, genlab: Callable[..., Any], trained: Any, tmp_path: Path
) -> None:
    folder = trained(family, "mnist5k")
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        outcome = genlab("sample", folder, "--n", 9, "--seed", seed, "--out", tmp_path / name)
        assert (outcome.status, outcome.out) == (0, ""), outcome.err
    one, same, other = (np.load(tmp_path / name) for name in "abc")
    assert (one.shape, one.dtype) == ((9, 1, 28, 28), np.float32)
    assert 0 <= one.min() < one.max() <= 1
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


def test_samples_of_points(genlab: Callable[..., Any], trained: Any, tmp_path: Path) -> None:
    assert genlab("sample", trained("vae", "ring8"), "--n", 5, "--out", tmp_path / "a.npy").status == 0
    drawn = np.load(tmp_path / "a.npy")
    assert (drawn.shape, drawn.dtype) == ((5, 2), np.float32)


@pytest.mark.parametrize("family", ["ae", "vae"])
def test_reconstructing_is_encoding_and_decoding(
    family: str, genlab: Callable[..., Any], trained: Any, tmp_path: Path
) -> None:
    folder = trained(family, "mnist5k")
    np.save(tmp_path / "x.npy", pixels(6))
    for verb, source, target in (("encode", "x", "z"), ("decode", "z", "y"), ("reconstruct", "x", "r")):
        outcome = genlab(verb, folder, "--in", tmp_path / f"{source}.npy", "--out", tmp_path / f"{target}.npy")
        assert outcome.status == 0, outcome.err
    z, y, r = (np.load(tmp_path / f"{name}.npy") for name in "zyr")
    assert (z.shape, z.dtype) == ((6, LATENTS[family]), np.float32)
    assert (r.shape, r.dtype) == ((6, 1, 28, 28), np.float32)
    assert 0 <= r.min() < r.max() <= 1
    np.testing.assert_allclose(y, r, atol=1e-6)
    assert len(np.unique(z, axis=0)) == 6


def test_encoding_points_gives_means(genlab: Callable[..., Any], trained: Any, tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.zeros((4, 2), np.float32))
    outcome = genlab("encode", trained("vae", "ring8"), "--in", tmp_path / "x.npy", "--out", tmp_path / "z.npy")
    assert outcome.status == 0, outcome.err
    z = np.load(tmp_path / "z.npy")
    assert z.shape == (4, 2)
    assert (z == z[0]).all()


@pytest.mark.parametrize("shape", [(6, 784), (6, 28, 28), (6, 1, 28, 28)])
@pytest.mark.parametrize("dtype", [np.float64, np.float16, np.float32])
def test_images_may_come_flat_and_in_other_floats(
    shape: tuple[int, ...], dtype: type, genlab: Callable[..., Any], trained: Any, tmp_path: Path
) -> None:
    for name, array in (("plain", pixels(6)), ("other", pixels(6).reshape(shape).astype(dtype))):
        np.save(tmp_path / f"{name}.npy", array)
        outcome = genlab("encode", trained("ae", "mnist5k"), "--in", tmp_path / f"{name}.npy", "--out", tmp_path / name)
        assert outcome.status == 0, outcome.err
    np.testing.assert_allclose(np.load(tmp_path / "plain"), np.load(tmp_path / "other"), atol=1e-2)


def test_a_gan_decodes(genlab: Callable[..., Any], trained: Any, tmp_path: Path) -> None:
    np.save(tmp_path / "z.npy", np.random.default_rng(0).normal(size=(3, LATENTS["gan"])))
    outcome = genlab("decode", trained("gan", "mnist5k"), "--in", tmp_path / "z.npy", "--out", tmp_path / "x.npy")
    assert outcome.status == 0, outcome.err
    assert np.load(tmp_path / "x.npy").shape == (3, 1, 28, 28)


def test_no_examples_give_no_examples(genlab: Callable[..., Any], trained: Any, tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.zeros((0, 1, 28, 28), np.float32))
    outcome = genlab("encode", trained("ae", "mnist5k"), "--in", tmp_path / "x.npy", "--out", tmp_path / "z.npy")
    assert outcome.status == 0, outcome.err
    assert np.load(tmp_path / "z.npy").shape == (0, LATENTS["ae"])
