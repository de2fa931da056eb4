"""The aggregate posterior, against linear Gaussian encoders, whose aggregate is a normal in closed form."""

from __future__ import annotations

import math

import pytest
import torch
from scipy.integrate import trapezoid
from scipy.stats import norm

from genlab.aggregate import aggregate_density, decompose
from genlab.divergences import kl_gaussian, kl_to_standard_normal

COUNT = 2000


def encoded(weight: torch.Tensor, deviations: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Posteriors N(weight x, deviations^2) of x ~ N(0, I): q(z) = N(0, weight weight^T + deviations^2)."""
    x = torch.randn(COUNT, weight.shape[1], generator=torch.Generator().manual_seed(77), dtype=torch.float64)
    mean = x @ weight.T
    return mean, (2 * torch.log(deviations)).expand_as(mean)


def exact(weight: torch.Tensor, deviations: torch.Tensor) -> tuple[float, float]:
    """I(x; z) and KL(q(z) || p(z))."""
    noise = torch.diag(deviations.square())
    aggregate = weight @ weight.T + noise
    information = 0.5 * float(torch.logdet(aggregate) - torch.logdet(noise))
    zero, unit = torch.zeros(len(weight), dtype=torch.float64), torch.eye(len(weight), dtype=torch.float64)
    return information, float(kl_gaussian(zero, aggregate, zero, unit))


def double(values: list) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64)


@pytest.mark.parametrize(
    ("weight", "deviations"),
    [
        ([[0.8]], [0.6]),  # the aggregate is the prior
        ([[2.0]], [0.5]),  # too wide
        ([[0.0]], [1.0]),  # collapsed
        ([[0.9, 0.0], [0.0, 0.6]], [0.5, 0.8]),
        ([[0.8, 0.0], [0.8, 0.0]], [0.6, 0.6]),  # each latent is the prior, both together are not
    ],
)
def test_both_parts_are_what_the_closed_form_says(weight: list, deviations: list) -> None:
    information, divergence = exact(double(weight), double(deviations))
    found = decompose(*encoded(double(weight), double(deviations)))
    assert found.kl == pytest.approx(information + divergence, rel=0.05, abs=1e-9)
    margin = 4 * found.standard_error + 0.03
    assert found.information[0] <= information + margin
    assert found.information[1] >= information - margin
    assert found.information[1] - found.information[0] < 0.1
    assert found.marginal_kl[0] <= divergence + 0.05 * found.kl + margin
    assert found.marginal_kl[1] >= divergence - 0.05 * found.kl - margin
    for low, high in (found.information, found.marginal_kl):
        assert 0 <= low <= high <= found.kl
    assert found.information[0] + found.marginal_kl[1] == pytest.approx(found.kl)
    assert found.information[1] + found.marginal_kl[0] == pytest.approx(found.kl)


def test_each_latents_divergence_is_the_closed_forms() -> None:
    weight, deviations = double([[2.0, 0.0], [0.0, 0.3]]), double([0.5, 0.2])
    found = decompose(*encoded(weight, deviations))
    variances = weight.square().sum(1) + deviations.square()
    expected = kl_to_standard_normal(torch.zeros(2, dtype=torch.float64), variances.log())
    torch.testing.assert_close(found.marginal_kl_per_latent, expected, rtol=0, atol=0.06)


@pytest.mark.parametrize("centre", [0.0, 3.0, 1e4])
def test_the_most_is_near_the_truth_wherever_the_aggregate_lies(centre: float) -> None:
    """Ten latents N(centre + x_j / 2, 3/4): I = 5 log(4 / 3), whatever the centre."""
    information = 5 * math.log(4 / 3)
    found = []
    for seed in range(12):
        x = torch.randn(500, 10, generator=torch.Generator().manual_seed(100 + seed), dtype=torch.float64)
        parts = decompose(centre + x / 2, torch.full_like(x, math.log(0.75)), seed=seed)
        assert parts.information[1] == pytest.approx(information, abs=3 * parts.standard_error)
        found.append(parts.information[1])
    # Of 500 examples, drawn anew each time, the moments themselves vary by a few hundredths of a nat.
    assert sum(found) / len(found) == pytest.approx(information, abs=0.04)


def test_narrow_posteriors_do_not_lower_the_most() -> None:
    """Where each posterior is much narrower than the aggregate its own component must not count in the bound."""
    information = 5 * math.log(1 + 0.98 / 0.02)
    most = []
    for seed in range(6):
        x = torch.randn(500, 10, generator=torch.Generator().manual_seed(100 + seed), dtype=torch.float64)
        most.append(decompose(math.sqrt(0.98) * x, torch.full_like(x, math.log(0.02)), seed=seed).information[1])
    assert sum(most) / len(most) == pytest.approx(information, abs=0.08)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("log_variance", [-20.0, -35.0, -45.0, -80.0, -800.0])
def test_posteriors_too_narrow_to_meet_say_which_example_it_is(log_variance: float, dtype: torch.dtype) -> None:
    """Then q(z) at z_i is its own component over n: I = log n, and the marginal what remains of KL."""
    count = 200
    mean = torch.linspace(-2, 2, count, dtype=torch.float64).to(dtype)[torch.randperm(count)][:, None]
    found = decompose(mean, torch.full_like(mean, log_variance))
    assert found.information[0] == pytest.approx(math.log(count), abs=1e-4)
    assert float(found.marginal_kl_per_latent) == pytest.approx(found.kl - math.log(count), abs=1e-3)
    assert found.kl == pytest.approx((float(mean.double().square().mean()) - 1 - log_variance) / 2, rel=1e-6)
    # Two examples of each mean are one place less to tell apart: half as many, or one of all others.
    found = decompose(mean.repeat(2, 1), torch.full_like(mean, log_variance).repeat(2, 1))
    assert found.information == pytest.approx((math.log(count), math.log(2 * count - 1)), abs=1e-3)


def test_where_n_examples_are_too_few_the_bounds_say_so() -> None:
    """Forty nats of information cannot be seen with 2,000 examples: the least is below log n, the most above."""
    weight, deviations = torch.eye(10, dtype=torch.float64), torch.full((10,), 0.02, dtype=torch.float64)
    information, _ = exact(weight, deviations)
    assert information > 35
    found = decompose(*encoded(weight, deviations))
    assert found.information[0] <= math.log(COUNT) + 1e-9
    assert found.information[1] > information - 1
    assert found.marginal_kl[0] < 0.5


def test_the_density_is_that_of_the_mixture() -> None:
    mean, log_variance = encoded(double([[0.8], [0.0]]), double([0.6, 2.0]))
    at = torch.linspace(-12, 12, 601, dtype=torch.float64)
    density = aggregate_density(mean, log_variance, at)
    assert density.shape == (2, 601)
    for row in density:
        assert trapezoid(row.numpy(), at.numpy()) == pytest.approx(1, abs=1e-6)
    assert density[0].numpy() == pytest.approx(norm.pdf(at.numpy(), 0, 1), abs=0.02)
    assert density[1].numpy() == pytest.approx(norm.pdf(at.numpy(), 0, 2), abs=1e-9)


def test_the_same_seed_gives_the_same_estimate() -> None:
    given = encoded(double([[0.8]]), double([0.6]))
    assert decompose(*given, seed=1).information == decompose(*given, seed=1).information


@pytest.mark.parametrize("shapes", [((3, 2), (3, 1)), ((1, 2), (1, 2)), ((4,), (4,))])
def test_wrong_shapes_are_refused(shapes: tuple[tuple[int, ...], tuple[int, ...]]) -> None:
    with pytest.raises(ValueError, match=r"got .*; allowed: "):
        decompose(*(torch.zeros(shape) for shape in shapes))
