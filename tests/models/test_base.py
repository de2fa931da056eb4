"""Settings: every knob says what it takes, and refuses the rest in one sentence."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from pydantic import ValidationError
from settings import fitting

from genlab.data import load
from genlab.models import FAMILIES, ConfigError, Encodes, Family, family_named
from genlab.models.base import allowed, flag, limits, options
from genlab.training import Trainer

FIELDS = [
    pytest.param(family, name, info, id=f"{family.name}-{name}")
    for family in FAMILIES.values()
    for name, info in family.config.model_fields.items()
]
PRESETS = [
    pytest.param(family, preset, kind, id=f"{family.name}-{preset}-{kind}")
    for family in FAMILIES.values()
    for preset in ("classroom", "best")
    for kind in ("images", "points")
]


def refusal(family: str, **values: Any) -> str:
    with pytest.raises(ConfigError) as caught:
        FAMILIES[family].config.parse(values)
    return str(caught.value)


@pytest.mark.parametrize(("family", "name", "info"), FIELDS)
class TestEveryField:
    def test_says_what_it_is_and_what_it_takes(self, family: Family, name: str, info: Any) -> None:
        assert info.title
        assert info.description
        assert info.title[-1] != "."
        assert info.description[-1] == "."
        assert sum((bool(options(info)), limits(info) is not None, info.annotation is bool)) == 1
        assert len(allowed(info)) > 3

    def test_takes_its_ends_and_refuses_what_lies_beyond(self, family: Family, name: str, info: Any) -> None:
        if (ends := limits(info)) is None:
            choices = options(info) or (True, False)
            assert [getattr(family.config.parse({name: choice}), name) for choice in choices] == list(choices)
            wrong: list[Any] = ["no such choice", math.nan]
        else:
            low, high = ends
            assert [getattr(family.config.parse({name: end}), name) for end in ends] == [low, high]
            assert getattr(family.config.parse({name: f"{low:g}"}), name) == low
            step = 1 if info.annotation is int else (high - low) / 1e6
            wrong = [low - step, high + step, math.nan, math.inf, -math.inf, "text", "", None, [1]]
            if info.annotation is int:
                wrong.append(low + 0.5)
        for value in wrong:
            assert refusal(family.name, **{name: value}) == f"{name}: got {value!r}, allowed: {allowed(info)}"

    def test_default_is_within(self, family: Family, name: str, info: Any) -> None:
        assert getattr(family.config.parse({name: info.default}), name) == info.default

    def test_logarithmic_sliders_start_at_zero_or_above(self, family: Family, name: str, info: Any) -> None:
        ends = limits(info)
        assert not flag(info, "logarithmic") or (ends is not None and ends[0] >= 0)


def test_the_sentences_of_refusals() -> None:
    assert refusal("vae", beta=99) == "beta: got 99, allowed: numbers from 0 to 20"
    assert refusal("vae", latents="3.5") == "latents: got '3.5', allowed: whole numbers from 1 to 64"
    assert refusal("gan", loss="kl").startswith("loss: got 'kl', allowed: minimax, non_saturating, ")
    assert refusal("gan", spectral_norm="maybe") == "spectral_norm: got 'maybe', allowed: true, false"
    assert refusal("ae", colour=1).startswith("setting: got 'colour', allowed: one of steps, batch, ")


def test_text_becomes_values() -> None:
    config = FAMILIES["gan"].config.parse({"steps": "50", "r1": "0.5", "spectral_norm": "true", "loss": "hinge"})
    assert config.model_dump() | {"steps": 50, "r1": 0.5, "spectral_norm": True, "loss": "hinge"} == config.model_dump()


def test_a_config_is_immutable_and_changes_are_checked() -> None:
    config = FAMILIES["vae"].config()
    with pytest.raises(ValidationError):
        config.steps = 10
    assert config.changed(beta=2).beta == 2
    assert config.beta == 1
    with pytest.raises(ConfigError, match="beta: got 21"):
        config.changed(beta=21)


def test_families_by_name() -> None:
    assert [family_named(name).name for name in ("ae", "vae", "gan")] == ["ae", "vae", "gan"]
    with pytest.raises(ConfigError, match=rf"^family: got 'pca', allowed: {', '.join(FAMILIES)}$"):
        family_named("pca")


@pytest.mark.parametrize(("family", "preset", "kind"), PRESETS)
def test_every_preset_makes_a_step(family: Family, preset: str, kind: str) -> None:
    config = family.preset(preset, kind, {"batch": 8})
    trainer = Trainer(family.name, config, load("mnist5k" if kind == "images" else "ring8"))
    progress = trainer.advance(steps=1)
    step, values = progress.points[0]
    assert step == 1
    assert {term.key for term in family.terms(config)} <= values.keys()
    assert all(map(math.isfinite, values.values()))
    pictures = progress.frames[0][1]["samples"]
    assert pictures.shape[1:] == ((28, 28) if kind == "images" else (2,))


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_works_on_a_line(family: str) -> None:
    trainer = Trainer(family, FAMILIES[family].preset("classroom", "points"), load("two_gaussians_1d"))
    trainer.advance(steps=2)
    drawn = trainer.model.sample(7, torch.Generator().manual_seed(0))
    assert drawn.shape == (7, 1)


@pytest.mark.parametrize("family", [name for name in FAMILIES if fitting(name, net="conv")])
def test_convolutions_are_refused_on_points(family: str) -> None:
    with pytest.raises(ConfigError, match=r"^net: got 'conv', allowed on points: .*mlp"):
        FAMILIES[family].preset("classroom", "points", {"net": "conv"})


def test_the_refusal_of_convolutions_names_every_net_that_points_can_have() -> None:
    with pytest.raises(ConfigError, match=r"allowed on points: linear, mlp$"):
        FAMILIES["ae"].preset("classroom", "points", {"net": "conv"})


@pytest.mark.parametrize("changes", [{"likelihood": "bernoulli"}, {"binarise": True}])
def test_what_needs_pixels_is_refused_on_points(changes: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=rf"^{next(iter(changes))}: got .*, allowed on points: "):
        FAMILIES["vae"].preset("classroom", "points", changes)


def test_a_trainer_checks_as_a_preset_does() -> None:
    with pytest.raises(ConfigError, match="likelihood: got 'bernoulli'"):
        Trainer("vae", FAMILIES["vae"].config(), load("ring8"))


@pytest.mark.parametrize("family", FAMILIES)
def test_unknown_presets_are_refused(family: str) -> None:
    with pytest.raises(ConfigError, match=r"^preset: got 'worst', allowed: best, classroom$"):
        FAMILIES[family].preset("worst", "images")


@pytest.mark.parametrize("net", ["mlp", "conv"])
@pytest.mark.parametrize("family", FAMILIES)
def test_the_nets_a_browser_runs_do_what_the_model_does(family: str, net: str) -> None:
    config = FAMILIES[family].preset("classroom", "images", fitting(family, net=net, hidden=16, batch=8))
    trainer = Trainer(family, config, load("mnist5k"))
    trainer.advance(steps=2)
    model, nets = trainer.model, trainer.model.live_nets()
    z = torch.randn(3, model.latents, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        first = torch.eye(model.told)[:1].expand(3 if model.told else 0, -1)  # of a model that is told the class
        handed = torch.cat([z, first], dim=1) if model.told else z
        torch.testing.assert_close(nets["decoder"].eval()(handed), model.decode(z))
        assert ("encoder" in nets) == isinstance(model, Encodes)
        if isinstance(model, Encodes):
            x = trainer.probe.examples[:3]
            means = nets["encoder"](x)[:, : model.latents]
            torch.testing.assert_close(means, model.encode(x), atol=1e-5, rtol=1e-4)
