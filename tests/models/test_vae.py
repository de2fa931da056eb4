"""The VAE's bounds against torch.distributions, and each knob of its objective."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from models.vae_cases import (
    IMAGE,
    LATENTS,
    draw,
    generator,
    gradients_of,
    images,
    likelihood,
    made,
    noise,
    posterior,
    prior,
    step_with,
)
from torch import Tensor
from torch.distributions import Normal, kl_divergence

from genlab.gradients import gradient_noise
from genlab.models.likelihood import negative_log_likelihood
from genlab.models.vae import VAE, VAEConfig
from genlab.models.vae import terms as terms_of
from genlab.nll import importance_bound

OF_BOUNDS = pytest.mark.parametrize(
    "settings",
    [{}, {"likelihood": "gaussian", "deviation": 0.3}, {"distribution": "laplace"}],
    ids=["bernoulli", "gaussian", "laplace"],
)


@OF_BOUNDS
def test_the_bound_is_that_of_torch_distributions(settings: dict[str, Any]) -> None:
    model, x = made(**settings), images(6)
    reconstruction, kl = model.bound(x, generator(7))
    q, z = draw(model, x)
    torch.testing.assert_close(reconstruction, -likelihood(model, z).log_prob(x).mean())
    torch.testing.assert_close(kl, kl_divergence(q, prior(model)).mean(dim=0))
    assert kl.shape == (LATENTS,)


def test_the_bound_is_that_of_torch_distributions_on_points() -> None:
    model = made((2,), likelihood="gaussian", deviation=0.05)
    x = torch.randn(9, 2, generator=generator(3), dtype=torch.float64)
    reconstruction, _ = model.bound(x, generator(7))
    torch.testing.assert_close(reconstruction, -likelihood(model, draw(model, x)[1]).log_prob(x).mean())


def test_the_gaussian_constant_is_counted() -> None:
    """A perfect mean leaves log(deviation sqrt(2 pi)) a pixel, which is negative for a small deviation."""
    model = made(likelihood="gaussian", deviation=0.1)
    x = images(2)
    expected = 2 * 784 * (math.log(0.1) + math.log(2 * math.pi) / 2)
    assert negative_log_likelihood(model.config, x, x).item() == pytest.approx(expected)


@OF_BOUNDS
def test_log_weights_are_those_of_torch_distributions(settings: dict[str, Any]) -> None:
    model, x, k = made(**settings), images(5), 4
    mean, log_variance = model.encoder(x).chunk(2, dim=1)
    log_weights, log_likelihood = model.log_weights(x, mean, log_variance, k, generator(7))
    q = posterior(model, x)
    z = q.mean + q.stddev * noise(model, k, *q.mean.shape)
    expected = torch.stack([likelihood(model, one).log_prob(x) for one in z])
    torch.testing.assert_close(log_likelihood, expected)
    ratio = (prior(model).log_prob(z) - q.log_prob(z)).sum(dim=2)
    torch.testing.assert_close(log_weights, expected + ratio)


def test_one_importance_sample_is_the_elbo_in_expectation_and_more_are_tighter() -> None:
    """Burda et al. 2016, theorem 1: ELBO = L_1 <= L_k <= L_k+1."""
    model = made((2,), likelihood="gaussian", deviation=0.5)
    x = torch.randn(1, 2, generator=generator(3), dtype=torch.float64).expand(20_000, 2)
    with torch.no_grad():
        reconstruction, kl = model.bound(x, generator(1))
        elbo = -(reconstruction + kl.sum()).item()
        bounds = []
        for k in (1, 2, 10, 50):
            model.configure(model.config.changed(importance=k))
            bounds.append(-model.importance_bound(x[: 40_000 // k], generator(k))[2].item())
    assert bounds[0] == pytest.approx(elbo, rel=0.03)
    assert bounds[0] < bounds[1] < bounds[2] < bounds[3]


def test_training_on_the_importance_bound_follows_its_gradient() -> None:
    model, x = made(importance=5), images(6)
    terms, gradients = step_with(model, x)
    q = posterior(model, x)
    z = q.mean + q.stddev * torch.randn(5, *q.mean.shape, generator=generator(7))
    log_p = torch.stack([likelihood(model, one).log_prob(x) for one in z])
    log_w = log_p + (Normal(0.0, 1.0).log_prob(z) - q.log_prob(z)).sum(dim=2)
    torch.testing.assert_close(gradients, gradients_of(model, -(log_w.logsumexp(0) - math.log(5)).mean()))
    assert terms["reconstruction"] == pytest.approx(-log_p.mean().item())
    assert terms["kl"] == pytest.approx(kl_divergence(q, Normal(0.0, 1.0)).sum(dim=1).mean().item())


@pytest.mark.parametrize("beta", [0.0, 1.0, 4.0])
def test_beta_weighs_the_kl_and_leaves_the_reported_bound_alone(beta: float) -> None:
    model, x = made(beta=beta), images(6)
    terms, gradients = step_with(model, x)
    q, z = draw(model, x)
    reconstruction = -likelihood(model, z).log_prob(x).mean()
    kl = kl_divergence(q, Normal(0.0, 1.0)).sum(dim=1).mean()
    assert terms["negative_elbo"] == pytest.approx((reconstruction + kl).item())
    assert terms["reconstruction"] + terms["kl"] == pytest.approx(terms["negative_elbo"])
    torch.testing.assert_close(gradients, gradients_of(model, reconstruction + beta * kl))


def test_free_bits_leave_a_latent_that_uses_few_unpunished() -> None:
    model, x = made(), images(6)
    kl = model.bound(x, generator(7))[1].sort().values
    between = ((kl[0] + kl[-1]) / 2).item()
    model.configure(model.config.changed(free_bits=min(between, 5)))
    assert kl[0] < model.config.free_bits < kl[-1]
    _, gradients = step_with(model, x)
    q, z = draw(model, x)
    reconstruction = -likelihood(model, z).log_prob(x).mean()
    per_latent = kl_divergence(q, Normal(0.0, 1.0)).mean(dim=0)
    punished = per_latent[per_latent > model.config.free_bits].sum()
    torch.testing.assert_close(gradients, gradients_of(model, reconstruction + punished))


@pytest.mark.parametrize(
    ("shape", "settings", "size"),
    [(IMAGE, {}, 784), ((2,), {"likelihood": "gaussian"}, 2)],
    ids=["images", "points"],
)
def test_the_mean_over_pixels_is_a_beta_as_many_times_larger(
    shape: tuple[int, ...], settings: dict[str, Any], size: int
) -> None:
    """What is minimised is (reconstruction + D beta KL) / D; what is reported stays the bound, in nats an example."""
    model = made(shape, reduction="mean", beta=0.5, **settings)
    x = images(6) if shape == IMAGE else torch.randn(6, *shape, generator=generator(3), dtype=torch.float64)
    terms, gradients = step_with(model, x)
    q, z = draw(model, x)
    reconstruction = -likelihood(model, z).log_prob(x).mean()
    kl = kl_divergence(q, Normal(0.0, 1.0)).sum(dim=1).mean()
    assert terms["effective_beta"] == 0.5 * size
    assert terms["reconstruction"] == pytest.approx(reconstruction.item())
    assert terms["negative_elbo"] == pytest.approx((reconstruction + kl).item())
    minimised = (reconstruction + terms["effective_beta"] * kl) / size
    torch.testing.assert_close(gradients, gradients_of(model, minimised))


def test_the_mean_over_pixels_rests_where_the_bound_is_importance_weighted() -> None:
    model, x = made(importance=5), images(6)
    terms, gradients = step_with(model, x)
    model.configure(model.config.changed(reduction="mean"))
    again, same = step_with(model, x)
    assert again == terms
    torch.testing.assert_close(gradients, same)


@pytest.mark.parametrize("reduction", ["sum", "mean"])
def test_what_a_step_reports_is_what_its_family_says(reduction: str) -> None:
    model = made(reduction=reduction)
    reported, _ = step_with(model, images(6))
    assert set(reported) == {term.key for term in terms_of(model.config)}


@pytest.mark.parametrize(("number", "share"), [(0, 0.0), (25, 0.5), (50, 1.0), (99, 1.0)])
def test_while_beta_rises_what_is_minimised_is_told_beside_the_bound(number: int, share: float) -> None:
    model = made(warm_up=50)
    told, _ = step_with(model, images(6), number)
    assert set(told) == {term.key for term in terms_of(model.config)}
    assert told["objective"] == pytest.approx(told["reconstruction"] + share * told["kl"])
    assert told["negative_elbo"] == pytest.approx(told["reconstruction"] + told["kl"])


@pytest.mark.parametrize(("number", "share"), [(0, 0.0), (25, 0.5), (50, 1.0), (99, 1.0)])
def test_warm_up_raises_beta_from_nothing(number: int, share: float) -> None:
    model, x = made(beta=2, warm_up=50), images(6)
    _, gradients = step_with(model, x, number)
    model.configure(model.config.changed(warm_up=0, beta=2 * share))
    torch.testing.assert_close(gradients, step_with(model, x)[1])


def test_binarisation_draws_black_and_white_with_grey_as_probability() -> None:
    model, x = made(binarise=True), torch.full((400, *IMAGE), 0.3, dtype=torch.float64)
    x[:, :, 0] = 0
    x[:, :, 1] = 1
    seen: list[Tensor] = []
    model.encoder.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    step_with(model, x)
    assert set(seen[0].unique().tolist()) == {0.0, 1.0}
    assert seen[0][:, :, 0].max() == 0
    assert seen[0][:, :, 1].min() == 1
    assert seen[0][:, :, 2:].mean().item() == pytest.approx(0.3, abs=0.005)


def test_held_out_terms_are_the_bound() -> None:
    model, x = made(beta=3, binarise=True), images(6)
    terms = model.held_out_terms(x, generator(7))
    q, z = draw(model, x)
    assert terms["reconstruction"].item() == pytest.approx(-likelihood(model, z).log_prob(x).mean().item())
    assert terms["kl"].item() == pytest.approx(kl_divergence(q, Normal(0.0, 1.0)).sum(dim=1).mean().item())
    assert terms["negative_elbo"].item() == pytest.approx((terms["reconstruction"] + terms["kl"]).item())


def test_encoding_gives_means_and_decoding_the_mean_of_the_likelihood() -> None:
    model, x = made(), images(4)
    torch.testing.assert_close(model.encode(x), posterior(model, x).mean)
    z = torch.randn(4, LATENTS, dtype=torch.float64)
    torch.testing.assert_close(model.decode(z), likelihood(model, z).mean)
    torch.testing.assert_close(model.reconstruct(x), model.decode(model.encode(x)))


@pytest.mark.parametrize("settings", [{}, {"likelihood": "gaussian"}], ids=["bernoulli", "gaussian"])
def test_the_net_a_browser_runs_is_the_decoder(settings: dict[str, Any]) -> None:
    model = made(**settings)
    z = torch.randn(4, LATENTS, dtype=torch.float64)
    torch.testing.assert_close(model.live_nets()["decoder"](z), model.decode(z))


def test_before_training_the_gap_to_the_average_image_is_small() -> None:
    torch.manual_seed(0)
    model = VAE(VAEConfig(hidden=16, latents=LATENTS), IMAGE)
    mean = torch.rand(1, *IMAGE)
    model.start_from(mean)
    with torch.no_grad():
        assert (model.decode(torch.zeros(1, LATENTS)) - mean).abs().max() < 0.15


def test_a_laplace_prior_is_drawn_from_and_its_decoder_pictured_by_such_draws() -> None:
    model = made(distribution="laplace")
    z = model.noise(20_000, generator(1))
    assert z.std().item() == pytest.approx(1, abs=0.03)
    kurtosis = (z**4).mean().item()
    assert kurtosis == pytest.approx(6, abs=0.6)  # of a normal 3
    torch.testing.assert_close(model.prior(torch.zeros(2, LATENTS)), torch.zeros(2, LATENTS))


def test_a_laplace_vae_is_measured_as_a_normal_one_but_not_by_what_holds_for_normals_alone() -> None:
    model, x = made(distribution="laplace"), images(4)
    with torch.no_grad():
        bound, elbo = importance_bound(model, x, 50, generator(3))
        codes = model.codes(x)
        torch.testing.assert_close(model.importance(codes), model.bound(x, generator(7))[1])
    assert (bound <= elbo).all()
    with pytest.raises(ValueError, match="got a Laplace distribution, allowed: a normal one"):
        gradient_noise(model, x[0], 0, 2, generator(1))
