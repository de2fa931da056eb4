"""The GAN objectives against the articles' formulas on probabilities, their laws, and penalties in closed form."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from genlab.models.gan.losses import OBJECTIVES, feature_distance, gradient_penalty, input_gradient, r1_penalty

DIRECTION = torch.tensor([[3.0, -4.0]])


def logits(seed: int) -> tuple[Tensor, Tensor]:
    real, fake = 2 * torch.randn(2, 50, 1, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return real, fake


def linear_critic() -> nn.Linear:
    """D(x) = 3 x_1 - 4 x_2 + 1: its gradient is (3, -4) everywhere, of length 5."""
    critic = nn.Linear(2, 1)
    with torch.no_grad():
        critic.weight.copy_(DIRECTION)
        critic.bias.fill_(1)
    return critic


class Square(nn.Module):
    """D(x) = |x|^2 / 2, whose gradient is x."""

    def forward(self, x: Tensor) -> Tensor:
        return x.square().sum(dim=1) / 2


@pytest.mark.parametrize("name", ["minimax", "non_saturating"])
def test_the_binary_discriminator_is_minus_the_value(name: str) -> None:
    real, fake = logits(0)
    d_real, d_fake = 1 / (1 + torch.exp(-real)), 1 / (1 + torch.exp(-fake))
    value = torch.log(d_real).mean() + torch.log(1 - d_fake).mean()
    loss = OBJECTIVES[name].discriminator(real, fake, 0.0)
    torch.testing.assert_close(loss, -value)
    both = torch.cat([d_real, d_fake])
    labels = torch.cat([torch.ones_like(real), torch.zeros_like(fake)])
    torch.testing.assert_close(loss, 2 * F.binary_cross_entropy(both, labels))


def test_the_two_generators_on_probabilities() -> None:
    _, fake = logits(0)
    d_fake = 1 / (1 + torch.exp(-fake))
    torch.testing.assert_close(OBJECTIVES["minimax"].generator(fake), torch.log(1 - d_fake).mean())
    torch.testing.assert_close(OBJECTIVES["non_saturating"].generator(fake), -torch.log(d_fake).mean())
    ones = torch.ones_like(fake)
    torch.testing.assert_close(OBJECTIVES["non_saturating"].generator(fake), F.binary_cross_entropy(d_fake, ones))


def test_the_value_lies_between_its_bounds() -> None:
    """V <= 0, and -V = log 4 where D says 1/2 to all."""
    zeros = torch.zeros(4, 1)
    assert OBJECTIVES["minimax"].discriminator(zeros, zeros, 0.0).item() == pytest.approx(math.log(4))
    sure = torch.full((4, 1), 200.0)
    assert OBJECTIVES["minimax"].discriminator(sure, -sure, 0.0).item() == pytest.approx(0, abs=1e-30)
    assert OBJECTIVES["minimax"].discriminator(-sure, sure, 0.0).item() == pytest.approx(400)
    for seed in range(20):
        assert OBJECTIVES["minimax"].discriminator(*logits(seed), 0.0) > 0


def test_minimax_saturates_where_the_other_does_not() -> None:
    """d/dlogit: -D and D - 1: equal at D = 1/2, the first gone where D is sure, the second gone where G has won."""
    for logit in (-8.0, 0.0, 8.0):
        d = 1 / (1 + math.exp(-logit))
        for name, expected in (("minimax", -d), ("non_saturating", d - 1)):
            fake = torch.tensor([logit], dtype=torch.float64, requires_grad=True)
            OBJECTIVES[name].generator(fake).backward()
            assert fake.grad is not None
            assert fake.grad.item() == pytest.approx(expected, rel=1e-9)


def test_the_other_objectives_by_hand() -> None:
    real, fake = torch.tensor([[2.0], [0.0]]), torch.tensor([[-3.0], [1.0]])
    expected = {
        "least_squares": ((1 + 1) / 4 + (9 + 1) / 4, (16 + 0) / 4),
        "hinge": ((0 + 1) / 2 + (0 + 2) / 2, 1.0),
        "wgan_gp": (-1.0 - 1.0, 1.0),
    }
    for name, (d_loss, g_loss) in expected.items():
        assert OBJECTIVES[name].discriminator(real, fake, 0.0).item() == pytest.approx(d_loss), name
        assert OBJECTIVES[name].generator(fake).item() == pytest.approx(g_loss), name


def test_beliefs_by_hand_and_their_laws() -> None:
    """Higher scores look more like data; what D is asked for on data is 1, on generated 0."""
    real, fake = torch.tensor([[2.0], [4.0]]), torch.tensor([[-1.0], [-3.0]])
    expected = {
        "minimax": ([-math.log(3), 0.0, math.log(3)], [0.25, 0.5, 0.75]),
        "non_saturating": ([-math.log(9), 0.0], [0.1, 0.5]),
        "least_squares": ([-1.0, 0.0, 0.25, 1.0, 7.0], [0.0, 0.0, 0.25, 1.0, 1.0]),
        "hinge": ([-5.0, -1.0, 0.0, 1.0], [0.0, 0.0, 0.5, 1.0]),
        "wgan_gp": ([-9.0, -2.0, 0.5, 3.0, 99.0], [0.0, 0.25, 0.5, 0.75, 1.0]),  # the means are -2 and 3
    }
    assert expected.keys() == OBJECTIVES.keys()
    for name, (scores, beliefs) in expected.items():
        found = OBJECTIVES[name].belief(torch.tensor(scores), real, fake)
        torch.testing.assert_close(found, torch.tensor(beliefs), msg=name)
        many = OBJECTIVES[name].belief(torch.linspace(-20, 20, 401), real, fake)
        assert ((many >= 0) & (many <= 1)).all()
        assert (many.diff() >= 0).all()
    # A critic of scores that does not tell them apart yet says nothing of either.
    torch.testing.assert_close(OBJECTIVES["wgan_gp"].belief(torch.tensor([3.0]), real, real), torch.tensor([0.5]))


def test_every_generator_wants_higher_scores() -> None:
    for name, objective in OBJECTIVES.items():
        fake = torch.tensor([[-0.5], [0.5]], requires_grad=True)
        objective.generator(fake).backward()
        assert fake.grad is not None
        assert (fake.grad < 0).all(), name


@pytest.mark.parametrize(
    ("name", "best"),
    [("minimax", math.log(0.8 / 0.2)), ("non_saturating", math.log(0.8 / 0.2)), ("least_squares", 0.8), ("hinge", 0.8)],
)
def test_label_smoothing_moves_what_d_aims_at_on_data(name: str, best: float) -> None:
    """With 0.2 the best D(x) on data is 0.8, not 1."""
    fake = torch.zeros(1, dtype=torch.float64)
    scores = torch.linspace(-3, 3, 6001, dtype=torch.float64)
    losses = torch.stack([OBJECTIVES[name].discriminator(score.view(1), fake, 0.2) for score in scores])
    # A hinge is flat beyond its edge: its first minimum is the edge.
    first = scores[(losses <= losses.min() + 1e-12).nonzero()[0]]
    assert first.item() == pytest.approx(best, abs=2e-3)


def test_smoothing_is_one_sided() -> None:
    real, fake = logits(0)
    for name in ("minimax", "least_squares", "hinge"):
        d_loss = OBJECTIVES[name].discriminator
        smoothed, plain = d_loss(real, fake, 0.1), d_loss(real, fake, 0.0)
        other = d_loss(real, fake + 1, 0.1) - d_loss(real, fake + 1, 0.0)
        torch.testing.assert_close(smoothed - plain, other)


def test_r1_in_closed_form() -> None:
    """|grad|^2 / 2: 25 / 2 for the linear critic, mean |x|^2 / 2 for |x|^2 / 2."""
    x = torch.randn(30, 2, generator=torch.Generator().manual_seed(0))
    assert r1_penalty(linear_critic(), x).item() == pytest.approx(12.5)
    torch.testing.assert_close(r1_penalty(Square(), x), x.square().sum(dim=1).mean() / 2)


def test_the_gradient_penalty_in_closed_form() -> None:
    """(|grad| - 1)^2: 16 for the linear critic; for |x|^2 / 2 at a point that real and fake share, (|x| - 1)^2."""
    real, fake = torch.randn(2, 30, 2, generator=torch.Generator().manual_seed(0))
    assert gradient_penalty(linear_critic(), real, fake, torch.Generator()).item() == pytest.approx(16)
    expected = (real.norm(dim=1) - 1).square().mean()
    torch.testing.assert_close(gradient_penalty(Square(), real, real, torch.Generator()), expected)


def test_the_gradient_penalty_looks_uniformly_between() -> None:
    """Between -2 and 2 with grad = x: the mean of (2 |2u - 1| - 1)^2 over uniform u is 1/3; images share one u each."""
    real, fake = torch.full((40_000, 1), 2.0), torch.full((40_000, 1), -2.0)
    penalty = gradient_penalty(Square(), real, fake, torch.Generator().manual_seed(0))
    assert penalty.item() == pytest.approx(1 / 3, abs=0.01)
    seen: list[Tensor] = []
    critic = nn.Sequential(nn.Flatten(), nn.Linear(4, 1))
    critic.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0].detach()))
    gradient_penalty(critic, torch.ones(5, 1, 2, 2), torch.zeros(5, 1, 2, 2), torch.Generator().manual_seed(0))
    shares = seen[0].flatten(1)
    assert (shares == shares[:, :1]).all()
    assert len(shares[:, 0].unique()) == 5


def test_penalties_reach_the_weights() -> None:
    """d/dw |w|^2 / 2 = w, and d/dw (|w| - 1)^2 = 2 (|w| - 1) w / |w| = 8/5 w; a flat critic gives no NaN."""
    x = torch.randn(6, 2, generator=torch.Generator().manual_seed(0))
    critic = linear_critic()
    r1_penalty(critic, x).backward()
    assert critic.weight.grad is not None
    torch.testing.assert_close(critic.weight.grad, DIRECTION)
    critic.zero_grad()
    gradient_penalty(critic, x, x + 1, torch.Generator()).backward()
    torch.testing.assert_close(critic.weight.grad, 1.6 * DIRECTION)
    flat = nn.Linear(2, 1)
    nn.init.zeros_(flat.weight)
    gradient_penalty(flat, x, x + 1, torch.Generator()).backward()
    assert flat.weight.grad is not None
    assert flat.weight.grad.isfinite().all()


def test_the_input_gradient_is_each_example_s_own() -> None:
    x = torch.randn(4, 1, 2, 2, generator=torch.Generator().manual_seed(0))
    critic = nn.Sequential(nn.Flatten(), Square())
    torch.testing.assert_close(input_gradient(critic, x), x.flatten(1))


def test_feature_distance_of_waves_is_the_difference_of_characteristic_functions() -> None:
    """Of features cos(w x), sin(w x) their means are the characteristic function, exp(iwm - w^2 s^2 / 2)."""
    waves = torch.tensor([0.5, 1.0, 2.0])

    class Waves(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return torch.cat([torch.cos(x * waves), torch.sin(x * waves)], dim=1)

    rng = torch.Generator().manual_seed(0)
    real, fake = torch.randn(400_000, 1, generator=rng), 0.5 + 2 * torch.randn(400_000, 1, generator=rng)
    expected = (torch.exp(-(waves**2) / 2) - torch.exp(1j * waves * 0.5 - 2 * waves**2)).abs().square().sum() / 6
    assert float(feature_distance(Waves(), real, fake)) == pytest.approx(float(expected), rel=0.02)
    assert float(feature_distance(Waves(), real, real)) == 0
