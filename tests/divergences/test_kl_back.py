"""KL(p_data || p_g) from samples of p_g against quadrature: right where p_g draws, too small where it hardly does."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from divergences.test_divergences_measured import CASES, TIES, N, Sampler, clouds, moved, scattered

from genlab.data.points import POINTS, PointData, make_points
from genlab.divergences import SampledDivergences, kl_to_samples

# p_g lies about the data, nowhere much thinner than they do.
ABOUT = (
    "ring8, 1.25 as wide", "ring8, twice as wide", "ring8, with noise", "three_gaussians_1d, 1.5 as wide",
    "spiral, 1.5 as wide", "spiral, a normal",
)  # fmt: skip
# p_g leaves out some of the data, or is thin where they are dense.
THIN = (
    "ring8, half as wide", "ring8, a mode lost", "ring8, shifted", "two_gaussians, turned", "one_gaussian_1d, shifted",
    "two_gaussians_1d, half as wide", "three_gaussians_1d, a mode lost", "line, shrunk", "spiral, turned",
)  # fmt: skip


def truth(data: PointData, sampler: Sampler) -> float:
    """KL(p_data || p_g), nats, on a grid whose cells are half as wide as the narrowest cloud or less."""
    side, reach = (60_000, 6.0) if data.dimensions == 1 else (600, 1.6)
    line = (torch.arange(side, dtype=torch.float64) + 0.5) / side * 2 * reach - reach
    at = line[:, None] if data.dimensions == 1 else torch.cartesian_prod(line, line)
    log_p = data.log_density(at)
    parts = torch.where(log_p > -700, log_p.exp() * (log_p - sampler.log_density(at)), 0.0)
    return float(parts.sum()) * (2 * reach / side) ** data.dimensions


def read(data: PointData, sampler: Sampler, seeds: int) -> float:
    ruler = SampledDivergences(data)
    samples = [sampler.sample(N, torch.Generator().manual_seed(seed)).float() for seed in range(seeds)]
    return float(np.mean([ruler.kl_back(x).value for x in samples]))


@pytest.mark.parametrize("case", ABOUT)
def test_samples_about_the_data_tell_it(case: str) -> None:
    name, make = CASES[case]
    data = make_points(name)
    sampler = make(data)
    kl = truth(data, sampler)
    assert read(data, sampler, 4) == pytest.approx(kl, abs=max(0.03, 0.1 * kl))


@pytest.mark.parametrize("case", THIN)
def test_where_hardly_anything_is_drawn_it_reads_too_little_and_never_too_much(case: str) -> None:
    name, make = CASES[case]
    data = make_points(name)
    sampler = make(data)
    kl, found = truth(data, sampler), read(data, sampler, 2)
    assert 0.03 < found < kl + 0.03


def test_the_closed_form_of_two_normals() -> None:
    """KL(N(0, 1) || N(m, s^2)) = log s + (1 + m^2) / (2 s^2) - 1/2."""
    data = make_points("one_gaussian_1d")
    mean, std = float(data.sample(200_000, torch.Generator().manual_seed(0)).mean()), 1.5
    assert read(data, moved(data, std, mean * (1 - std)), 4) == pytest.approx(
        math.log(std) + 0.5 / std**2 - 0.5, abs=0.03
    )


@pytest.mark.parametrize("name", POINTS)
@pytest.mark.parametrize("count", [500, 2048, 10_000])
def test_a_perfect_sampler_reads_nothing_but_noise(name: str, count: int) -> None:
    data = make_points(name)
    ruler = SampledDivergences(data)
    readings = [ruler.kl_back(data.sample(count, torch.Generator().manual_seed(seed))) for seed in range(4)]
    assert sum(reading.band[0] == 0 for reading in readings) >= 2
    assert np.mean([reading.value for reading in readings]) < 4 / count**0.5


def test_the_more_is_lost_the_more_it_costs() -> None:
    data = make_points("ring8")
    costs = [read(data, clouds(data, lost=lost), 1) for lost in (0, 1, 3, 6)]
    assert costs == sorted(costs)
    assert costs[1] > 0.3


@pytest.mark.parametrize("case", TIES)
def test_samples_that_coincide_are_read_as_far_as_numbers_go(case: str) -> None:
    assert 1 < kl_to_samples(make_points("ring8"), TIES[case]) < 1000


def test_samples_where_no_data_can_be_are_counted_as_lost() -> None:
    boxes = make_points("disjoint")
    samples = boxes.sample(N, torch.Generator().manual_seed(0))
    astray = samples.clone()
    astray[: N // 2] += 5.0
    # Half of the samples are elsewhere: p_g is half as dense where the data are.
    assert kl_to_samples(boxes, astray) == pytest.approx(math.log(2), abs=0.1)
    assert kl_to_samples(boxes, samples) < 0.1


def test_its_arguments_are_those_of_the_other_way() -> None:
    data = make_points("ring8")
    for k in (0, 9, 2.5):
        with pytest.raises(
            ValueError, match=r"^k must be a number of neighbours, got .*; allowed: whole numbers, 1 to 8"
        ):
            kl_to_samples(data, scattered()[:8], k)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="finite"):
        kl_to_samples(data, torch.full((10, 2), math.nan))
    with pytest.raises(ValueError, match="8 and above"):
        kl_to_samples(data, torch.zeros(3, 2))
    assert kl_to_samples(data, scattered(), 5) == kl_to_samples(data, scattered().flip(0), 5)
