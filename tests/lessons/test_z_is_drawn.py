"""Chapter 5: each of its experiments, and what its reveals claim; its stage shows the model's own code."""

from __future__ import annotations

import math

import pytest
import torch

from genlab.lessons.chapters.drawn import experiments
from genlab.views.measure.sampling import lines_of_code

SEEDS = range(2)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_digit_stays_itself(seed: int) -> None:
    found = experiments.resampled(seed)
    assert found.holds
    assert 93 < found.numbers["kept"] < 98
    assert 90 < found.numbers["threes"] <= 100
    assert found.numbers["changed"] > 0.05
    (sheet,) = found.figures
    assert sheet.kind == "sheet"
    assert sheet.columns == 10


@pytest.mark.parametrize("seed", SEEDS)
def test_a_latent_like_the_prior_moves_nothing(seed: int) -> None:
    found = experiments.unused(seed)
    assert found.holds
    assert found.numbers["count"] == 4
    assert 0.98 < found.numbers["sigma_least"] < 1
    assert 0.1 < found.numbers["sigma_most"] < 0.15
    assert found.numbers["change_least"] < 0.01 < 0.25 < found.numbers["change_most"]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_score_function_is_some_thousand_times_as_noisy(seed: int) -> None:
    found = experiments.two_gradients(seed)
    assert found.holds
    assert 1000 < found.numbers["median"] < 20_000
    assert 5 < found.numbers["baseline"] < 40


@pytest.mark.parametrize("seed", SEEDS)
def test_uniform_noise_has_its_own_kl(seed: int) -> None:
    found = experiments.uniform_noise(seed)
    assert found.holds
    # of one mean and deviation, two distributions' KL to the prior differ by their entropies alone
    entropies = 0.5 * math.log(2 * math.pi * math.e) - math.log(2 * math.sqrt(3))
    assert found.numbers["more"] == pytest.approx(20 * entropies, rel=1e-3)


def test_the_lines_of_code_are_the_models() -> None:
    lines = [line for _parts, line in lines_of_code("vae")]
    assert [line.partition(" = ")[0] for line in lines] == ["mean, log_variance", "eps", "z", "output"]
    mean, log_variance, eps = torch.randn(3, 1, 20)
    known = {"torch": torch, "mean": mean, "log_variance": log_variance, "eps": eps}
    exec(lines[2], known)
    assert torch.equal(known["z"], mean + (log_variance / 2).exp() * eps)
