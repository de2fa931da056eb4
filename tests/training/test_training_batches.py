"""Which examples a step sees, and at which rate: order, epochs, schedules."""

from __future__ import annotations

from itertools import chain

import numpy as np
import pytest
import torch
from training.training_cases import trainer_of

from genlab.data import ImageData
from genlab.models import FAMILIES
from genlab.training import Trainer


def small_images(count: int) -> ImageData:
    """Images whose first pixel says which they are."""
    pixels = np.zeros((count, 28, 28), np.uint8)
    pixels[:, 0, 0] = np.arange(count)
    labels = np.zeros(count, np.uint8)
    return ImageData("mnist5k", pixels, labels, pixels, labels)


def order_of(batch: int, count: int, batches: int, seed: int = 0) -> list[list[int]]:
    trainer = Trainer("ae", FAMILIES["ae"].config(batch=batch, hidden=8), small_images(count), seed)
    return [(trainer.next_batch()[:, 0, 0, 0] * 255).round().int().tolist() for _ in range(batches)]


def test_every_epoch_shows_each_image_once_in_a_new_order() -> None:
    batches = order_of(batch=25, count=100, batches=8)
    first, second = list(chain(*batches[:4])), list(chain(*batches[4:]))
    assert sorted(first) == sorted(second) == list(range(100))
    assert first != second
    assert first != list(range(100))
    assert order_of(25, 100, 8, seed=1) != batches


def test_an_epoch_that_does_not_divide_has_no_repeats() -> None:
    batches = order_of(batch=32, count=100, batches=6)
    assert all(len(batch) == 32 for batch in batches)
    assert len(set(chain(*batches[:3]))) == len(set(chain(*batches[3:]))) == 96


def test_a_data_set_smaller_than_a_batch_is_the_batch() -> None:
    assert [sorted(batch) for batch in order_of(batch=64, count=20, batches=2)] == [list(range(20))] * 2


def test_batches_are_pixels_between_0_and_1() -> None:
    batch = trainer_of("ae").next_batch()
    assert (batch.shape, batch.dtype) == ((32, 1, 28, 28), torch.float32)
    assert batch.min() == 0
    assert 0.9 < batch.max() <= 1


@pytest.mark.parametrize(
    ("schedule", "shares"),
    [
        ("constant", {0: 1, 49: 1, 98: 1}),
        ("one_cycle", {0: 0.5, 1: 1, 50: 0.5, 98: 0.01 / 0.98}),
        ("flat_then_fall", {0: 1, 49: 1, 74: 0.5, 98: 0.02}),
    ],
)
def test_learning_rates_follow_the_plan(schedule: str, shares: dict[int, float]) -> None:
    trainer = trainer_of("gan", schedule=schedule, steps=99, learning_rate_d=1e-3, learning_rate_g=1e-4)
    for step, share in shares.items():
        trainer.step = step
        trainer.set_learning_rates()
        rates = {name: one.param_groups[0]["lr"] for name, one in trainer.model.optimisers().items()}
        assert rates == {"discriminator": pytest.approx(1e-3 * share), "generator": pytest.approx(1e-4 * share)}
