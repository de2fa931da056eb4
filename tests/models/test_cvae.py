"""The conditional VAE: its bound against a case in closed form, and what y changes while z stays."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.distributions import Bernoulli, Categorical, Normal, kl_divergence

from genlab.data import load
from genlab.data.points import PointData
from genlab.evaluation import evaluate
from genlab.models import FAMILIES, ConfigError
from genlab.models.base import MOST_CLASSES
from genlab.models.cvae import CVAE, CVAEConfig
from genlab.models.model import Probe
from genlab.training import Trainer

SMALL: dict[str, Any] = {"hidden": 16, "batch": 16, "latents": 2, "steps": 20}
DEVIATION, SLOPE, OFFSETS = 0.5, 0.8, (-1.0, 2.0)


def model_of(shape: tuple[int, ...] = (1, 28, 28), classes: int = 10, **settings: Any) -> CVAE:
    torch.manual_seed(0)
    model = CVAE(CVAEConfig(**(SMALL | settings)), shape).eval()
    model.learn_shares(torch.arange(classes))
    return model


class Linear(nn.Module):
    """A linear function of what it is handed beside the one-hot class, and an offset for each class."""

    def __init__(self, slope: float, offsets: tuple[float, float], more: float | None = None) -> None:
        super().__init__()
        self.slope, self.offsets, self.more = slope, offsets, more

    def forward(self, handed: Tensor) -> Tensor:
        numbers, one_hot = handed[:, :1], handed[:, 1:]
        assert one_hot.shape[1] == MOST_CLASSES
        assert bool((one_hot.sum(dim=1) == 1).all())
        value = self.slope * numbers + one_hot[:, :2] @ torch.tensor(self.offsets, dtype=handed.dtype)[:, None]
        return value if self.more is None else torch.cat([value, torch.full_like(value, self.more)], dim=1)


def linear_gaussian() -> CVAE:
    """p(x|z, y) = N(slope z + offset of y, deviation^2), z ~ N(0, 1): q(z|x, y) is the exact posterior."""
    model = model_of((1,), 2, latents=1, likelihood="gaussian", deviation=DEVIATION).double()
    variance = SLOPE**2 + DEVIATION**2
    gain = SLOPE / variance
    model.decoder = Linear(SLOPE, OFFSETS)  # type: ignore[assignment]
    offsets = (-gain * OFFSETS[0], -gain * OFFSETS[1])
    model.encoder = Linear(gain, offsets, math.log(1 - SLOPE * gain))  # type: ignore[assignment]
    return model


def test_with_the_exact_posterior_the_bound_is_log_p_of_x_given_y() -> None:
    model = linear_gaussian()
    rng = torch.Generator().manual_seed(0)
    y = torch.arange(2).repeat(100_000)
    x = torch.tensor(OFFSETS).double()[y][:, None] + torch.randn(len(y), 1, generator=rng).double()
    found = model.labelled_terms(x, y, rng)
    exact = Normal(torch.tensor(OFFSETS).double()[y], math.hypot(SLOPE, DEVIATION)).log_prob(x[:, 0]).mean()
    assert float(found["negative_elbo"]) == pytest.approx(-float(exact), abs=0.01)
    wrong = model.labelled_terms(x, 1 - y, rng)
    assert float(wrong["negative_elbo"]) > float(found["negative_elbo"]) + 1


def test_terms_are_those_of_torch_distributions() -> None:
    model = model_of()
    x, y = torch.rand(5, 1, 28, 28), torch.tensor([0, 3, 9, 9, 1])
    with torch.no_grad():
        mean, log_variance = model.posterior_of(x, y)
        reconstruction, kl = model.bound(x, y, torch.Generator().manual_seed(1))
        posterior = Normal(mean, torch.exp(log_variance / 2))
        assert float(kl) == pytest.approx(float(kl_divergence(posterior, Normal(0, 1)).sum(dim=1).mean()), rel=1e-5)
        z = mean + posterior.stddev * torch.randn(mean.shape, generator=torch.Generator().manual_seed(1))
        likelihood = Bernoulli(probs=model.decode_as(z, y), validate_args=False).log_prob(x).flatten(1).sum(dim=1)
    assert float(reconstruction) == pytest.approx(-float(likelihood.mean()), rel=1e-5)


def test_the_same_z_is_another_example_in_another_class() -> None:
    model = model_of()
    z = torch.randn(1, 2).expand(10, -1)
    with torch.no_grad():
        drawn = model.decode_as(z, torch.arange(10))
        assert len({bytes(one.numpy()) for one in drawn}) == 10
        torch.testing.assert_close(drawn[:1], model.decode(z[:1]))


def test_a_frame_has_a_row_for_each_z_and_a_column_for_each_class() -> None:
    model = model_of(classes=3)
    noise = torch.randn(64, 2)
    with torch.no_grad():
        frame = model.frame(Probe(noise, torch.rand(20, 1, 28, 28), torch.arange(20) % 3))
        (one,) = (model.decode_as(noise[2:3], torch.tensor([1])) * 255).round().byte()
    assert frame["samples"].shape == (18, 28, 28)
    assert (frame["samples"][2 * 3 + 1] == one[0].numpy()).all()
    many = model_of(classes=40)
    with torch.no_grad():
        assert len(many.frame(Probe(noise, torch.rand(20, 1, 28, 28), torch.arange(20)))["samples"]) == 64


def test_classes_are_drawn_by_their_shares() -> None:
    model = model_of((2,), likelihood="gaussian")
    model.learn_shares(torch.tensor([0] * 2 + [1] * 5 + [4] * 3))
    assert model.classes == 5
    wanted = torch.tensor([0.2, 0.5, 0, 0, 0.3])
    torch.testing.assert_close(torch.bincount(model.in_turn(1000)) / 1000, wanted, atol=0.005, rtol=0)
    seen: list[Tensor] = []
    model.decode_as = lambda z, labels: seen.append(labels) or z  # type: ignore[method-assign, func-returns-value]
    model.sample(20_000, torch.Generator().manual_seed(0))
    torch.testing.assert_close(torch.bincount(seen[0]) / 20_000, wanted, atol=0.01, rtol=0)
    assert float(Categorical(model.shares).entropy()) == pytest.approx(1.0297, abs=1e-3)
    with pytest.raises(ValueError, match="class: got 5, allowed: 0 to 4"):
        model.sample_as(5, 1, torch.Generator())


@pytest.mark.parametrize("data", ["mnist5k", "ring8"])
def test_it_trains_and_is_evaluated_with_labels(data: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("genlab.evaluation.DRAWN_IMAGES", 100)
    kind = "images" if data == "mnist5k" else "points"
    trainer = Trainer("cvae", FAMILIES["cvae"].preset("classroom", kind, SMALL), load(data))
    step, values = trainer.advance().points[-1]
    assert step == 20
    assert values["test_negative_elbo"] == pytest.approx(values["test_reconstruction"] + values["test_kl"], rel=1e-5)
    measured = evaluate(trainer.model.eval(), load(data))
    assert measured["negative_elbo"] == pytest.approx(values["test_negative_elbo"], rel=1e-5)
    assert trainer.model.classes == (10 if kind == "images" else 8)


def test_told_the_right_class_it_finds_x_more_likely() -> None:
    trainer = Trainer("cvae", FAMILIES["cvae"].preset("classroom", "points", SMALL | {"steps": 300}), load("ring8"))
    trainer.advance()
    data, rng = load("ring8"), torch.Generator().manual_seed(0)
    assert isinstance(data, PointData)
    x = data.sample(500, rng)
    y = data.labels(x)
    model: Any = trainer.model
    with torch.no_grad():
        right, wrong = (float(model.labelled_terms(x, labels, rng)["negative_elbo"]) for labels in (y, (y + 4) % 8))
    assert right < wrong


@pytest.mark.parametrize("data", ["spiral", "one_gaussian_1d"])
def test_data_without_classes_is_refused_in_a_sentence(data: str) -> None:
    with pytest.raises(
        ConfigError, match=r"^data: got .* with [01] classes, allowed for cvae: data with 2 to 64 classes$"
    ):
        Trainer("cvae", FAMILIES["cvae"].preset("classroom", "points"), load(data))


def test_points_have_the_class_of_their_nearest_mode() -> None:
    data = load("ring8")
    assert isinstance(data, PointData)
    assert data.modes is not None
    assert data.labels(data.modes).tolist() == list(range(8))
