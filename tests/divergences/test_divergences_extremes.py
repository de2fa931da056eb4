"""Divergences of numbers at the ends of what floats hold: signs, digits, gradients and refusals."""

import math

import pytest
import torch
from divergences.divergence_cases import distributions, random_generator, seeds, tensor
from hypothesis import given, settings
from hypothesis import strategies as st

from genlab import divergences as dv


@pytest.mark.parametrize("divergence", [dv.kl_discrete, dv.js_discrete])
def test_discrete_gradients_are_finite_beside_zeros(divergence):
    p = tensor([0.0, 0.4, 0.6]).requires_grad_()
    q = tensor([0.2, 0.3, 0.5]).requires_grad_()
    divergence(p, q).backward()
    assert torch.isfinite(p.grad).all()
    assert torch.isfinite(q.grad).all()
    assert p.grad.abs().max() > 0


@given(seeds)
def test_gradients_of_normals_are_right(seed):
    inputs = torch.randn(4, 3, generator=random_generator(seed), dtype=torch.float64).requires_grad_()
    assert torch.autograd.gradcheck(lambda t: dv.kl_normal(*t), inputs)
    assert torch.autograd.gradcheck(lambda t: dv.kl_to_standard_normal(t[0], t[1]), inputs)
    p_and_q = (distributions(seed, 4) + 0.2).detach().requires_grad_()
    assert torch.autograd.gradcheck(lambda t: dv.js_grid(t[0], t[1], 0.5), p_and_q)


@pytest.mark.parametrize("divergence", [dv.kl_discrete, dv.js_discrete])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("gap", [1.0, 40.0, 46.0, 50.0, 80.0])
def test_discrete_gradients_are_right_for_tiny_probabilities(divergence, dtype, gap):
    even = torch.tensor([0.5, 0.5], dtype=dtype)
    for swap in (False, True):
        logits = torch.tensor([0.0, -8 * gap if dtype == torch.float64 else -gap], dtype=dtype, requires_grad=True)
        p = logits.softmax(0)
        divergence(*((even, p) if swap else (p, even))).backward()
        # By hand, with p = sigmoid(t) of the second and 1 - p of the first, in the digits of float64.
        t = logits.detach().double()[1]
        second, first = torch.sigmoid(t), torch.sigmoid(-t)
        log_second, log_first = torch.nn.functional.logsigmoid(t), torch.nn.functional.logsigmoid(-t)
        if divergence is dv.kl_discrete:
            slope = second - 0.5 if swap else first * second * (log_second - log_first)
        else:  # d JS / dp = log(p / m) / 2, whichever of the two it is
            log_middle = torch.log(torch.stack([first, second]) / 2 + 0.25)
            slope = first * second * (log_second - log_middle[1] - log_first + log_middle[0]) / 2
        expected = torch.stack([-slope, slope])
        torch.testing.assert_close(logits.grad.double(), expected, rtol=1e-4, atol=1e-7)


@given(seeds, st.sampled_from([1e-280, 1e-200, 1e-155, 1e-100, 1e-40, 1e-20]))
def test_grid_gradients_are_finite_for_tiny_densities(seed, tiny):
    p = distributions(seed, 5)[0]
    for swap in (False, True):
        for divergence in (dv.kl_grid, dv.js_grid):
            small = (p * tiny).requires_grad_()
            large = distributions(seed + 1, 5)[0].requires_grad_()
            divergence(*((large, small) if swap else (small, large)), 0.5).backward()
            assert torch.isfinite(small.grad).all()
            assert torch.isfinite(large.grad).all()


@settings(deadline=None, max_examples=30)
@given(seeds, st.integers(-18, -4), st.sampled_from([torch.float32, torch.float64]))
def test_divergences_of_near_equals_are_never_negative(seed, exponent, dtype):
    p = distributions(seed, 9)[0]
    other = p * (1 + 10.0**exponent * torch.randn(9, generator=random_generator(seed), dtype=torch.float64))
    p, q = p.to(dtype), (other / other.sum()).to(dtype)
    for divergence in (dv.kl_discrete, dv.js_discrete):
        assert divergence(p, q) >= 0
        assert divergence(q, p) >= 0
        assert divergence(p, p) == 0
    for one, another in zip(p, q, strict=True):  # each term by itself: a sum could hide it
        assert dv.kl_grid(one[None], another[None], 1.0) >= 0
        assert dv.js_grid(one[None], another[None], 1.0) >= 0


@settings(deadline=None)
@given(st.floats(-38, 38), st.floats(-38, 38))
def test_densities_of_any_size_that_float32_holds(log_p, log_q):
    p, q = torch.tensor([2 * 10.0**log_p, 1.0]), torch.tensor([2 * 10.0**log_q, 1.0])
    exact = p.double() / (p.double() + q.double())
    torch.testing.assert_close(dv.optimal_discriminator(p, q).double(), exact, rtol=1e-6, atol=1e-44)
    js = dv.js_grid(p.double(), q.double(), 1.0)
    # Of two near equals float32 keeps their difference to a part in 1 / eps, and JS is as its square.
    eps, total = torch.finfo(torch.float32).eps, (p.double() + q.double()).max().item()
    rounding = eps * math.sqrt(js.item() * total) + eps**2 * total
    torch.testing.assert_close(dv.js_grid(p, q, 1.0).double(), js, rtol=1e-4, atol=rounding)


def test_no_distributions_have_no_divergences():
    for divergence in (dv.kl_discrete, dv.js_discrete):
        assert divergence(torch.empty(0, 3), torch.empty(0, 3)).shape == (0,)
        with pytest.raises(ValueError, match="sum to 1, got 0"):
            divergence(torch.empty(0), torch.empty(0))
    assert dv.optimal_discriminator(torch.empty(0), torch.empty(0)).shape == (0,)


def test_infinite_and_missing_values_are_refused():
    good, empty, infinite = torch.ones(2), torch.empty(0), torch.tensor([1.0, math.inf])
    for divergence in (dv.kl_grid, dv.js_grid, dv.tv_grid, dv.wasserstein_grid, dv.kl_grid_log):
        with pytest.raises(ValueError, match=r"on cells, got shape \(0,\)"):
            divergence(empty, empty, 1.0)
        for cell in (math.inf, math.nan, -1.0):
            with pytest.raises(ValueError, match="cell must be"):
                divergence(good, good, cell)
    for call in (dv.optimal_discriminator, lambda p, q: dv.js_grid(p, q, 1.0), lambda p, q: dv.kl_grid(p, q, 1.0)):
        for first, second in ((infinite, good), (good, infinite)):
            with pytest.raises(ValueError, match="must be finite, got infinity"):
                call(first, second)
    for call in (dv.gan_value_from_logits, dv.js_lower_bound_from_logits):
        for first, second in ((empty, good), (good, empty)):
            with pytest.raises(ValueError, match="at least one logit"):
                call(first, second)


NARROW = [(0.0, -90.0), (1e-20, -100.0), (3e-20, -90.0), (1e15, 60.0), (0.0, -300.0), (0.0, 200.0), (1e-3, -20.0)]


@pytest.mark.parametrize(("difference", "log_variance"), NARROW)
def test_normals_narrower_than_float32_can_square(difference, log_variance):
    terms = [torch.tensor(value, requires_grad=True) for value in (difference, log_variance, 0.0, log_variance)]
    found = dv.kl_normal(*terms)
    given_difference = terms[0].detach().double().item()
    scaled = given_difference * math.exp(-log_variance / 2) if given_difference else 0.0
    assert found.item() == pytest.approx(scaled**2 / 2, rel=1e-5)
    found.backward()
    slope = scaled * math.exp(-log_variance / 2) if given_difference else 0.0
    expected = [slope, 0.0, -slope, -(scaled**2) / 2]
    assert [term.grad.item() for term in terms] == pytest.approx(expected, rel=1e-5, abs=1e-30)


def near_covariances(seed, dimensions, factor):
    """A random covariance, and itself times a number a little beside 1."""
    root = torch.randn(dimensions, dimensions, generator=random_generator(seed), dtype=torch.float64)
    covariance = root @ root.mT / dimensions + torch.eye(dimensions)
    return covariance, factor * covariance


@given(seeds, st.integers(1, 100), st.floats(-6, -1), st.sampled_from([torch.float32, torch.float64]))
def test_kl_gaussian_near_equality_keeps_its_sign_and_digits(seed, dimensions, exponent, dtype):
    factor = 1 + 10.0**exponent
    covariance, near = (cov.to(dtype) for cov in near_covariances(seed, dimensions, factor))
    mean = torch.zeros(dimensions, dtype=dtype)
    assert dv.kl_gaussian(mean, covariance, mean, covariance) == 0
    found = dv.kl_gaussian(mean, covariance, mean, near)
    assert found.dtype == dtype
    assert found >= 0
    if dtype == torch.float64:
        # d (1 / f - 1 + log f) / 2 for covariances in the ratio f
        x = factor - 1
        exact = dimensions * (math.log1p(x) - x / factor) / 2
        assert found.item() == pytest.approx(exact, rel=1e-4, abs=1e-24)


def test_kl_gaussian_sees_each_matrix_by_its_own_scale():
    zero, large = torch.zeros(2, 2), 1e6 * torch.eye(2)
    lopsided = torch.tensor([[1.0, 9.0], [0.0, 1.0]])
    missing = torch.tensor([[1.0, math.nan], [0.0, 1.0]])
    for wrong in (lopsided, missing, torch.tensor([[1.0, 0.0], [0.0, math.inf]])):
        with pytest.raises(ValueError, match="cov_q must be a covariance"):
            dv.kl_gaussian(zero, large.expand(2, 2, 2), zero, torch.stack([large, wrong]))
    small = torch.tensor([[2e-38, 5e-39], [5e-39, 1e-38]])
    twice = dv.kl_gaussian(torch.zeros(2), small, torch.zeros(2), 2 * small)
    assert twice.item() == pytest.approx(math.log(2) - 0.5, rel=1e-6)  # d (1 / 2 - 1 + log 2) / 2


def test_kl_gaussian_broadcasts_and_refuses_in_one_sentence():
    mean, unit = torch.zeros(2), torch.eye(2)
    assert dv.kl_gaussian(torch.zeros(3, 1, 2), unit, mean, unit.expand(4, 2, 2)).shape == (3, 4)
    assert dv.kl_gaussian(torch.zeros(0, 2), unit, mean, unit).shape == (0,)
    assert dv.kl_gaussian(mean.double(), unit, mean, unit).dtype == torch.float64
    for inputs, said in (
        ((torch.zeros(3, 2), unit.expand(3, 2, 2), mean, unit.expand(4, 2, 2)), "allowed: shapes that broadcast"),
        ((torch.zeros(()), torch.zeros(()), torch.zeros(()), torch.zeros(())), "allowed: one d of 1 and above"),
        ((torch.zeros(0), torch.zeros(0, 0), torch.zeros(0), torch.zeros(0, 0)), "allowed: one d of 1 and above"),
        ((mean, torch.ones(2), mean, unit), "allowed: one d of 1 and above"),
        ((mean.long(), unit.long(), mean.long(), unit.long()), "mean_p must be numbers, got torch.int64"),
    ):
        with pytest.raises(ValueError, match=said):
            dv.kl_gaussian(*inputs)


@settings(deadline=None, max_examples=30)
@given(seeds)
def test_gradients_of_gaussians_are_right(seed):
    means = torch.randn(2, 3, generator=random_generator(seed), dtype=torch.float64).requires_grad_()
    roots = torch.randn(2, 3, 3, generator=random_generator(seed + 1), dtype=torch.float64).requires_grad_()

    def of_roots(means, roots):
        covs = roots @ roots.mT + torch.eye(3)
        return dv.kl_gaussian(means[0], covs[0], means[1], covs[1])

    assert torch.autograd.gradcheck(of_roots, (means, roots))
