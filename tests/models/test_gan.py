"""The GAN's round: who learns when, what is reported, what is shown."""

from __future__ import annotations

import copy
import math
import re
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.optim.swa_utils import update_bn

from genlab.divergences import gan_value, js_lower_bound
from genlab.models import Probe, Step
from genlab.models.base import ConfigError, Part
from genlab.models.gan import FAMILY, GAN, GANConfig
from genlab.models.gan.losses import OBJECTIVES
from genlab.models.gan.nets import FourierFeatures, first_features

POINTS = (2,)


def made(shape: tuple[int, ...] = POINTS, **settings: Any) -> GAN:
    torch.manual_seed(0)
    model = GAN(GANConfig(**{"hidden": 16, "latents": 3, "batch": 16} | settings), shape)
    for optimiser in model.optimisers().values():
        for group in optimiser.param_groups:
            group["lr"] = 0.01
    return model


def data(count: int = 16) -> Tensor:
    return torch.randn(count, 2, generator=torch.Generator().manual_seed(3))


def step(model: GAN, number: int = 0, part: Part | None = None) -> dict[str, float]:
    rng = torch.Generator().manual_seed(number)
    terms = model.train_step(Step(number, 100, rng, data, part))
    return {key: term.item() for key, term in terms.items()}


def weights(model: GAN, prefix: str) -> dict[str, Tensor]:
    """The parameters of one net (spectral norm's running vectors are no weights)."""
    return {name: tensor.detach().clone() for name, tensor in model.named_parameters() if name.startswith(prefix)}


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


@pytest.mark.parametrize("shape", [POINTS, (1, 28, 28)])
@pytest.mark.parametrize("net", ["mlp", "conv"])
def test_each_player_has_a_size_of_its_own(shape: tuple[int, ...], net: str) -> None:
    if net == "conv" and shape == POINTS:
        return
    both = made(shape, net=net, hidden=32, depth=3)
    wider = made(shape, net=net, hidden=32, depth=3, generator_hidden=64, generator_depth=1)
    count = {name: [sum(p.numel() for p in getattr(model, name).parameters()) for model in (both, wider)]
             for name in ("critic", "generator", "averaged")}  # fmt: skip
    assert count["critic"][0] == count["critic"][1]
    assert count["generator"] == count["averaged"]
    assert count["generator"][0] != count["generator"][1]
    assert len([layer for layer in wider.generator if isinstance(layer, torch.nn.Linear)]) == (2 if net == "mlp" else 1)
    assert wider.sample(3, torch.Generator()).shape == (3, *shape)


def test_settings_from_before_g_had_its_own_size_mean_the_same_nets() -> None:
    old = {"hidden": 64, "depth": 3, "latents": 2}
    assert GANConfig.parse(old).model_dump().items() >= {"generator_hidden": 64, "generator_depth": 3}.items()
    assert GANConfig.parse(old | {"generator_depth": 1}).generator_depth == 1
    assert GANConfig.parse({}).generator_hidden == 256
    changed = GANConfig.parse(old).changed(hidden=32)
    assert (changed.hidden, changed.generator_hidden) == (32, 64)


@pytest.mark.parametrize(("preset", "kind"), FAMILY.presets)
def test_presets_say_the_size_of_both(preset: str, kind: str) -> None:
    assert {"hidden", "depth", "generator_hidden", "generator_depth"} <= FAMILY.presets[preset, kind].keys()


@pytest.mark.parametrize(("player", "net"), [("d", "critic"), ("g", "generator")])
def test_plain_gradient_descent_moves_by_the_rate_times_the_gradient(player: str, net: str) -> None:
    model = made(**{f"optimiser_{player}": "sgd"})
    before = weights(model, net)
    step(model, part="discriminator" if player == "d" else "generator")
    gradients = {f"{net}.{name}": p.grad for name, p in getattr(model, net).named_parameters()}
    for name, now in weights(model, net).items():
        gradient = gradients[name]
        assert gradient is not None
        torch.testing.assert_close(now, before[name] - 0.01 * gradient)
    kinds = {name: type(one) for name, one in model.optimisers().items()}
    assert sorted(kind.__name__ for kind in kinds.values()) == ["Adam", "SGD"]


def test_batch_norm_of_the_average_is_its_own() -> None:
    """Of the first hidden layer it is known: of z ~ N(0, I) a unit of weights w has mean 0 and variance |w|^2."""
    model = made((1, 28, 28), batch_norm=True, ema=0.999, latents=8)
    rng = torch.Generator().manual_seed(0)
    for number in range(40):
        model.train_step(Step(number, 100, rng, lambda: torch.rand(16, 1, 28, 28, generator=rng)))
    shown = model.live_nets()["decoder"]
    first, norm = shown[0], shown[1]
    assert isinstance(norm, torch.nn.BatchNorm1d)
    exact = first.weight.square().sum(dim=1)
    assert norm.running_var is not None
    assert norm.running_mean is not None
    torch.testing.assert_close(norm.running_var, exact, rtol=0.03, atol=0)
    assert (norm.running_mean.abs() / exact.sqrt()).max() < 0.01
    # Those of the un-averaged G are of other weights.
    trained = model.generator[1]
    assert isinstance(trained, torch.nn.BatchNorm1d)
    assert trained.running_var is not None
    assert ((trained.running_var / exact - 1).abs()).max() > 0.2
    # Of all layers, against torch's own way on as much noise again.
    oracle = copy.deepcopy(shown)
    update_bn([model.noise(512, torch.Generator().manual_seed(seed)) for seed in range(40)], oracle)
    for ours, theirs in zip(shown.modules(), oracle.modules(), strict=True):
        if isinstance(ours, torch.nn.BatchNorm1d) and isinstance(theirs, torch.nn.BatchNorm1d):
            torch.testing.assert_close(ours.running_var, theirs.running_var, rtol=0.2, atol=0)
    # What is written is what is shown, and looking a second time is the same.
    kept = {name: tensor.clone() for name, tensor in model.state_dict().items() if name.startswith("averaged.")}
    z = torch.randn(4, 8)
    before = model.decode(z)
    other = made((1, 28, 28), batch_norm=True, ema=0.999, latents=8)
    other.load_state_dict(model.state_dict())
    torch.testing.assert_close(other.decode(z), before, rtol=0, atol=0)
    assert all(torch.equal(model.state_dict()[name], tensor) for name, tensor in kept.items())


def critic_of_two_normals(groups: bool) -> tuple[GAN, dict[str, float]]:
    """D alone learns to tell N(0, 1) from N(0, 1.25^2), whose JS is 0.01195 nats; what it says of fresh points."""
    model = made((1,), hidden=32, batch=256, latents=1, minibatch_deviation=groups, learning_rate_d=1e-3)
    with torch.no_grad():
        model.generator = torch.nn.Sequential(torch.nn.Linear(1, 1))
        model.generator[0].weight.fill_(1.25)
        model.generator[0].bias.zero_()
    rng = torch.Generator().manual_seed(1)
    for group in model.optimiser_d.param_groups:
        group["lr"] = 2e-3
    for number in range(1500):
        model.discriminator_step(Step(number, 1500, rng, lambda: torch.randn(256, 1, generator=rng)))
    fresh = torch.randn(200_000, 1, generator=torch.Generator().manual_seed(2))
    with torch.no_grad():
        return model, {key: value.item() for key, value in model.held_out_terms(fresh, rng).items()}


def test_the_bound_bounds_js_and_none_is_claimed_where_d_sees_groups() -> None:
    exact = 0.01195
    _, alone = critic_of_two_normals(groups=False)
    assert 0.5 * exact < alone["js_bound"] < exact + 0.002
    model, grouped = critic_of_two_normals(groups=True)
    # A group of eight tells more than one point: this V is far above what the JS of single points allows.
    assert (grouped["value"] + math.log(4)) / 2 > 3 * exact
    terms = step(made(minibatch_deviation=True))
    said = {term.key for term in FAMILY.terms_on(model.config, "one_gaussian_1d")}
    for keys in (grouped.keys(), terms.keys(), said):
        assert "js_bound" not in keys
    assert "best_value" not in said  # V may be above C(G) of single points


def test_held_out_examples_tell_that_d_has_learned_its_own_by_heart() -> None:
    model = made((1, 28, 28), hidden=64, batch=16, latents=8, learning_rate_g=0.0 + 1e-6)
    rng = torch.Generator().manual_seed(0)
    own, others = torch.rand(16, 1, 28, 28, generator=rng).round(), torch.rand(64, 1, 28, 28, generator=rng).round()
    for number in range(60):
        trained = model.discriminator_step(Step(number, 100, rng, lambda: own))
    with torch.no_grad():
        held_out = model.held_out_terms(others, rng)
    assert trained["js_bound"] > held_out["js_bound"] + 0.02
    assert trained["log_d_real"] > held_out["log_d_real"] + 0.02


@pytest.mark.parametrize("settings", [{}, {"spectral_norm": True}, {"minibatch_deviation": True}])
def test_looking_at_held_out_examples_changes_nothing(settings: dict[str, Any]) -> None:
    model = made((1, 28, 28), batch_norm=True, ema=0.9, **settings)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    with torch.no_grad():
        # A block of a size that no batch divides, and a last example alone in it.
        terms = [model.held_out_terms(torch.rand(17, 1, 28, 28), torch.Generator().manual_seed(0)) for _ in range(1)]
    assert all(value.isfinite() for value in terms[0].values())
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())
    assert model.critic.training
    assert model.generator.training


@pytest.mark.parametrize("loss", ["minimax", "non_saturating"])
def test_the_card_adds_up(loss: str) -> None:
    model = made(loss=loss)
    terms = step(model)
    pieces = FAMILY.formula(model.config)
    line = pieces[: [latex for latex, _ in pieces].index("")]
    value, *addends = [key for _, key in line if key]
    assert terms[value] == pytest.approx(sum(terms[key] for key in addends), abs=1e-6)
    assert [latex for latex, key in line if not key] == [r"\min_G \max_D", "=", "+"]


@pytest.mark.parametrize("loss", list(OBJECTIVES))
@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.3])
def test_the_loss_on_the_card_is_the_one_that_is_trained(loss: str, smoothing: float) -> None:
    """The formula, read as arithmetic on these logits, is what D minimises (least squares, hinge: the plain scores)."""
    real, fake = torch.tensor([2.0, 1.0, 0.5]), torch.tensor([-1.0, 0.0, -2.0])
    objective = OBJECTIVES[loss]
    text = objective.discriminator_symbol(smoothing).replace(r"\lambda\,\mathrm{GP}", "0")
    d_x, d_g = (real, fake) if not objective.probabilistic else (real.sigmoid(), fake.sigmoid())
    for latex, python in (
        ("D(G(z))", "d_g"), ("D(x)", "d_x"), (r"\log(", "torch.log("), (r"\log d_x", "torch.log(d_x)"),
        (r"\tfrac12", "0.5*"), (r"\mathbb{E}", "mean"), (r"\,", "*"), ("^2", "**2"), (")_+", ").clamp(min=0)"),
    ):  # fmt: skip
        text = text.replace(latex, python)
    text = re.sub(r"mean\[(.*?)\](?= |$|\+|-)", r"torch.mean(\1)", text)
    found = eval(text.replace("[", "(").replace("]", ")"), {"torch": torch, "d_x": d_x, "d_g": d_g})
    assert float(found) == pytest.approx(objective.discriminator(real, fake, smoothing).item(), abs=1e-5)


def test_losses_say_what_is_true_of_them() -> None:
    """Of the Wasserstein loss it is not true that it says nothing of quality; only likelihoods are in nats."""
    for loss, objective in OBJECTIVES.items():
        of_d = next(term for term in FAMILY.terms(GANConfig(loss=loss)) if term.key == "d_loss")
        assert ("do not measure quality" in of_d.expect) == (loss != "wgan_gp")
        units = {term.unit for term in FAMILY.terms(GANConfig(loss=loss))}
        assert units == ({"nats", ""} if objective.probabilistic else {""})
