"""Closed forms, grids and the GAN's game, against reference values, torch.distributions and their laws."""

import json
import math
from pathlib import Path

import pytest
import torch
from divergences.divergence_cases import distributions, random_generator, seeds, tensor
from hypothesis import given
from hypothesis import strategies as st
from torch.distributions import MultivariateNormal, Normal, kl_divergence

from genlab import divergences as dv

REFERENCE = json.loads((Path(__file__).resolve().parents[1] / "reference" / "divergences.json").read_text())


LOG_2 = math.log(2)


def mixture_density(mixture, x):
    parts = Normal(tensor(mixture["means"]), tensor(mixture["stds"])).log_prob(x[:, None])
    return torch.logsumexp(parts + tensor(mixture["weights"]).log(), 1).exp()


@pytest.mark.parametrize("case", REFERENCE["mixtures_1d"])
def test_grids_match_quadrature(case):
    x = torch.linspace(-40, 40, 160_001, dtype=torch.float64)
    p, q = mixture_density(case["p"], x), mixture_density(case["q"], x)
    cell = (x[1] - x[0]).item()
    assert dv.kl_grid(p, q, cell).item() == pytest.approx(case["kl_pq"], abs=1e-8)
    assert dv.kl_grid(q, p, cell).item() == pytest.approx(case["kl_qp"], abs=1e-8)
    assert dv.js_grid(p, q, cell).item() == pytest.approx(case["js"], abs=1e-9)
    assert dv.generator_cost(dv.js_grid(p, q, cell)).item() == pytest.approx(case["generator_cost"], abs=1e-9)


@pytest.mark.parametrize("case", REFERENCE["mixtures_1d"])
def test_optimal_discriminator_matches_reference(case):
    x = tensor([point["x"] for point in case["optimal_discriminator"]])
    best = dv.optimal_discriminator(mixture_density(case["p"], x), mixture_density(case["q"], x))
    expected = tensor([point["d"] for point in case["optimal_discriminator"]])
    torch.testing.assert_close(best, expected, rtol=1e-9, atol=0)


@pytest.mark.parametrize("case", REFERENCE["gaussians"])
def test_kl_gaussian_matches_linear_algebra(case):
    terms = [tensor(case[name]) for name in ("mean_p", "cov_p", "mean_q", "cov_q")]
    assert dv.kl_gaussian(*terms).item() == pytest.approx(case["kl_pq"], rel=1e-9)


@pytest.mark.parametrize("case", REFERENCE["diagonal_to_standard"])
def test_kl_to_standard_normal_matches_reference(case):
    each = dv.kl_to_standard_normal(tensor(case["mu"]), tensor(case["logvar"]))
    torch.testing.assert_close(each, tensor(case["kl_per_dim"]), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("case", REFERENCE["discrete"])
def test_discrete_matches_reference(case):
    p, q = tensor(case["p"]), tensor(case["q"])
    assert dv.kl_discrete(p, q).item() == pytest.approx(case["kl_pq"], rel=1e-9)
    assert dv.js_discrete(p, q).item() == pytest.approx(case["js"], rel=1e-9)


@given(seeds)
def test_normals_match_torch(seed):
    mean_p, log_p, mean_q, log_q = torch.randn(4, 3, 5, generator=random_generator(seed), dtype=torch.float64)
    expected = kl_divergence(Normal(mean_p, (log_p / 2).exp()), Normal(mean_q, (log_q / 2).exp()))
    torch.testing.assert_close(dv.kl_normal(mean_p, log_p, mean_q, log_q), expected, rtol=1e-9, atol=1e-12)
    to_standard = dv.kl_normal(mean_p, log_p, torch.zeros(()), torch.zeros(()))
    torch.testing.assert_close(dv.kl_to_standard_normal(mean_p, log_p), to_standard)


@given(seeds, st.integers(1, 6))
def test_kl_gaussian_matches_torch_in_batches(seed, dimensions):
    generator = random_generator(seed)
    means = torch.randn(2, 4, dimensions, generator=generator, dtype=torch.float64)
    roots = torch.randn(2, 4, dimensions, dimensions, generator=generator, dtype=torch.float64)
    covs = roots @ roots.mT + torch.eye(dimensions)
    p, q = (MultivariateNormal(means[i], covs[i]) for i in (0, 1))
    found = dv.kl_gaussian(means[0], covs[0], means[1], covs[1])
    torch.testing.assert_close(found, kl_divergence(p, q), rtol=1e-8, atol=1e-10)
    assert (found >= 0).all()


@given(st.floats(-0.03, 0.03).filter(lambda v: abs(v) > 1e-3))
def test_float32_keeps_the_digits_near_zero(log_variance):
    single = torch.tensor([log_variance], dtype=torch.float32)
    near = dv.kl_to_standard_normal(torch.zeros(1), single)
    exact = dv.kl_to_standard_normal(torch.zeros(1, dtype=torch.float64), single.double())
    torch.testing.assert_close(near.double(), exact, rtol=5e-4, atol=0)


@given(seeds)
def test_discrete_laws(seed):
    p, q = distributions(seed, 6, 7)
    forward, backward, js = dv.kl_discrete(p, q), dv.kl_discrete(q, p), dv.js_discrete(p, q)
    assert (forward >= 0).all()
    assert (js >= 0).all()
    assert (js <= LOG_2).all()
    torch.testing.assert_close(js, dv.js_discrete(q, p))
    torch.testing.assert_close(forward, (p * (p / q).log()).sum(-1), rtol=1e-9, atol=1e-12)
    assert not torch.allclose(forward, backward)
    assert dv.kl_discrete(p, p).abs().max() == 0
    torch.testing.assert_close(dv.kl_discrete(p.float(), q.float()).double(), forward, rtol=1e-4, atol=1e-6)


def test_discrete_zeros():
    left, right, both = tensor([1.0, 0.0, 0.0]), tensor([0.0, 1.0, 0.0]), tensor([0.5, 0.5, 0.0])
    assert dv.kl_discrete(both, left).item() == math.inf
    assert dv.kl_discrete(left, both).item() == pytest.approx(LOG_2)
    assert dv.js_discrete(left, right).item() == pytest.approx(REFERENCE["limits"]["js_disjoint"])


@pytest.mark.parametrize(
    ("p", "said"), [([1.5, -0.5], "negative"), ([0.5, 0.6], "sum to 1, got 1.1"), ([math.nan, 1.0], "nan")]
)
def test_discrete_refuses_what_is_not_a_distribution(p, said):
    good = tensor([0.5, 0.5])
    for first, second in ((tensor(p), good), (good, tensor(p))):
        for divergence in (dv.kl_discrete, dv.js_discrete):
            with pytest.raises(ValueError, match=said):
                divergence(first, second)


def test_wrong_input_is_refused_in_one_sentence():
    good = torch.tensor([0.5, 0.5])
    with pytest.raises(ValueError, match="one shape"):
        dv.kl_grid(good, torch.ones(3), 1.0)
    with pytest.raises(ValueError, match="cell"):
        dv.js_grid(good, good, 0.0)
    with pytest.raises(ValueError, match="probabilities"):
        dv.gan_value(torch.tensor([1.2]), good)
    with pytest.raises(ValueError, match="at least one"):
        dv.gan_value(torch.ones(0), good)
    with pytest.raises(ValueError, match="symmetric positive definite"):
        dv.kl_gaussian(torch.zeros(2), -torch.eye(2), torch.zeros(2), torch.eye(2))
    with pytest.raises(ValueError, match="symmetric positive definite"):
        dv.kl_gaussian(torch.zeros(2), torch.eye(2), torch.zeros(2), torch.tensor([[2.0, 0.0], [1.0, 2.0]]))
    with pytest.raises(ValueError, match="agree"):
        dv.kl_gaussian(torch.zeros(2), torch.eye(2), torch.zeros(3), torch.eye(3))


def test_grid_tells_underflow_from_disjoint():
    x = torch.linspace(-40, 40, 8001, dtype=torch.float64)
    wide, narrow = Normal(0.0, 1.0).log_prob(x).exp(), Normal(0.0, 0.3).log_prob(x).exp()
    exact = kl_divergence(Normal(0.0, 1.0), Normal(0.0, 0.3)).item()
    assert dv.kl_grid(wide, narrow, 0.01).item() == pytest.approx(exact, rel=1e-5)
    left, right = (x < 0).double() / 40, (x > 0).double() / 40
    assert dv.kl_grid(left, right, 0.01).item() == math.inf
    assert dv.js_grid(left, right, 0.01).item() == pytest.approx(LOG_2, rel=1e-3)
    smallest = tensor([5e-324, 1.0])
    assert dv.js_grid(smallest, tensor([0.0, 1.0]), 1.0).item() == pytest.approx(0, abs=1e-12)


def test_grid_that_cuts_a_tail_keeps_kl_non_negative():
    x = torch.linspace(-1, 1, 201, dtype=torch.float64)
    p, q = Normal(3.0, 1.0).log_prob(x).exp(), Normal(0.0, 0.5).log_prob(x).exp()
    assert dv.kl_grid(p, q, 0.01) >= 0


@given(seeds)
def test_bound_is_tight_at_the_optimal_discriminator_and_only_there(seed):
    # Each category repeated as often as its count, so that the means over samples are the exact expectations.
    counts = torch.randint(1, 30, (2, 5), generator=random_generator(seed))
    p, q = counts.double() / counts.sum(1, keepdim=True)
    best = dv.optimal_discriminator(p, q)
    js = dv.js_discrete(p, q)

    def bound(discriminator):
        return dv.js_lower_bound(discriminator.repeat_interleave(counts[0]), discriminator.repeat_interleave(counts[1]))

    torch.testing.assert_close(bound(best), js, rtol=1e-9, atol=1e-12)
    assert bound(0.9 * best + 0.03) < js
    assert bound(torch.full_like(best, 0.5)).item() == pytest.approx(0, abs=1e-12)


def test_game_at_its_ends():
    ones, zeros, half = torch.ones(3), torch.zeros(3), torch.full((3,), 0.5)
    assert dv.gan_value(ones, zeros).item() == 0
    assert dv.gan_value(ones, ones).item() == -math.inf
    assert dv.gan_value(half, half).item() == pytest.approx(-math.log(4))
    assert dv.generator_cost(0.0) == pytest.approx(REFERENCE["limits"]["generator_cost_equal"])
    assert dv.generator_cost(LOG_2) == pytest.approx(REFERENCE["limits"]["generator_cost_disjoint"])
    both_ways = dv.optimal_discriminator(torch.tensor([0.0, 1.0, 0.0, 2.0]), torch.tensor([0.0, 0.0, 3.0, 2.0]))
    assert both_ways.tolist() == [0.5, 1.0, 0.0, 0.5]


@given(seeds)
def test_logits_give_the_value_of_their_probabilities(seed):
    real, fake = 2 * torch.randn(2, 20, generator=random_generator(seed), dtype=torch.float64)
    value = dv.gan_value(real.sigmoid(), fake.sigmoid())
    torch.testing.assert_close(dv.gan_value_from_logits(real, fake), value)
    bound = dv.js_lower_bound(real.sigmoid(), fake.sigmoid())
    torch.testing.assert_close(dv.js_lower_bound_from_logits(real, fake), bound)


def test_logits_stay_finite_where_probabilities_saturate():
    sure = torch.tensor([200.0])
    assert dv.gan_value_from_logits(-sure, sure).item() == -400
