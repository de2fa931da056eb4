"""A plan that ends when its time does: its length is not known before its speed has been seen."""

from __future__ import annotations

from genlab.training.progress import Point
from genlab.training.trainer import Trainer

SLICE_SECONDS = 0.5
MOST_STEPS = 1_000_000
FEWEST_STEPS = 10
# A plan is fitted to the time only when it would miss it by more than this share.
FIT_TOLERANCE = 0.02
SHRINKS_AT_MOST = 4


def fitting(step: int, seconds: float, plan: int, budget: float) -> int:
    """The plan, in steps, that ends when the budget does, at the speed seen in the first `seconds`; the present plan
    where it is near enough.

    A run's first steps are slow, and most of its pictures come early. Who believed them would plan so few steps that
    each of these is a picture again, and would never learn better: so a plan does not shrink to less than a quarter.
    """
    least = max(step + 1, FEWEST_STEPS, plan // SHRINKS_AT_MOST)
    wanted = min(MOST_STEPS, max(least, round(step * budget / seconds)))
    return wanted if abs(wanted - plan) > FIT_TOLERANCE * plan else plan


def fit_plan(trainer: Trainer, seconds: float) -> None:
    """Stretches or shortens the plan, so that it ends when the time does at the speed seen so far."""
    if trainer.finished or trainer.seconds <= 0:
        return
    plan = fitting(trainer.step, trainer.seconds, trainer.config.steps, seconds)
    if plan != trainer.config.steps:
        trainer.reconfigure(trainer.config.changed(steps=plan))


def train_for(trainer: Trainer, seconds: float) -> list[Point]:
    """Trains for so many seconds, with the learning rate's schedule ending when they do; the curve's points."""
    points: list[Point] = []
    while not trainer.finished and (remaining := seconds - trainer.seconds) > 0:
        points += trainer.advance(seconds=min(SLICE_SECONDS, remaining)).points
        fit_plan(trainer, seconds)
    return points
