"""Likelihoods and bounds, against torch.distributions, reference values and their laws."""

import json
import math
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.distributions import Bernoulli, MultivariateNormal, Normal

from genlab import likelihoods as lk

REFERENCE = json.loads((Path(__file__).resolve().parents[1] / "reference" / "divergences.json").read_text())
seeds = st.integers(0, 2**31)


def random_generator(seed):
    return torch.Generator().manual_seed(seed)


def randn(seed, *shape):
    return torch.randn(*shape, generator=random_generator(seed), dtype=torch.float64)


@given(seeds)
def test_bernoulli_matches_torch_and_is_linear_in_grey(seed):
    logits = 3 * randn(seed, 4, 1, 3, 3)
    black_and_white = (randn(seed + 1, 4, 1, 3, 3) > 0).double()
    expected = Bernoulli(logits=logits).log_prob(black_and_white).sum((1, 2, 3))
    torch.testing.assert_close(lk.bernoulli_log_likelihood(black_and_white, logits), expected)
    grey = 0.3 * black_and_white + 0.7 * (1 - black_and_white)
    mixed = 0.3 * expected + 0.7 * lk.bernoulli_log_likelihood(1 - black_and_white, logits)
    torch.testing.assert_close(lk.bernoulli_log_likelihood(grey, logits), mixed)


def test_bernoulli_is_finite_for_sure_logits_with_gradients():
    logits = torch.tensor([[500.0, -500.0]], requires_grad=True)
    wrong = lk.bernoulli_log_likelihood(torch.tensor([[0.0, 1.0]]), logits)
    assert wrong.item() == -1000
    wrong.sum().backward()
    assert logits.grad.tolist() == [[-1.0, 1.0]]


@given(seeds)
def test_gaussian_matches_torch(seed):
    x, mean, log_variance = randn(seed, 3, 4, 2, 5)
    expected = Normal(mean, (log_variance / 2).exp()).log_prob(x).sum((1, 2))
    torch.testing.assert_close(lk.gaussian_log_likelihood(x, mean, log_variance), expected)
    one_variance = lk.gaussian_log_likelihood(x, mean, torch.tensor(0.4))
    torch.testing.assert_close(one_variance, Normal(mean, math.exp(0.2)).log_prob(x).sum((1, 2)))


def test_bernoulli_is_exact_where_it_is_certain():
    x, logits = torch.tensor([[1.0, 0.0], [0.0, 0.0], [0.5, 0.0]]), torch.tensor([[math.inf, -math.inf]]).repeat(3, 1)
    assert lk.bernoulli_log_likelihood(x, logits).tolist() == [0.0, -math.inf, -math.inf]
    logits.requires_grad_()
    lk.bernoulli_log_likelihood(x[:1], logits[:1]).sum().backward()
    assert logits.grad.tolist()[0] == [0.0, 0.0]


@pytest.mark.parametrize(("difference", "log_variance"), [(0.0, -100.0), (1e-20, -100.0), (0.0, -300.0), (2e15, 65.0)])
def test_gaussian_is_finite_where_float32_cannot_square(difference, log_variance):
    x, mean = torch.tensor([[difference]], requires_grad=True), torch.zeros(1, 1)
    found = lk.gaussian_log_likelihood(x, mean, torch.tensor(log_variance))
    scaled = x.item() * math.exp(-log_variance / 2)
    assert found.item() == pytest.approx(-0.5 * (math.log(2 * math.pi) + log_variance + scaled**2), rel=1e-5)
    found.sum().backward()
    assert x.grad.item() == pytest.approx(-scaled * math.exp(-log_variance / 2), rel=1e-5)


def test_batches_of_single_values_and_of_nothing():
    x, other = torch.tensor([1.0, 0.0]), torch.tensor([0.3, 2.0])
    for likelihood in (
        lk.bernoulli_log_likelihood,
        lambda x, mean: lk.gaussian_log_likelihood(x, mean, torch.ones(())),
    ):
        torch.testing.assert_close(likelihood(x, other), likelihood(x[:, None], other[:, None]))
        assert likelihood(torch.empty(0, 3), torch.empty(0, 3)).shape == (0,)
        with pytest.raises(ValueError, match=r"got \(\) and \(\); allowed: equal shapes \[batch, ...\]"):
            likelihood(torch.tensor(1.0), torch.tensor(1.0))


@pytest.mark.parametrize("wrong", [2.0, -0.1, math.nan])
def test_pixels_are_probabilities(wrong):
    with pytest.raises(ValueError, match="x must be pixels, got values from"):
        lk.bernoulli_log_likelihood(torch.tensor([[0.5, wrong]]), torch.zeros(1, 2))


def test_weights_of_zero_have_a_bound_and_a_gradient():
    log_weights = torch.tensor([[-math.inf, -math.inf, 1.0], [-math.inf, 0.0, 2.0]], requires_grad=True)
    bound = lk.iwae_bound(log_weights)
    assert bound[:2].tolist() == [-math.inf, pytest.approx(-math.log(2))]
    bound.sum().backward()
    assert log_weights.grad[:, :2].tolist() == [[0.0, 0.0], [0.0, 1.0]]
    torch.testing.assert_close(log_weights.grad[:, 2], log_weights.detach()[:, 2].softmax(0))


def test_elbo_sums_latents():
    assert lk.elbo(torch.tensor([-5.0, -6.0]), torch.tensor([[1.0, 2.0], [0.0, 4.0]])).tolist() == [-8, -10]
    assert lk.elbo(torch.tensor([-5.0, -6.0]), torch.tensor([3.0, 4.0])).tolist() == [-8, -10]


@given(seeds)
def test_iwae_lies_between_the_mean_and_the_largest_weight(seed):
    log_weights = 50 * randn(seed, 7, 3) - 5000
    bound = lk.iwae_bound(log_weights)
    assert (bound >= log_weights.mean(0)).all()
    assert (bound <= log_weights.max(0).values).all()
    torch.testing.assert_close(lk.iwae_bound(log_weights[:1]), log_weights[0])
    moderate = randn(seed, 7, 3)
    torch.testing.assert_close(lk.iwae_bound(moderate), moderate.exp().mean(0).log())


@pytest.mark.parametrize("case", REFERENCE["linear_gaussian"])
def test_linear_gaussian_matches_reference(case):
    names = ("W", "bias", "noise_std", "x", "q_mu", "q_logvar")
    given_terms = [torch.tensor(case[name], dtype=torch.float64) for name in names]
    found = lk.linear_gaussian(*given_terms[:2], case["noise_std"], *given_terms[3:])
    for name, value in vars(found).items():
        torch.testing.assert_close(value, torch.tensor(case[name], dtype=torch.float64), rtol=1e-9, atol=1e-9)


def random_model(seed, size, latent, batch):
    return (
        randn(seed, size, latent),
        randn(seed + 1, size),
        0.5,
        randn(seed + 2, batch, size),
        randn(seed + 3, batch, latent),
        randn(seed + 4, batch, latent),
    )


@given(seeds, st.integers(1, 8), st.integers(1, 4))
def test_linear_gaussian_identity(seed, size, latent):
    weight, bias, noise_std, x, mean, log_variance = random_model(seed, size, latent, 3)
    found = lk.linear_gaussian(weight, bias, noise_std, x, mean, log_variance)
    torch.testing.assert_close(found.log_px, found.elbo + found.kl_posterior, rtol=1e-11, atol=1e-9)
    marginal = MultivariateNormal(bias, weight @ weight.T + noise_std**2 * torch.eye(size))
    torch.testing.assert_close(found.log_px, marginal.log_prob(x), rtol=1e-9, atol=1e-9)
    torch.testing.assert_close(found.elbo, lk.elbo(found.reconstruction, found.kl_prior))
    assert (found.kl_posterior >= -1e-9).all()


@given(seeds, st.integers(1, 8), st.integers(1, 4), st.sampled_from([1e-6, 1e-4, 1e-3, 0.01, 1.0, 100.0]))
def test_linear_gaussian_keeps_its_digits_at_any_noise(seed, size, latent, noise_std):
    weight, bias, _, x, mean, log_variance = random_model(seed, size, latent, 3)
    single = [part.float() for part in (weight, bias, x, mean, log_variance)]
    weight, bias, x, mean, log_variance = (part.double() for part in single)
    found = lk.linear_gaussian(*single[:2], noise_std, *single[2:])
    # By singular values: x rotated into the columns of U is independent normals of variances S^2 + s^2, or s^2.
    rotation, scales, _ = torch.linalg.svd(weight)
    variances = torch.full((size,), noise_std**2, dtype=torch.float64)
    variances[: len(scales)] += scales.square()
    log_px = Normal(torch.zeros(()), variances.sqrt()).log_prob((x - bias) @ rotation).sum(1)
    tolerance = 1e-5
    torch.testing.assert_close(found.log_px.double(), log_px, rtol=tolerance, atol=1e-4)
    likelihood = Normal(mean @ weight.T + bias, noise_std).log_prob(x).sum(1)
    spread = (log_variance.exp() * weight.square().sum(0)).sum(1) / noise_std**2
    torch.testing.assert_close(found.reconstruction.double(), likelihood - spread / 2, rtol=tolerance, atol=1e-4)
    precise = lk.linear_gaussian(weight, bias, noise_std, x, mean, log_variance)
    for name, value in vars(found).items():
        assert value.dtype == torch.float32
        torch.testing.assert_close(value.double(), getattr(precise, name), rtol=1e-6, atol=1e-30)
    gap = precise.log_px - precise.elbo - precise.kl_posterior
    assert (gap.abs() <= 1e-9 * (1 + precise.elbo.abs())).all()
    assert (precise.kl_posterior >= 0).all()


def test_linear_gaussian_has_the_right_gradient():
    weight, bias, noise_std, x, mean, log_variance = random_model(3, 3, 2, 2)
    inputs = [part.requires_grad_() for part in (weight, bias, x, mean, log_variance)]
    for name in ("log_px", "elbo", "kl_posterior"):
        assert torch.autograd.gradcheck(
            lambda *parts, name=name: getattr(lk.linear_gaussian(*parts[:2], noise_std, *parts[2:]), name), inputs
        )


def test_bounds_climb_to_log_px():
    weight, bias, noise_std, x, mean, log_variance = random_model(3, 4, 2, 1)
    exact = lk.linear_gaussian(weight, bias, noise_std, x, mean, log_variance)
    mean, log_variance = exact.posterior_mean + 0.2, exact.posterior_cov.diagonal().log()[None]
    exact = lk.linear_gaussian(weight, bias, noise_std, x, mean, log_variance)
    z = mean + (log_variance / 2).exp() * randn(0, 200_000, 2)
    reconstruction = lk.gaussian_log_likelihood(
        x.expand(len(z), -1), z @ weight.T + bias, torch.tensor(2 * math.log(noise_std))
    )
    prior = Normal(0.0, 1.0).log_prob(z).sum(1)
    log_weights = reconstruction + prior - Normal(mean, (log_variance / 2).exp()).log_prob(z).sum(1)
    sampled_elbo = log_weights.mean()
    ten = lk.iwae_bound(log_weights.reshape(10, -1)).mean()
    many = lk.iwae_bound(log_weights[:, None]).item()
    assert sampled_elbo.item() == pytest.approx(exact.elbo.item(), abs=0.02)
    assert sampled_elbo < ten < exact.log_px.item() + 0.01
    assert many == pytest.approx(exact.log_px.item(), abs=0.02)


def test_wrong_input_is_refused_in_one_sentence():
    two, three = torch.zeros(2, 2), torch.zeros(2, 3)
    for call in (
        lambda: lk.bernoulli_log_likelihood(two, three),
        lambda: lk.gaussian_log_likelihood(two, three, two),
        lambda: lk.elbo(torch.zeros(2), torch.zeros(3)),
        lambda: lk.iwae_bound(torch.zeros(3)),
        lambda: lk.linear_gaussian(two, torch.zeros(2), 1.0, three, two, two),
        lambda: lk.linear_gaussian(two, torch.zeros(2), 0.0, two, two, two),
        lambda: lk.linear_gaussian(two, torch.zeros(2), -1.0, two, two, two),
        lambda: lk.linear_gaussian(two, torch.zeros(2), math.nan, two, two, two),
        lambda: lk.linear_gaussian(torch.zeros(2), torch.zeros(2), 1.0, two, two, two),
        lambda: lk.linear_gaussian(two, torch.zeros(()), 1.0, two, two, two),
    ):
        with pytest.raises(ValueError, match=r"got .*; allowed: "):
            call()
