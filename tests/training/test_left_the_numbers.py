"""A run that leaves the numbers says at which step and by which term, wherever that is noticed first."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch

from genlab.data import load
from genlab.evaluation import evaluate
from genlab.models import FAMILIES
from genlab.training import NonFinite, Trainer

SMALL: dict[str, Any] = {"hidden": 16, "batch": 16, "steps": 400}


def trainer_of(family: str, data: str = "ring8", **more: Any) -> Trainer:
    kind = "points" if data == "ring8" else "images"
    return Trainer(family, FAMILIES[family].preset("classroom", kind, SMALL | more), load(data))


def first_weight(trainer: Trainer) -> torch.Tensor:
    return next(iter(trainer.model.parameters()))


LOOKS: dict[str, Callable[[Trainer], object]] = {
    "a checkpoint": lambda trainer: trainer.checkpoint(),
    "a frame": lambda trainer: trainer.frame(),
    "a point": lambda trainer: trainer.glance(held_out=True),
    "the next steps": lambda trainer: trainer.advance(),
}


@pytest.mark.parametrize("look", ["a checkpoint", "a frame", "the next steps"])
@pytest.mark.parametrize("data", ["ring8", "mnist5k"])
@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_a_weight_that_is_no_number(family: str, data: str, look: str) -> None:
    trainer = trainer_of(family, data)
    trainer.advance(steps=3)
    with torch.no_grad():
        for tensor in trainer.model.parameters():
            tensor.fill_(math.nan)
    with pytest.raises(NonFinite, match=r"^step [34]: .* is not finite; try a lower learning rate") as caught:
        LOOKS[look](trainer)
    assert caught.value.step in (3, 4)


@pytest.mark.parametrize("family", ["ae", "vae"])
def test_a_held_out_term_that_is_no_number(family: str) -> None:
    trainer = trainer_of(family, "mnist5k")
    trainer.advance(steps=3)
    with torch.no_grad():
        first_weight(trainer).fill_(math.inf)
    with pytest.raises(NonFinite, match=r"^step 3: test_"):
        trainer.glance(held_out=True)


@pytest.mark.parametrize("data", ["ring8", "mnist5k"])
@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_a_model_that_diverged_has_no_metrics(family: str, data: str) -> None:
    trainer = trainer_of(family, data)
    with torch.no_grad():
        for tensor in trainer.model.parameters():
            tensor.fill_(math.nan)
    with pytest.raises(FloatingPointError):
        evaluate(trainer.model, trainer.data)


def test_gradients_whose_squares_overflow_are_no_checkpoint_that_cannot_be_read() -> None:
    """Adam's mean of squares is infinite while every weight and every loss is a number still."""
    trainer = trainer_of("vae", deviation=0.01)
    trainer.advance(steps=3)
    (optimiser,) = trainer.model.optimisers().values()
    optimiser.state[first_weight(trainer)]["exp_avg_sq"].fill_(math.inf)
    with pytest.raises(NonFinite) as caught:
        trainer.checkpoint()
    assert str(caught.value) == (
        "step 3: the size of the gradients is not finite; try a lower learning rate or a larger deviation"
    )
