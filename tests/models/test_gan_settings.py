"""What a GAN's settings do to its nets and its rates, and what its card says of them."""

from __future__ import annotations

import copy
import math
import re
from typing import Any

import pytest
import torch
from models.gan_cases import POINTS, made, step, weights
from torch.optim.swa_utils import update_bn

from genlab.models import Step
from genlab.models.gan import FAMILY, GAN, GANConfig
from genlab.models.gan.losses import OBJECTIVES


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
    assert ((trained.running_var / exact - 1).abs()).max() > 0.1
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
