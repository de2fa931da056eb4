"""Precision, recall, density, coverage and KID: closed cases, their laws, and another library."""

from __future__ import annotations

import pytest
import torch
from sklearn.metrics.pairwise import polynomial_kernel
from sklearn.neighbors import NearestNeighbors
from torch import Tensor

from genlab.nearness import NEIGHBOURS, Nearness, Neighbourhoods, kernel_distance, mmd, reach


def nearness(real: Tensor, drawn: Tensor, neighbours: int = NEIGHBOURS) -> Nearness:
    return Neighbourhoods(real, neighbours).nearness(drawn)


def cloud(count: int, seed: int, shift: float = 0.0, width: float = 1.0, dimensions: int = 6) -> Tensor:
    rng = torch.Generator().manual_seed(seed)
    return shift + width * torch.randn(count, dimensions, generator=rng, dtype=torch.float64)


def test_a_ball_reaches_to_the_kth_neighbour_of_another_library() -> None:
    points = cloud(1300, 0)  # more than a block
    apart, _ = NearestNeighbors(n_neighbors=NEIGHBOURS + 1).fit(points.numpy()).kneighbors(points.numpy())
    assert reach(points, NEIGHBOURS).numpy() == pytest.approx(apart[:, -1])


def test_counts_on_a_line() -> None:
    real = torch.tensor([[0.0], [1.0], [2.0], [10.0]], dtype=torch.float64)
    drawn = torch.tensor([[0.5], [1.5], [30.0]], dtype=torch.float64)
    # Balls of one neighbour: real 1, 1, 1, 8; drawn 1, 1, 28.5.
    found = nearness(real, drawn, neighbours=1)
    # .5 and 1.5 lie in the balls of two of 0, 1, 2 each, 1.5 in no other: 10 - 8 is 2; 30 lies in none.
    assert found.precision == pytest.approx(2 / 3)
    assert found.density == pytest.approx(4 / 3)
    assert found.coverage == pytest.approx(3 / 4)
    # 0, 1 and 2 lie in the balls of .5 and 1.5, 10 in that of 30.
    assert found.recall == pytest.approx(1)


def test_equals_are_near_and_strangers_are_not() -> None:
    real = cloud(1500, 0)
    same, far = nearness(real, cloud(1500, 1)), nearness(real, cloud(1500, 1, shift=20))
    assert same.density == pytest.approx(1, abs=0.05)  # its mean is 1 between equals
    assert same.coverage == pytest.approx(1 - 0.5**NEIGHBOURS, abs=0.03)  # Naeem et al. 2020, proposition 2
    assert far == (0, 0, 0, 0)


def test_a_mode_that_is_missed_costs_recall_and_coverage_but_no_precision() -> None:
    real = torch.cat([cloud(800, 0), cloud(800, 1, shift=20)])
    found = nearness(real, cloud(800, 2))
    assert found.precision > 0.8
    assert found.recall < 0.55
    assert found.coverage < 0.55


def test_mmd_is_that_of_another_library() -> None:
    x, y = cloud(60, 0), cloud(60, 1, shift=0.3)
    tables = [polynomial_kernel(a, b, degree=3) for a, b in ((x, x), (y, y), (x, y))]
    among = [(table.sum() - table.trace()) / (60 * 59) for table in tables[:2]]
    assert mmd(x, y) == pytest.approx(among[0] + among[1] - 2 * tables[2].mean())


def test_mmd_is_unbiased_and_its_error_is_its_spread() -> None:
    zero = torch.tensor([mmd(cloud(40, 2 * seed), cloud(40, 2 * seed + 1)) for seed in range(400)])
    assert abs(zero.mean()) < 4 * zero.std() / 20
    found = kernel_distance(cloud(3000, 0), cloud(3000, 1, shift=0.5))
    assert found.value > 10 * found.error
    assert found == kernel_distance(cloud(3000, 0), cloud(3000, 1, shift=0.5))


def test_a_shift_is_seen_as_it_grows() -> None:
    values = [kernel_distance(cloud(800, 0), cloud(800, 1, shift=shift)).value for shift in (0.0, 0.5, 1.0)]
    assert values == sorted(values)


@pytest.mark.parametrize("count", [1, 5])
def test_too_few_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match="more than 5"):
        nearness(cloud(count, 0), cloud(50, 1))
    with pytest.raises(ValueError, match="2 or more"):
        kernel_distance(cloud(1, 0), cloud(50, 1))
