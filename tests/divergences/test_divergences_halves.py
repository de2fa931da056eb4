"""The two halves of JS, G's gradients, and KL from a Laplace and a uniform, against quadrature and autograd."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import laplace, norm, uniform
from torch.nn.functional import softplus

from genlab import divergences as dv

LINE = torch.linspace(-20, 20, 8001, dtype=torch.float64)
CELL = float(LINE[1] - LINE[0])


def density(mean: float, std: float) -> torch.Tensor:
    return torch.from_numpy(norm.pdf(LINE.numpy(), mean, std))


@settings(max_examples=50, deadline=None)
@given(shift=st.floats(0, 9), std=st.floats(0.1, 2))
def test_the_two_halves_add_up_to_c_of_g(shift: float, std: float) -> None:
    p, q = density(-shift / 2, 1), density(shift / 2, std)
    halves = dv.kl_to_mixture_grid(p, q, CELL)
    assert all(-1e-12 <= float(half) <= math.log(2) + 1e-9 for half in halves)
    js = dv.js_grid(p, q, CELL)
    assert float(sum(halves)) == pytest.approx(2 * float(js), abs=1e-12)
    assert -math.log(4) + float(sum(halves)) == pytest.approx(float(dv.generator_cost(js)), abs=1e-12)
    turned = dv.kl_to_mixture_grid(q, p, CELL)
    assert [float(half) for half in turned] == [float(half) for half in reversed(halves)]
    # C(G) is the value of the game at D*.
    best, wrong = dv.optimal_discriminator(p, q), dv.optimal_discriminator(q, p)
    value = CELL * float((torch.special.xlogy(p, best) + torch.special.xlogy(q, wrong)).sum())
    assert value == pytest.approx(-math.log(4) + float(sum(halves)), abs=1e-7)


def test_one_mode_of_two_missed() -> None:
    """p has two modes that hardly meet, q one of them: .1438 and .2877 in closed form."""
    p, q = 0.5 * density(-6, 0.5) + 0.5 * density(6, 0.5), density(-6, 0.5)
    p_half, q_half = (float(half) for half in dv.kl_to_mixture_grid(p, q, CELL))
    assert p_half == pytest.approx(0.5 * math.log(2) + 0.5 * math.log(2 / 3), abs=1e-6)
    assert q_half == pytest.approx(math.log(4 / 3), abs=1e-6)
    with pytest.raises(ValueError, match="one shape"):
        dv.kl_to_mixture_grid(p, q[1:], CELL)


def test_what_pulls_at_a_logit() -> None:
    logits = torch.linspace(-9, 9, 37, dtype=torch.float64, requires_grad=True)
    minimax, saturating_not = dv.generator_gradients(torch.sigmoid(logits.detach()))
    for loss, found in ((-softplus(logits), minimax), (softplus(-logits), saturating_not)):
        torch.testing.assert_close(torch.autograd.grad(loss.sum(), logits)[0], found)
    losing = dv.generator_gradients(torch.tensor([0.01, 0.5, 0.99]))
    assert losing[0].tolist() == pytest.approx([-0.01, -0.5, -0.99])
    assert losing[1].tolist() == pytest.approx([-0.99, -0.5, -0.01])
    with pytest.raises(ValueError, match="probabilities"):
        dv.generator_gradients(torch.tensor([1.5]))


@settings(max_examples=30, deadline=None)
@given(mean=st.floats(-3, 3), log_scale=st.floats(-2, 1))
def test_a_laplace_and_a_uniform_beside_the_standard_normal(mean: float, log_scale: float) -> None:
    scale = math.exp(log_scale)
    place, width = torch.tensor(mean, dtype=torch.float64), torch.tensor(log_scale, dtype=torch.float64)

    def against(q, ends: tuple[float, ...]) -> float:
        def integrand(z: float) -> float:
            return float(q.pdf(z) * (q.logpdf(z) - norm.logpdf(z)))

        return sum(quad(integrand, low, high)[0] for low, high in pairwise(ends))

    found = float(dv.kl_laplace_to_standard_normal(place, width))
    assert found == pytest.approx(against(laplace(mean, scale), (mean - 40 * scale, mean, mean + 40 * scale)), abs=1e-7)
    assert found >= math.log(math.pi) / 2 - 0.5 - 1e-12
    found = float(dv.kl_uniform_to_standard_normal(place, width))
    assert found == pytest.approx(against(uniform(mean - scale, 2 * scale), (mean - scale, mean + scale)), abs=1e-7)
    assert found >= math.log(math.pi / 6) / 2 + 0.5 - 1e-12


def test_their_least_is_where_the_docstrings_say() -> None:
    zero = torch.zeros((), dtype=torch.float64)
    laplace_least = dv.kl_laplace_to_standard_normal(zero, zero - math.log(2) / 2)
    uniform_least = dv.kl_uniform_to_standard_normal(zero, zero + math.log(3) / 2)
    assert float(laplace_least) == pytest.approx(math.log(math.pi) / 2 - 0.5)
    assert float(uniform_least) == pytest.approx(math.log(math.pi / 6) / 2 + 0.5)
