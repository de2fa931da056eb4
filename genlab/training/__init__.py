"""Trainer: a run's model, data and randomness, advanced in slices.

Whatever happens at step t depends only on (seed, t) and on the weights: the step's random numbers are drawn from a
generator seeded anew by (seed, t), and batch b is a fixed function of (seed, b). So a run trained in one go, in
slices, or resumed from a checkpoint after a kill ends with the same weights, bit for bit (same machine, same threads).
"""

from genlab.training.plans import (
    CHECKPOINTS_KEPT,
    FRAMES_PLANNED,
    POINTS_PLANNED,
    frame_steps,
    kept_count,
    kept_steps,
    schedule,
)
from genlab.training.progress import Frame, NonFinite, Point, Progress, trained
from genlab.training.seeds import STEP_STREAM, mixed_seed
from genlab.training.trainer import Trainer, read_checkpoint

__all__ = [
    "CHECKPOINTS_KEPT", "FRAMES_PLANNED", "POINTS_PLANNED", "STEP_STREAM", "Frame", "NonFinite", "Point",
    "Progress", "Trainer", "frame_steps", "kept_count", "kept_steps", "mixed_seed", "read_checkpoint", "schedule",
    "trained",
]  # fmt: skip
