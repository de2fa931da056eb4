"""Laplace in the normal's place: its KL against quadrature and torch.distributions, its draws against quantiles."""

from __future__ import annotations

import math

import pytest
import torch
from divergences.divergence_cases import tensor
from hypothesis import given
from hypothesis import strategies as st
from torch.distributions import Laplace, Normal, kl_divergence

from genlab.divergences import kl_to_standard_laplace, standard_laplace

means = st.floats(-20, 20)
log_variances = st.floats(-12, 6)
STANDARD = Laplace(tensor(0.0), tensor(1 / math.sqrt(2)))


def laplace(mean: float, log_variance: float) -> Laplace:
    """The Laplace distribution of this mean and variance."""
    return Laplace(tensor(mean), tensor(math.exp(log_variance / 2) / math.sqrt(2)))


@given(means, log_variances)
def test_it_is_that_of_torch_distributions_and_never_below_zero(mean: float, log_variance: float) -> None:
    found = kl_to_standard_laplace(tensor(mean), tensor(log_variance))
    torch.testing.assert_close(found, kl_divergence(laplace(mean, log_variance), STANDARD), rtol=1e-9, atol=1e-9)
    assert found >= 0


@pytest.mark.parametrize(("mean", "log_variance"), [(0.0, 0.0), (1.3, -1.0), (-0.2, 0.7), (3.0, -4.0)])
def test_it_is_the_integral(mean: float, log_variance: float) -> None:
    q = laplace(mean, log_variance)
    z = torch.linspace(-60, 60, 2_000_001, dtype=torch.float64)
    integrand = q.log_prob(z).exp() * (q.log_prob(z) - STANDARD.log_prob(z))
    expected = torch.trapezoid(integrand, z)
    torch.testing.assert_close(
        kl_to_standard_laplace(tensor(mean), tensor(log_variance)), expected, rtol=1e-6, atol=1e-6
    )


def test_near_the_prior_float32_keeps_its_digits() -> None:
    small = tensor([1e-4, 3e-3])
    exact = kl_to_standard_laplace(small, -small)
    torch.testing.assert_close(kl_to_standard_laplace(small.float(), -small.float()).double(), exact, rtol=1e-3, atol=0)


@given(st.floats(-7, 7))
def test_a_draw_keeps_its_share_of_the_probability(normal: float) -> None:
    found = standard_laplace(tensor(normal))
    below = Normal(tensor(0.0), tensor(1.0)).cdf(tensor(-abs(normal)))
    torch.testing.assert_close(STANDARD.cdf(-found.abs()), below, rtol=1e-6, atol=1e-14)
    assert found.sign() == math.copysign(1, normal) or normal == 0 or found == 0
    assert standard_laplace(torch.tensor([0.0, 9.0])).isfinite().all()
