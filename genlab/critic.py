"""How far a model's samples are from data, from below: a critic is trained afresh to tell them apart.

Any discriminator D gives a lower bound of JS, and the better it tells, the higher: a poor one's is true but loose.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import logsigmoid, softplus
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from genlab.data import ImageData
from genlab.divergences import js_lower_bound_from_logits
from genlab.models import Model
from genlab.seeded import drawn_with

LOG_2 = math.log(2)
BATCH = 64
LEARNING_RATE = 6e-3
WEIGHT_DECAY = 1e-2
# What is measured is an average of the critic's weights: a step too far does not throw it back.
AVERAGE = 0.9
STEPS = 800
# A point of the curve every so many steps: each costs a look at all held-out examples.
EVERY = 20
# Held-out examples of each side that choose the moment, and as many others that measure it.
HELD_OUT = 500
CHANNELS = 8


@dataclass(frozen=True)
class Side:
    """One of the two distributions: draw(count, rng) gives examples [count, *shape] to train on; validation and test
    [n, *shape] are others, which no critic is trained on."""

    draw: Callable[[int, torch.Generator], Tensor]
    validation: Tensor
    test: Tensor


@dataclass(frozen=True)
class CriticPoint:
    """The bound by the critic after a step, on so many test examples a side, in nats, with its standard error; and the
    bound on the validation examples, by which a moment is chosen without touching the test."""

    step: int
    bound: float
    standard_error: float
    validation: float
    examples: int


def examples(pool: Tensor, validation: Tensor, test: Tensor) -> Side:
    """A side of which there are only so many examples: batches are drawn from `pool` [n, *shape] with replacement."""
    return Side(lambda count, rng: pool[torch.randint(len(pool), (count,), generator=rng)], validation, test)


def critic_bound(
    critic: nn.Module, data: Side, model: Side, *, steps: int = STEPS, every: int = EVERY, seed: int = 0
) -> Iterator[CriticPoint]:
    """Trains a critic, [n, *shape] to a logit [n, 1], and yields the bound as it learns, from step 0 on.

    JS(p_data || p_g) >= (E_data[log D] + E_g[log(1 - D)] + log 4) / 2 for every D (Goodfellow et al. 2014, theorem 1),
    D = sigmoid(logit). The critic climbs it by AdamW on batches of 64 of each side; its value is taken on the test
    examples of both, which it has not seen.
    """
    rng = torch.Generator().manual_seed(seed)
    optimiser = torch.optim.AdamW(
        critic.parameters(), LEARNING_RATE, betas=(0.5, 0.99), weight_decay=WEIGHT_DECAY, fused=True
    )
    average = AveragedModel(critic, multi_avg_fn=get_ema_multi_avg_fn(AVERAGE))
    for step in range(steps + 1):
        if step % every == 0:
            bound, standard_error = measured(average, data.test, model.test)
            validation = measured(average, data.validation, model.validation)[0]
            yield CriticPoint(step, bound, standard_error, validation, len(data.test))
        for group in optimiser.param_groups:
            group["lr"] = LEARNING_RATE * (1 - step / (steps + 1))  # to rest: what it has reached is then steady
        x = torch.cat([data.draw(BATCH, rng), model.draw(BATCH, rng)])
        real, fake = critic.train()(x).squeeze(1).split(BATCH)
        loss = softplus(-real).mean() + softplus(fake).mean()  # -V(D, G)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        average.update_parameters(critic)


@torch.no_grad()
def measured(critic: nn.Module, real: Tensor, fake: Tensor) -> tuple[float, float]:
    """The bound on these examples and its standard error, nats."""
    logits = [torch.cat([critic.eval()(x) for x in side.split(HELD_OUT)]).squeeze(1).double() for side in (real, fake)]
    bound = float(js_lower_bound_from_logits(*logits))
    variances = [logsigmoid(signed).var() / len(signed) for signed in (logits[0], -logits[1])]
    return bound, 0.5 * math.sqrt(float(sum(variances)))


def chosen(points: Iterable[CriticPoint]) -> CriticPoint:
    """The moment whose bound is highest on the validation examples: a later critic may have learned its examples by
    heart, and taking the highest of the test itself would overrate it."""
    return max(points, key=lambda point: point.validation)


def image_critic(seed: int = 0) -> nn.Sequential:
    """A convolutional critic of images [n, 1, 28, 28] in [0, 1], untrained."""
    with drawn_with(seed):
        last = nn.Linear(2 * CHANNELS * 49, 1)
        nn.init.zeros_(last.weight)  # D = 1/2 everywhere: the bound begins at 0
        nn.init.zeros_(last.bias)
        return nn.Sequential(
            nn.Conv2d(1, CHANNELS, 4, stride=2, padding=1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(CHANNELS, 2 * CHANNELS, 4, stride=2, padding=1),
            nn.GroupNorm(4, 2 * CHANNELS),
            nn.LeakyReLU(0.2),
            nn.Flatten(),
            nn.Dropout(0.3),
            last,
        )


def compare_images(
    model: Model, data: ImageData, *, steps: int = STEPS, seed: int = 0
) -> Iterator[tuple[CriticPoint, CriticPoint]]:
    """A run's samples against data, and data against data with all else the same: what noise alone gives. Pairs of
    points, as their two critics learn in turn.

    The training images are halved: one half is data for both, the other the "samples" of the floor; the test images
    are quartered likewise, at most 500 each. Samples are rounded to 256 grey levels, as data are, lest a critic tell
    them by their digits after the point.
    """
    rng = torch.Generator().manual_seed(seed)
    train, test = shuffled(data.train_images, rng), shuffled(data.test_images, rng)
    quarter = min(HELD_OUT, len(test) // 4)
    quarters = test[: 4 * quarter].split(quarter)
    halves = train.split(len(train) // 2)
    real = examples(halves[0], quarters[0], quarters[1])
    other = examples(halves[1], quarters[2], quarters[3])

    @torch.no_grad()
    def draw(count: int, rng: torch.Generator) -> Tensor:
        return model.sample(count, rng).clamp(0, 1).mul(255).round().div(255)

    generated = Side(draw, draw(quarter, rng), draw(quarter, rng))
    return zip(
        critic_bound(image_critic(seed), real, generated, steps=steps, seed=seed),
        critic_bound(image_critic(seed), real, other, steps=steps, seed=seed),
        strict=True,
    )


def shuffled(pixels: object, rng: torch.Generator) -> Tensor:
    """uint8 [n, 28, 28] as float32 [n, 1, 28, 28] in [0, 1], in another order: files may be sorted by class."""
    images = torch.as_tensor(pixels)
    return images[torch.randperm(len(images), generator=rng)].unsqueeze(1).float().div(255)
