"""Seeds of the random numbers of a run: one for each use and each number there."""

from __future__ import annotations

import numpy as np

# What random numbers are drawn for: each use has streams of its own, so that no noise repeats the data's.
STEP_STREAM, BATCH_STREAM, PROBE_STREAM, HELD_OUT_STREAM = range(4)


def mixed_seed(seed: int, stream: int, index: int) -> int:
    """A seed of 32 bits from a run's seed, what it is for, and its number there.

    torch's CPU generator takes only the lowest 32 bits of a seed (mt19937), so (seed, number) cannot simply be laid
    side by side in 64 bits: they are hashed.
    """
    return int(np.random.SeedSequence((seed, stream, index)).generate_state(1)[0])
