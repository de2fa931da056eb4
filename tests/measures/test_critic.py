"""The critic's bound, against the exact JS of known distributions, and on images."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scipy.integrate import quad
from scipy.stats import norm
from torch import Tensor, nn

from genlab.critic import CriticPoint, Side, chosen, compare_images, critic_bound, examples, image_critic, measured
from genlab.data import ImageData
from genlab.models import FAMILIES

LOG_2 = math.log(2)
HELD_OUT = 4000
DIMENSIONS = 2


def js_of_normals(distance: float) -> float:
    """JS of two unit normals whose means are so far apart, by quadrature along the line between them."""

    def kl_to_middle(x: float, mean: float) -> float:
        mixture = np.logaddexp(norm.logpdf(x), norm.logpdf(x, distance)) - LOG_2
        return norm.pdf(x, mean) * (norm.logpdf(x, mean) - mixture)

    ends = -10.0, 10.0 + distance
    return sum(quad(kl_to_middle, *ends, args=(mean,), limit=200)[0] for mean in (0.0, distance)) / 2


def normal(mean: float, seed: int) -> Side:
    """Unit normals in the plane whose means lie on the first axis."""
    shift = torch.tensor([mean, 0.0])

    def draw(count: int, rng: torch.Generator) -> Tensor:
        return torch.randn(count, DIMENSIONS, generator=rng) + shift

    rng = torch.Generator().manual_seed(seed)
    return Side(draw, draw(HELD_OUT, rng), draw(HELD_OUT, rng))


def small_critic() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(DIMENSIONS, 32), nn.LeakyReLU(0.2), nn.Linear(32, 1))


@pytest.mark.parametrize("distance", [0.0, 1.0, 2.0, 4.0])
def test_the_bound_is_below_js_and_comes_near(distance: float) -> None:
    points = list(critic_bound(small_critic(), normal(0, 1), normal(distance, 2), steps=400))
    best, js = chosen(points), js_of_normals(distance)
    assert best.bound <= js + 3 * best.standard_error
    assert best.bound >= js - 0.03
    assert best.standard_error < 0.01
    for point in points:
        assert point.bound <= js + 4 * point.standard_error + 1e-3


def test_disjoint_supports_give_log_2() -> None:
    best = chosen(critic_bound(small_critic(), normal(-20, 1), normal(20, 2), steps=300))
    assert LOG_2 - 0.01 < best.bound <= LOG_2


def test_a_critic_that_cannot_tell_bounds_nothing() -> None:
    """Far distributions and a critic that sees nothing of them: the bound stays at 0."""
    blind = nn.Linear(DIMENSIONS, 1)
    nn.init.zeros_(blind.weight)
    nn.init.zeros_(blind.bias)
    blind.weight.requires_grad_(False)
    points = list(critic_bound(blind, normal(0, 1), normal(10, 2), steps=40))
    assert max(point.bound for point in points) < 1e-3


def test_the_standard_error_is_the_spread_of_the_bound() -> None:
    critic = small_critic()
    measures = [measured(critic, normal(0, 2 * seed).test, normal(1, 2 * seed + 1).test) for seed in range(200)]
    bounds, errors = np.array(measures).T
    assert errors.mean() == pytest.approx(bounds.std(ddof=1), rel=0.2)


def test_the_moment_is_chosen_by_the_validation_alone() -> None:
    points = [
        CriticPoint(step, bound, 0.01, found, 9)
        for step, bound, found in ((0, 0.1, 0.2), (20, 0.3, 0.1), (40, 0.2, 0.15))
    ]
    assert chosen(points) == points[0]


def test_the_same_seed_gives_the_same_curve() -> None:
    curves = [list(critic_bound(small_critic(), normal(0, 1), normal(1, 2), steps=60, seed=3)) for _ in range(2)]
    assert curves[0] == curves[1]
    assert [point.step for point in curves[0]] == [0, 20, 40, 60]


def images(count: int, bright: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, bright, (count, 28, 28), dtype=np.uint8)


def noise_data() -> ImageData:
    labels = np.zeros(800, dtype=np.uint8)
    return ImageData("noise", images(800, 256, 0), labels, images(400, 256, 1), labels[:400])


def test_images_of_an_untrained_model_are_told_and_data_from_data_are_not() -> None:
    config = FAMILIES["vae"].preset("classroom", "images", {"hidden": 8, "latents": 2})
    torch.manual_seed(0)
    model = FAMILIES["vae"].build(config, (1, 28, 28)).eval()
    pairs = list(compare_images(model, noise_data(), steps=60))
    first, last = pairs[0], pairs[-1]
    assert first[0].bound == pytest.approx(0)
    assert first[1].bound == pytest.approx(0)
    assert last[0].bound > 0.6
    assert last[0].bound <= LOG_2
    floor = chosen(point for _, point in pairs)
    assert floor.bound <= 4 * floor.standard_error + 1e-3


def test_a_model_that_draws_the_data_itself_is_not_told() -> None:
    """The same procedure on a sampler of the very data: no more than noise."""
    data = noise_data()

    class Copies:
        def sample(self, count: int, rng: torch.Generator) -> Tensor:
            return torch.randint(0, 256, (count, 1, 28, 28), generator=rng) / 255

    best = chosen(point for point, _ in compare_images(Copies(), data, steps=60))  # type: ignore[arg-type]
    assert best.bound <= 4 * best.standard_error + 1e-3


def test_the_critic_does_not_touch_the_callers_randomness() -> None:
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    image_critic(seed=1)
    assert torch.rand(1) == expected


def test_examples_are_drawn_from_the_pool_alone() -> None:
    pool, others = torch.arange(5.0)[:, None], torch.full((3, 1), 9.0)
    drawn = examples(pool, others, others).draw(200, torch.Generator().manual_seed(0))
    assert set(drawn.flatten().tolist()) == set(range(5))
