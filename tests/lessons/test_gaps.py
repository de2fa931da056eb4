"""Chapter 4: each of its experiments, and what its reveals claim."""

from __future__ import annotations

import pytest
import torch

from genlab.lessons.chapters.gaps import experiments
from genlab.lessons.digits import digits

SEEDS = range(2)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_code_gives_a_pale_digit_of_three_kinds(seed: int) -> None:
    found = experiments.random_codes(seed)
    numbers = found.numbers
    assert found.holds
    assert 58 < numbers["three"] < 70
    assert 30 < numbers["three_vae"] < 42
    assert 85 < numbers["unsure"] < 94
    assert 55 < numbers["unsure_vae"] < 66
    assert numbers["unsure_real"] < 3
    assert 65 < numbers["frechet"] < 85
    assert 17 < numbers["frechet_vae"] < 25
    assert 1.9 < numbers["deviation"] < 2.2
    sheet, bars = found.figures
    assert sheet.kind == "sheet"
    assert sheet.columns == 16
    assert bars.kind == "bars"
    assert all(sum(series.y) == pytest.approx(100) for series in bars.series)
    assert sum(sorted(bars.series[0].y)[-3:]) == pytest.approx(numbers["three"])


@pytest.mark.parametrize("seed", SEEDS)
def test_the_codes_own_normal_mends_half(seed: int) -> None:
    found = experiments.fitted_normal(seed)
    assert found.holds
    assert 30 < found.numbers["after"] < 40
    assert 1.5 < found.numbers["rebuilt"] < 3


def test_the_fitted_normal_is_that_of_the_codes() -> None:
    codes = experiments.codes_of(experiments.AE, digits().train)
    drawn = torch.cat([experiments.like_the_codes(seed) for seed in range(5)])
    assert float((drawn.mean(dim=0) - codes.mean(dim=0)).abs().max()) < 0.12
    off = torch.cov(drawn.T) - torch.cov(codes.T)
    assert float(off.norm() / torch.cov(codes.T).norm()) < 0.08


@pytest.mark.parametrize("seed", SEEDS)
def test_the_vaes_draws_are_not_fine(seed: int) -> None:
    found = experiments.draws_of_the_vae(seed)
    assert found.holds
    assert 50 < found.numbers["draws"] < 70
    assert 5 < found.numbers["rebuilt"] < 11


@pytest.mark.parametrize("seed", SEEDS)
def test_halfway_both_break(seed: int) -> None:
    found = experiments.halfway(seed)
    assert found.holds
    assert 60 < found.numbers["ae"] < 80
    assert 60 < found.numbers["vae"] < 80
