"""What a run says of itself is what happened: the examples it drew, and the seconds in which it trained."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
import torch

from genlab.data import ImageData, load
from genlab.models import FAMILIES
from genlab.models.base import Step
from genlab.training import Trainer, trained


def few(count: int) -> ImageData:
    """So many of the embedded digits."""
    digits = load("mnist5k")
    assert isinstance(digits, ImageData)
    images, labels = np.array(digits.train_images[:count]), np.array(digits.train_labels[:count])
    return ImageData("mnist5k", images, labels, images, labels)


def counted(trainer: Trainer, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of the batches that the model is handed from now on."""
    sizes: list[int] = []
    step = trainer.model.train_step

    def watched(one: Step) -> Any:
        def batch() -> torch.Tensor:
            drawn = one.next_batch()
            sizes.append(len(drawn))
            return drawn

        return step(Step(one.number, one.plan, one.rng, batch, one.part))

    monkeypatch.setattr(trainer.model, "train_step", watched)
    return sizes


@pytest.mark.parametrize("batch", [8, 30, 64, 100, 101, 1024])
@pytest.mark.parametrize(("family", "more"), [("ae", {}), ("gan", {"d_steps": 3}), ("gan", {"g_steps": 2})])
def test_the_examples_that_are_reported_were_seen(
    family: str, more: dict[str, Any], batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = FAMILIES[family].config.parse({"steps": 20, "batch": batch, "hidden": 8} | more)
    first = Trainer(family, config, few(100))
    sizes = counted(first, monkeypatch)
    first.advance(steps=7)
    assert first.examples_seen == sum(sizes)
    resumed = Trainer(family, config, few(100))
    resumed.restore(first.checkpoint())
    more_sizes = counted(resumed, monkeypatch)
    resumed.advance()
    assert resumed.examples_seen == sum(sizes) + sum(more_sizes)


def test_what_a_step_waited_is_no_training() -> None:
    assert trained(0.02, 0.02) == 0.02
    assert trained(2.0, 1.0) == 2.0  # a crowded machine
    assert trained(3600.0, 0.02) == pytest.approx(0.2)


@pytest.mark.parametrize("clock", ["perf_counter", "monotonic", "time"])
def test_a_clock_that_went_on_while_the_machine_slept(clock: str, monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = Trainer("ae", FAMILIES["ae"].preset("classroom", "points", {"steps": 50, "hidden": 8}), load("ring8"))
    real, asleep = getattr(time, clock), [0.0]
    monkeypatch.setattr(time, clock, lambda: real() + asleep[0])
    step = trainer.model.train_step

    def slept(one: Step) -> Any:
        asleep[0] += 3600.0
        return step(one)

    monkeypatch.setattr(trainer.model, "train_step", slept)
    trainer.advance(steps=20)
    assert trainer.seconds < 60
