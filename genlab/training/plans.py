"""When a run of so many steps shows itself, is kept, and how large its steps are."""

from __future__ import annotations

POINTS_PLANNED = 600
FRAMES_PLANNED = 80
CHECKPOINTS_KEPT = 10
# What a run's kept checkpoints take together, but for the first and the last, which are kept in any case: with its
# pictures, and squeezed, a run takes ten megabytes then.
KEPT_BYTES = 10 * 2**20
WARM_UP_SHARE = 0.02


def frame_steps(plan: int) -> list[int]:
    """The steps at which frames are kept: at most 81, dense at first, where most happens."""
    return sorted({round(plan * (i / FRAMES_PLANNED) ** 2) for i in range(FRAMES_PLANNED + 1)})


def kept_steps(plan: int, size: int = 0) -> list[int]:
    """The steps whose checkpoints are kept for forks: first, last, at most eight between, dense at first as frames.

    size: bytes of a checkpoint; of a large net fewer are kept.
    """
    count = min(CHECKPOINTS_KEPT, max(2, KEPT_BYTES // max(1, size)))
    return sorted({round(plan * (i / (count - 1)) ** 2) for i in range(count)})


def schedule(name: str, progress: float) -> float:
    """The share of the peak learning rate at a share of the plan, both in 0 to 1.

    one_cycle: a straight rise over the first fiftieth, a straight fall to 0 (Smith and Topin 2018, without momentum);
    flat_then_fall: 1 over the first half, then a straight fall to a fiftieth.
    """
    if name == "one_cycle":
        return min(progress / WARM_UP_SHARE, (1 - progress) / (1 - WARM_UP_SHARE))
    if name == "flat_then_fall":
        return max(0.02, min(1.0, 2 * (1 - progress)))
    return 1.0
