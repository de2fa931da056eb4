"""Total variation, W1 and KL from log densities on a grid: against closed forms, scipy, and their laws."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm, wasserstein_distance
from torch.distributions import Normal

from genlab import divergences as dv

CELL = 0.001
GRID = torch.arange(-30, 30, CELL, dtype=torch.float64)
means = st.floats(-4, 4)
stds = st.floats(0.3, 3)
seeds = st.integers(0, 2**31)


def tensor(values):
    return torch.tensor(values, dtype=torch.float64)


def log_normal(mean, std):
    return Normal(tensor(mean), tensor(std)).log_prob(GRID)


def cells(seed, count=40):
    return (3 * torch.randn(2, count, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)).softmax(-1)


@given(means, stds, means, stds)
def test_kl_from_logs_is_that_of_normals(mean_p, std_p, mean_q, std_q):
    found = dv.kl_grid_log(log_normal(mean_p, std_p), log_normal(mean_q, std_q), CELL)
    exact = dv.kl_normal(tensor(mean_p), 2 * tensor(std_p).log(), tensor(mean_q), 2 * tensor(std_q).log())
    assert found.item() == pytest.approx(exact.item(), rel=1e-6, abs=1e-9)
    assert found >= 0


def test_kl_from_logs_is_right_where_densities_underflow():
    far = dv.kl_grid_log(log_normal(-8.0, 0.1), log_normal(8.0, 0.1), CELL)
    assert far.item() == pytest.approx(16**2 / (2 * 0.1**2), rel=1e-9)
    assert dv.kl_grid(log_normal(-8.0, 0.1).exp(), log_normal(8.0, 0.1).exp(), CELL).item() == math.inf


@given(seeds)
def test_kl_from_logs_agrees_with_kl_from_densities(seed):
    p, q = cells(seed)
    assert dv.kl_grid_log(p.log(), q.log(), 0.5).item() == pytest.approx(dv.kl_grid(p, q, 0.5).item(), rel=1e-9)


def test_kl_from_logs_where_a_density_is_zero():
    p, q = tensor([0.5, 0.5, 0.0]).log(), tensor([0.25, 0.5, 0.25]).log()
    assert dv.kl_grid_log(p, q, 1.0).item() == pytest.approx(0.5 * math.log(2))
    assert dv.kl_grid_log(q, p, 1.0).item() == math.inf
    assert dv.kl_grid_log(p, p, 1.0).item() == 0


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_kl_from_logs_is_infinite_where_q_is_zero_however_small_p_is(dtype):
    p, q = torch.tensor([-200.0, 0.0], dtype=dtype), torch.tensor([-math.inf, 0.0], dtype=dtype)
    assert dv.kl_grid_log(p, q, 1.0).item() == math.inf
    assert dv.kl_grid_log(torch.tensor([-1e4, 0.0], dtype=dtype), q, 1.0).item() == math.inf
    assert dv.kl_grid_log(q, q, 1.0).item() == 0
    x = torch.linspace(-20, 20, 4001, dtype=dtype)
    flat = torch.where(x.abs() <= 1, -math.log(2), -math.inf)
    normal = -0.5 * x.square() - 0.5 * math.log(2 * math.pi)
    assert dv.kl_grid_log(normal, flat, 0.01).item() == math.inf
    # The other way round it is finite: -log 2 - E log N(x; 0, 1) = -log 2 + log(2 pi) / 2 + 1 / 6.
    exact = -math.log(2) + 0.5 * math.log(2 * math.pi) + 1 / 6
    assert dv.kl_grid_log(flat, normal, 0.01).item() == pytest.approx(exact, rel=0.02)


def test_kl_from_logs_has_the_right_gradient():
    logs = torch.randn(2, 6, generator=torch.Generator().manual_seed(0), dtype=torch.float64).requires_grad_()
    assert torch.autograd.gradcheck(lambda t: dv.kl_grid_log(t[0], t[1], 0.5), logs)
    p = tensor([-math.inf, 0.0]).requires_grad_()
    dv.kl_grid_log(p, tensor([0.0, 0.5]), 1.0).backward()
    assert torch.isfinite(p.grad).all()


@given(means, means, stds)
def test_tv_of_normals_of_one_width(mean_p, mean_q, std):
    found = dv.tv_grid(log_normal(mean_p, std).exp(), log_normal(mean_q, std).exp(), CELL).item()
    assert found == pytest.approx(2 * norm.cdf(abs(mean_p - mean_q) / (2 * std)) - 1, abs=1e-6)


@given(means, means, stds)
def test_w1_of_normals_of_one_width_is_how_far_their_means_are(mean_p, mean_q, std):
    found = dv.wasserstein_grid(log_normal(mean_p, std).exp(), log_normal(mean_q, std).exp(), CELL).item()
    assert found == pytest.approx(abs(mean_p - mean_q), abs=1e-6)


@given(means, stds, stds)
def test_w1_of_normals_of_one_mean(mean, std_p, std_q):
    found = dv.wasserstein_grid(log_normal(mean, std_p).exp(), log_normal(mean, std_q).exp(), CELL).item()
    assert found == pytest.approx(abs(std_p - std_q) * math.sqrt(2 / math.pi), abs=1e-6)


@given(seeds)
def test_grids_of_masses_agree_with_scipy(seed):
    p, q = cells(seed)
    places = range(len(p))
    assert dv.wasserstein_grid(p, q, 1.0).item() == pytest.approx(wasserstein_distance(places, places, p, q), abs=1e-9)
    tv, js = dv.tv_grid(p, q, 1.0).item(), dv.js_grid(p, q, 1.0).item()
    assert tv == pytest.approx(p[p > q].sum().item() - q[p > q].sum().item())
    assert 0 <= tv <= 1
    assert tv <= math.sqrt(dv.kl_grid(p, q, 1.0).item() / 2)  # Pinsker
    assert tv**2 / 2 - 1e-12 <= js <= tv * math.log(2) + 1e-12  # Lin 1991, theorem 3
    assert dv.tv_grid(q, p, 1.0).item() == tv


def test_wrong_input_is_refused():
    good = torch.ones(3)
    with pytest.raises(ValueError, match=r"below \+inf"):
        dv.kl_grid_log(torch.tensor([0.0, math.nan, 0.0]), good, 1.0)
    with pytest.raises(ValueError, match=r"below \+inf"):
        dv.kl_grid_log(good, torch.full((3,), math.inf), 1.0)
    with pytest.raises(ValueError, match="one shape"):
        dv.kl_grid_log(good, torch.ones(2), 1.0)
    with pytest.raises(ValueError, match="cell must be"):
        dv.kl_grid_log(good, good, 0.0)
    with pytest.raises(ValueError, match="negative"):
        dv.tv_grid(-good, good, 1.0)
    with pytest.raises(ValueError, match="one axis"):
        dv.wasserstein_grid(torch.ones(2, 2), torch.ones(2, 2), 1.0)
