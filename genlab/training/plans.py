"""When a run of so many steps shows itself, is kept, and how large its steps are."""

from __future__ import annotations

from genlab.checkpoint import WHOLE_BYTES

POINTS_PLANNED = 600
FRAMES_PLANNED = 80
CHECKPOINTS_KEPT = 10
# What the kept checkpoints of a large net, which are its weights, take together, but for the last, which is kept in any
# case (the first takes nothing): with its pictures, and squeezed, a run takes ten megabytes then.
KEPT_BYTES = 6 * 2**20
WARM_UP_SHARE = 0.02


def frame_steps(plan: int) -> list[int]:
    """The steps at which frames are kept: at most 81, dense at first, where most happens."""
    return sorted({round(plan * (i / FRAMES_PLANNED) ** 2) for i in range(FRAMES_PLANNED + 1)})


def kept_steps(plan: int, size: int = 0) -> list[int]:
    """The steps whose checkpoints are kept for forks: first, last, at most eight between, dense at first as frames.

    size: bytes of a whole checkpoint; of a large net fewer are kept.
    """
    count = kept_count(size)
    return sorted({round(plan * (i / (count - 1)) ** 2) for i in range(count)})


def kept_count(size: int) -> int:
    """How many checkpoints are kept for forks; size: bytes of a whole one, of which weights are a third."""
    return CHECKPOINTS_KEPT if size <= WHOLE_BYTES else min(CHECKPOINTS_KEPT, 1 + max(1, 3 * KEPT_BYTES // size))


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
