"""The area under p(z) p(x|z) against the closed form."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from genlab.likelihoods import linear_gaussian
from genlab.marginal import marginal

# The posterior's mean is at most 3.3 sqrt(3) / (2 * .3) = 9.5 away, its deviation at that .71: all of it is within.
Z = torch.linspace(-16, 16, 6401, dtype=torch.float64)


# Where torch counts what is smaller as 0, as workers let it, there are no subnormal numbers to try.
NUMBERS = st.floats(-3, 3, allow_subnormal=False)


@settings(max_examples=40, deadline=None)
@example(weight=[0.25, 0.25], noise_std=0.3125, at=-3.0)
@example(weight=[0.17, 0.17, 0.17], noise_std=0.3, at=-3.0)
@given(
    weight=st.lists(NUMBERS, min_size=1, max_size=3),
    noise_std=st.floats(0.3, 3, allow_subnormal=False),
    at=NUMBERS,
)
def test_the_area_is_the_density(weight: list[float], noise_std: float, at: float) -> None:
    w = torch.tensor(weight, dtype=torch.float64)
    bias, x = torch.full_like(w, 0.3), torch.full_like(w, at)
    zero = torch.zeros(1, dtype=torch.float64)
    exact = linear_gaussian(w[:, None], bias, noise_std, x, zero, zero)
    found = marginal(w, bias, noise_std, x, Z)
    assert found.log_area == pytest.approx(float(exact.log_px), abs=1e-6)
    assert found.area == pytest.approx(math.exp(float(exact.log_px)), rel=1e-6)
    step = float(Z[1] - Z[0])
    mean = float((found.posterior * Z).sum() * step)
    assert float(found.posterior.sum() * step) == pytest.approx(1, abs=1e-6)
    assert mean == pytest.approx(float(exact.posterior_mean[0]), abs=1e-6)


def test_the_page_s_start() -> None:
    """x 2, w 1, noise .6: log p(x) = -2.5433 by quadrature elsewhere, the posterior N(1.471, .514^2)."""
    one = torch.ones(1)
    found = marginal(one, 0 * one, 0.6, 2 * one, Z)
    assert found.log_area == pytest.approx(-2.5433, abs=1e-4)
    assert float(Z[found.product.argmax()]) == pytest.approx(1.471, abs=0.005)
    assert torch.equal(found.product.argmax(), found.posterior.argmax())


def test_what_does_not_fit_is_refused() -> None:
    one = torch.ones(1)
    with pytest.raises(ValueError, match="one length"):
        marginal(one, one, 1.0, torch.ones(2), Z)
    with pytest.raises(ValueError, match="evenly apart"):
        marginal(one, one, 1.0, one, Z.square())
    with pytest.raises(ValueError, match="standard deviation"):
        marginal(one, one, 0.0, one, Z)
