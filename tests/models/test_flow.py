"""Flow matching against what is known of it in closed form: from one Gaussian to another."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from genlab.data.points import GaussianMixture
from genlab.models import FAMILIES
from genlab.models.flow import Flow, FlowConfig
from genlab.models.model import Step
from genlab.ode import NEAR, Ode, VelocityField, times
from genlab.training import Trainer

MEAN, DEVIATION = 0.7, 0.4
SMALL: dict[str, Any] = {"hidden": 32, "depth": 2, "batch": 128, "steps": 600}
CLOUDS = GaussianMixture("two", torch.tensor([[-0.5, 0.0], [0.5, 0.0]], dtype=torch.float64), 0.1)


class Known(nn.Module):
    """E[x_1 - x_0 | x_t = x] for x_0 ~ N(0, 1), x_1 ~ N(mean, deviation^2), independent: a linear function of x."""

    def __init__(self, mean: float = MEAN, deviation: float = DEVIATION) -> None:
        super().__init__()
        self.mean, self.deviation = mean, deviation

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        variance = t**2 * self.deviation**2 + (1 - t) ** 2
        covariance = t * self.deviation**2 - (1 - t)
        return self.mean + covariance / variance * (x - t * self.mean)


def least_loss(deviation: float = DEVIATION, last: float = 1.0) -> float:
    """The mean over t in [0, last] of Var[x_1 - x_0 | x_t], by Simpson's rule."""
    t = torch.linspace(0, last, 2001, dtype=torch.float64)
    left = deviation**2 / (t**2 * deviation**2 + (1 - t) ** 2)  # (s^2 + 1) - cov^2 / var, shortened
    weights = torch.ones_like(t)
    weights[1:-1:2], weights[2:-1:2] = 4, 2
    return float((left * weights).sum() / weights.sum())


def exact(method: str, steps: int, **known: float) -> Ode:
    return Ode(Known(**known), method, steps)  # type: ignore[arg-type]


def test_the_least_loss_is_the_conditional_variance() -> None:
    """integral of s^2 / (t^2 s^2 + (1 - t)^2) dt = s pi / 2, whatever the mean; drawn pairs say so too."""
    assert least_loss() == pytest.approx(DEVIATION * math.pi / 2, rel=1e-6)
    generator = torch.Generator().manual_seed(0)
    model = Flow(FlowConfig(), (1,)).double()
    model.field = Known()  # type: ignore[assignment]
    x1 = (MEAN + DEVIATION * torch.randn(400_000, 1, generator=generator)).double()
    found = model.match(x1, generator)
    assert float(found["matching"]) == pytest.approx(least_loss(), rel=0.01)
    assert float(found["explained"]) == pytest.approx(1 - least_loss() / (1 + DEVIATION**2), abs=0.01)


@pytest.mark.parametrize(("method", "order"), [("euler", 1), ("midpoint", 2), ("heun", 2)])
def test_the_exact_field_carries_noise_to_the_data(method: str, order: int) -> None:
    """The flow of the linear field is x = mean + deviation z; the rules come near it as their order says."""
    z = torch.linspace(-3, 3, 61, dtype=torch.float64)[:, None]
    wanted = MEAN + DEVIATION * z
    errors = [float((exact(method, steps)(z) - wanted).abs().max()) for steps in (40, 80)]
    assert errors[0] < (0.05 if order == 1 else 2e-3)
    assert math.log2(errors[0] / errors[1]) > order - 0.2


def test_samples_under_the_exact_field_have_the_moments_of_the_data() -> None:
    samples = exact("heun", 40)(torch.randn(100_000, 1, generator=torch.Generator().manual_seed(1)).double())
    assert float(samples.mean()) == pytest.approx(MEAN, abs=0.005)
    assert float(samples.std()) == pytest.approx(DEVIATION, abs=0.005)


def test_ways_to_one_point_are_straight_and_others_bend() -> None:
    """To a single point every way is a straight line, which one step of Euler walks; else the ways bend."""
    z = torch.randn(50, 1, generator=torch.Generator().manual_seed(2)).double()
    straight = exact("euler", 1, deviation=0.0)(z)
    torch.testing.assert_close(straight, torch.full_like(z, MEAN))
    for steps in (1, 7):
        path = exact("euler", steps, deviation=0.0).path(z)
        t = torch.linspace(0, 1, steps + 1).double()[:, None, None]
        torch.testing.assert_close(path, (1 - t) * z + t * MEAN)
    bent = exact("heun", 40).path(z)
    t = torch.linspace(0, 1, 41).double()[:, None, None]
    assert float((bent - ((1 - t) * bent[0] + t * bent[-1])).abs().max()) > 0.1


def test_the_way_ends_where_the_decoder_does() -> None:
    model = Flow(FlowConfig(**SMALL), (2,))
    z = torch.randn(5, 2)
    path = model.ode().path(z)
    assert path.shape == (model.config.ode_steps + 1, 5, 2)
    torch.testing.assert_close(path[-1], model.decode(z))
    torch.testing.assert_close(path[0], z)


def test_a_net_that_gives_the_example_has_its_velocity() -> None:
    x, example = torch.randn(6, 3), torch.randn(3)

    class Constant(nn.Module):
        def forward(self, asked: Tensor) -> Tensor:
            assert asked.shape == (6, 3 + 8)
            return example.expand(6, 3)

    field = VelocityField(Constant(), 3, "data")  # type: ignore[arg-type]
    t = torch.tensor([0.0, 0.25, 0.5, 0.75, 0.9, 0.999])[:, None]
    torch.testing.assert_close(field(x, t), (example - x) / torch.tensor([1, 0.75, 0.5, 0.25, 0.1, NEAR])[:, None])
    torch.testing.assert_close(times(t)[2], torch.cos(torch.pi * torch.arange(1.0, 9) / 2))


@pytest.mark.parametrize(("predicts", "last"), [("velocity", 1.0), ("data", 1 - NEAR)])
def test_moments_are_uniform(predicts: str, last: float) -> None:
    model = Flow(FlowConfig(**SMALL, predicts=predicts), (2,))  # type: ignore[arg-type]
    t = model.moments(1000, torch.Generator().manual_seed(0))[:, 0]
    assert bool((t[1:] > t[:-1]).all())
    assert 0 <= float(t[0]) < float(t[-1]) <= last
    assert float(t.mean()) == pytest.approx(last / 2, abs=1e-3)
    assert float(t.var()) == pytest.approx(last**2 / 12, rel=5e-3)


def test_training_comes_near_the_best_field() -> None:
    data = GaussianMixture("one", torch.tensor([[MEAN]], dtype=torch.float64), DEVIATION)
    trainer = Trainer("flow", FlowConfig(**SMALL), data, seed=3)
    trainer.advance()
    model = trainer.model.eval()
    with torch.no_grad():
        found = model.held_out_terms(
            data.sample(20_000, torch.Generator().manual_seed(4)), torch.Generator().manual_seed(5)
        )
        samples = model.sample(20_000, torch.Generator().manual_seed(6))
    assert float(found["matching"]) == pytest.approx(least_loss(), rel=0.1)
    assert float(samples.mean()) == pytest.approx(MEAN, abs=0.1)
    assert float(samples.std()) == pytest.approx(DEVIATION, abs=0.1)


def test_the_number_of_steps_may_change_on_the_way_and_training_does_not_see_it() -> None:
    def trained(**settings: Any) -> Trainer:
        config = FlowConfig(hidden=8, batch=8, steps=20, **settings)
        trainer = Trainer("flow", config, CLOUDS, seed=0)
        trainer.advance(10)
        trainer.reconfigure(config.changed(ode_steps=3, method="heun"))
        trainer.advance()
        return trainer

    one, other = trained(), trained(ode_steps=50)
    for mine, others in zip(one.model.parameters(), other.model.parameters(), strict=True):
        torch.testing.assert_close(mine, others, rtol=0, atol=0)
    assert one.model.ode().asked == 6  # type: ignore[operator]


def test_it_has_no_encoder_and_its_noise_is_as_large_as_x() -> None:
    family = FAMILIES["flow"]
    assert not family.encodes
    assert family.unfolds
    assert [family.latents_on({}, data) for data in ("one_gaussian_1d", "ring8", "mnist5k")] == [1, 2, 784]


def test_untrained_it_draws_the_mean_image_where_the_net_gives_examples() -> None:
    config = FAMILIES["flow"].preset("classroom", "images", {"hidden": 16})
    model = Flow(config, (1, 28, 28))  # type: ignore[arg-type]
    mean = torch.rand(1, 1, 28, 28)
    model.start_from(mean)
    with torch.no_grad():
        model.field.net[-2].weight.zero_()  # type: ignore[operator, union-attr]
        drawn = model.sample(3, torch.Generator().manual_seed(0))
    torch.testing.assert_close(drawn, mean.clamp(0.001, 0.999).expand(3, -1, -1, -1), rtol=0, atol=1e-5)


def test_a_step_reports_its_terms() -> None:
    model = Flow(FlowConfig(hidden=8, batch=8), (2,))
    for group in model.optimiser.param_groups:
        group["lr"] = 0.01
    step = Step(0, 10, torch.Generator().manual_seed(0), lambda: torch.randn(8, 2))
    found = model.train_step(step)
    assert found.keys() == {term.key for term in FAMILIES["flow"].terms(model.config)}
