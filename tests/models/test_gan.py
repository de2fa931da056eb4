"""The GAN's round: who learns when, what is reported, what is shown."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from models.gan_cases import data, made, step, weights
from torch import Tensor

from genlab.divergences import gan_value, js_lower_bound
from genlab.models import Probe, Step
from genlab.models.base import ConfigError, Part
from genlab.models.gan import FAMILY
from genlab.models.gan.losses import OBJECTIVES
from genlab.models.gan.nets import FourierFeatures, first_features


def moved(before: dict[str, Tensor], after: dict[str, Tensor]) -> bool:
    return any(not torch.equal(before[name], after[name]) for name in before)


@pytest.mark.parametrize("settings", [{}, {"spectral_norm": True}, {"loss": "wgan_gp"}, {"r1": 1.0}])
@pytest.mark.parametrize(("part", "learns", "stays"), [("discriminator", "critic", "generator"),
                                                       ("generator", "generator", "critic")])  # fmt: skip
def test_a_part_alone_leaves_the_other_alone(part: Part, learns: str, stays: str, settings: dict[str, Any]) -> None:
    model = made(**settings)
    step(model)
    before = {name: weights(model, name) for name in ("critic", "generator", "averaged")}
    terms = step(model, 1, part)
    assert moved(before[learns], weights(model, learns))
    assert not moved(before[stays], weights(model, stays))
    assert moved(before["averaged"], weights(model, "averaged")) == (part == "generator")
    assert ("d_loss" in terms, "g_loss" in terms) == (part == "discriminator", part == "generator")


@pytest.mark.parametrize("loss", list(OBJECTIVES))
def test_a_round_reports_every_term_and_moves_both(loss: str) -> None:
    model = made(loss=loss)
    critic, generator = weights(model, "critic"), weights(model, "generator")
    terms = step(model)
    assert terms.keys() == {term.key for term in FAMILY.terms(model.config)}
    assert all(map(math.isfinite, terms.values()))
    assert moved(critic, weights(model, "critic"))
    assert moved(generator, weights(model, "generator"))


@pytest.mark.parametrize(("knob", "net"), [("d_steps", "critic"), ("g_steps", "generator")])
def test_steps_a_round(knob: str, net: str) -> None:
    model = made(**{knob: 3})
    step(model)
    optimiser = model.optimiser_d if net == "critic" else model.optimiser_g
    other = model.optimiser_g if net == "critic" else model.optimiser_d
    counts = [{int(state["step"]) for state in one.state.values()} for one in (optimiser, other)]
    assert counts == [{3}, {1}]


def test_value_scores_and_bound_are_those_of_the_probabilities() -> None:
    model = made()
    real, fake = 2 * torch.randn(2, 50, 1, generator=torch.Generator().manual_seed(0))
    scores = model.scores(real, fake)
    d_real, d_fake = 1 / (1 + torch.exp(-real)), 1 / (1 + torch.exp(-fake))
    torch.testing.assert_close(scores["value"], gan_value(d_real, d_fake))
    torch.testing.assert_close(scores["js_bound"], js_lower_bound(d_real, d_fake))
    torch.testing.assert_close(scores["d_real"], d_real.mean())
    torch.testing.assert_close(scores["log_d_real"], d_real.log().mean())
    torch.testing.assert_close(scores["log_d_fake"], (1 - d_fake).log().mean())
    torch.testing.assert_close(scores["d_fake"], d_fake.mean())
    assert scores["js_bound"] <= math.log(2)


def test_the_reported_value_is_minus_the_loss_without_smoothing() -> None:
    terms = step(made())
    assert terms["value"] == pytest.approx(-terms["d_loss"], rel=1e-5)
    smoothed = step(made(smoothing=0.3))
    assert smoothed["value"] == pytest.approx(terms["value"], rel=1e-5)
    assert abs(smoothed["value"] + smoothed["d_loss"]) > 0.001


def test_scores_are_plain_where_d_is_no_probability() -> None:
    real, fake = torch.full((4, 1), 3.0), torch.full((4, 1), -5.0)
    scores = made(loss="wgan_gp").scores(real, fake)
    assert {key: value.item() for key, value in scores.items()} == {"d_real": 3.0, "d_fake": -5.0}


def test_r1_pulls_on_d_with_its_weight_and_the_reported_loss_stays_the_formula() -> None:
    gradients, losses = {}, {}
    for r1 in (0.0, 1.0, 3.0):
        model = made(r1=r1)
        losses[r1] = step(model, part="discriminator")["d_loss"]
        gradients[r1] = torch.cat([p.grad.flatten() for p in model.critic.parameters() if p.grad is not None])
    assert losses[0.0] == losses[1.0] == losses[3.0]
    assert (gradients[1.0] - gradients[0.0]).abs().max() > 1e-4
    torch.testing.assert_close(
        gradients[3.0] - gradients[0.0], 3 * (gradients[1.0] - gradients[0.0]), rtol=1e-3, atol=1e-5
    )


@pytest.mark.parametrize("waves", [0, 32])
def test_feature_matching_pulls_on_g_with_its_weight_and_the_reported_loss_stays_the_formula(waves: int) -> None:
    gradients, losses = {}, {}
    for weight in (0.0, 1.0, 3.0):
        model = made(feature_matching=weight, fourier_features=waves)
        losses[weight] = step(model, part="generator")["g_loss"]
        gradients[weight] = torch.cat([p.grad.flatten() for p in model.generator.parameters() if p.grad is not None])
        assert all(p.requires_grad and p.grad is None for p in model.critic.parameters())
    assert losses[0.0] == losses[1.0] == losses[3.0]
    assert (gradients[1.0] - gradients[0.0]).abs().max() > 1e-4
    torch.testing.assert_close(
        gradients[3.0] - gradients[0.0], 3 * (gradients[1.0] - gradients[0.0]), rtol=1e-3, atol=1e-5
    )


def test_fourier_features_are_fixed_sines_of_all_wavelengths() -> None:
    model = made(fourier_features=256)
    features = first_features(model.critic)
    waves = features[-1]
    x = data()
    assert isinstance(waves, FourierFeatures)
    expected = np.sin(x.numpy() @ waves.weight.numpy() + waves.bias.numpy())
    np.testing.assert_allclose(features(x).numpy(), expected, atol=1e-4)
    sizes = waves.weight.norm(dim=0)
    assert sizes[:32].median() < 2 < 10 < sizes[-32:].median()
    assert "1.weight" not in dict(model.critic.named_parameters())


def test_only_points_have_fourier_features() -> None:
    with pytest.raises(ConfigError, match="fourier_features: got 8, allowed on images: 0"):
        FAMILY.preset("classroom", "images", {"fourier_features": 8})


def test_the_gradient_penalty_is_added_with_its_weight() -> None:
    losses = {w: step(made(loss="wgan_gp", penalty=w), part="discriminator")["d_loss"] for w in (0.0, 1.0, 3.0)}
    assert losses[1.0] > losses[0.0]
    assert losses[3.0] - losses[0.0] == pytest.approx(3 * (losses[1.0] - losses[0.0]), rel=1e-4)


def test_without_averaging_the_generator_itself_is_shown() -> None:
    model, z = made(ema=0), torch.randn(5, 3)
    for number in range(3):
        step(model, number)
    torch.testing.assert_close(model.decode(z), model.generator(z), rtol=0, atol=0)


def test_averaging_is_an_exponential_mean_of_the_generators() -> None:
    model = made(ema=0.9)
    expected = weights(model, "generator")
    for number in range(1000, 1005):
        step(model, number)
        now = weights(model, "generator")
        expected = {name: 0.9 * mean + 0.1 * now[name] for name, mean in expected.items()}
    shown = weights(model, "averaged")
    for name, mean in expected.items():
        torch.testing.assert_close(shown[name.replace("generator", "averaged")], mean)
    z = torch.randn(5, 3)
    assert not torch.equal(model.decode(z), model.generator(z))


def test_a_young_average_forgets_the_untrained_generator() -> None:
    """After twenty steps a plain mean of decay 0.999 would still be 98 % the start."""
    model = made(ema=0.999)
    start = weights(model, "generator")
    for number in range(20):
        step(model, number)
    now, shown = weights(model, "generator"), weights(model, "averaged")
    for name, trained in now.items():
        average = shown[name.replace("generator", "averaged")]
        assert (average - trained).norm() < (average - start[name]).norm(), name


def test_with_batch_norm_the_shown_generator_does_not_depend_on_its_batch() -> None:
    model, z = made((1, 28, 28), batch_norm=True, ema=0.9), torch.randn(6, 3)
    rng = torch.Generator().manual_seed(0)
    model.train_step(Step(0, 100, rng, lambda: torch.rand(16, 1, 28, 28, generator=rng)))
    with torch.no_grad():
        torch.testing.assert_close(model.decode(z)[:2], model.decode(z[:2]))


@pytest.mark.parametrize(("noise", "deviation", "largest"), [("normal", 1.0, 10.0), ("uniform", 3**-0.5, 1.0)])
def test_noise(noise: str, deviation: float, largest: float) -> None:
    z = made(noise=noise).noise(20_000, torch.Generator().manual_seed(0))
    assert z.shape == (20_000, 3)
    assert z.mean().item() == pytest.approx(0, abs=0.02)
    assert z.std().item() == pytest.approx(deviation, rel=0.02)
    assert 0.99 * min(largest, 3) < z.abs().max().item() <= largest


@pytest.mark.parametrize("noise", ["normal", "uniform"])
def test_frames_show_what_the_generator_makes_of_its_own_noise(noise: str) -> None:
    model = made(noise=noise)
    seen: list[Tensor] = []
    model.averaged.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    probe = Probe(torch.randn(5000, 3), data(), torch.zeros(16))
    with torch.no_grad():
        model.frame(probe)
    limit = 1 if noise == "uniform" else 10
    assert seen[0].abs().max() <= limit
    assert seen[0].std().item() == pytest.approx(3**-0.5 if noise == "uniform" else 1, rel=0.03)


def test_the_field_is_d_on_a_grid_with_the_lowest_row_first() -> None:
    model = made()
    with torch.no_grad():
        # D(x) = sigmoid(4 x_2 + x_1), whatever its hidden layers.
        model.critic = torch.nn.Sequential(torch.nn.Linear(2, 1))
        model.critic[0].weight.copy_(torch.tensor([[1.0, 4.0]]))
        model.critic[0].bias.zero_()
        field = model.frame(Probe(torch.randn(4, 3), data(), torch.zeros(16)))["field"]
    line = np.linspace(-1.5, 1.5, len(field))
    expected = 255 / (1 + np.exp(-(line[None, :] + 4 * line[:, None])))
    np.testing.assert_allclose(field, expected, atol=1)


def test_images_leave_the_generator_as_pixels() -> None:
    drawn = made((1, 28, 28)).sample(6, torch.Generator().manual_seed(0))
    assert drawn.shape == (6, 1, 28, 28)
    assert drawn.min() >= 0
    assert drawn.max() <= 1
