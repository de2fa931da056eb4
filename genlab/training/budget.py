"""A plan that ends when its time does: its length is not known before its speed has been seen."""

from __future__ import annotations

from genlab.training.trainer import Trainer

SLICE_SECONDS = 0.5
MOST_STEPS = 1_000_000
FEWEST_STEPS = 10
# A plan is fitted to the time only when it would miss it by more than this share.
FIT_TOLERANCE = 0.02
SHRINKS_AT_MOST = 4


def fit_plan(trainer: Trainer, seconds: float) -> None:
    """Stretches or shortens the plan, so that it ends when the time does at the speed seen so far."""
    if trainer.finished or trainer.seconds <= 0:
        return
    # A run's first steps are slow, and most of its pictures come early. Who believed them would plan so few steps that
    # each of these is a picture again, and would never learn better.
    least = max(trainer.step + 1, FEWEST_STEPS, trainer.config.steps // SHRINKS_AT_MOST)
    fitting = max(least, round(trainer.step * seconds / trainer.seconds))
    if abs(fitting - trainer.config.steps) > FIT_TOLERANCE * trainer.config.steps:
        trainer.reconfigure(trainer.config.changed(steps=min(fitting, MOST_STEPS)))


def train_for(trainer: Trainer, seconds: float) -> None:
    """Trains for so many seconds, with the learning rate's schedule ending when they do."""
    while not trainer.finished and (remaining := seconds - trainer.seconds) > 0:
        trainer.advance(seconds=min(SLICE_SECONDS, remaining))
        fit_plan(trainer, seconds)
