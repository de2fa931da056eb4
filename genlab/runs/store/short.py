"""A checkpoint in short: what a large net's run keeps of the moments from which it can be forked.

Whole, two thirds of it are what Adam remembers of each weight, the running means m of its gradient and v of the
gradient's square. In short m is left out and of v each tensor keeps its mean, one number: who goes on from there
begins with m = 0, v = that mean and the count of steps. So steps are small at first, and of the right size as soon as m
has filled up, in some ten steps. (Fresh moments would make the first steps as large as the learning rate
whatever the gradient: a VAE of digits loses 40 nats by the first, and has them back after a hundred.)

Of a run that has made no step nothing is kept: its seed draws it again.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from sqlalchemy import Connection, exists, func, insert, select

from genlab.checkpoint import MEANS, SQUARES, WHOLE_BYTES, Checkpoint
from genlab.runs.arrays import pack, read_metadata, unpack
from genlab.runs.store.record import NETS_ASKED, Run
from genlab.runs.store.tables import ASKED, CHECKPOINTS


def is_large(blob: bytes) -> bool:
    """Whether a checkpoint is kept whole only as long as its run may go on from it: of a large net, of which Adam
    remembers something. One that SGD trained has nothing to leave out, and its forks are exact."""
    return len(blob) > WHOLE_BYTES and any(name.endswith(SQUARES) for name in unpack(blob))


def in_short(blob: bytes) -> bytes:
    """A checkpoint without what takes most of its room."""
    kept = Checkpoint.of(read_metadata(blob), unpack(blob))
    if kept.standing.step == 0:
        kept = replace(kept, weights={}, optimisers={})
    optimisers = {
        name: np.asarray(values.mean(dtype=np.float64), np.float32) if name.endswith(SQUARES) else values
        for name, values in kept.optimisers.items()
        if not name.endswith(MEANS)
    }
    kept = replace(kept, optimisers=optimisers)
    return pack(kept.named(), kept.metadata())


def is_short(blob: bytes) -> bool:
    """Whether a checkpoint has lost what Adam remembered."""
    names = unpack(blob).keys()
    return any(name.endswith(SQUARES) for name in names) and not any(name.endswith(MEANS) for name in names)


def ask_to_shorten(connection: Connection, run: Run) -> None:
    """Has a worker write a run that ends as it rests, where its newest checkpoint is large and still whole: only it
    knows what it goes on with."""
    newest = (CHECKPOINTS.c.run_id == run.id) & (CHECKPOINTS.c.step == run.step) & (CHECKPOINTS.c.step > 0)
    large = newest & CHECKPOINTS.c.whole.is_not(False) & (func.length(CHECKPOINTS.c.blob) > WHOLE_BYTES)
    if connection.scalar(select(exists().where(large))):
        connection.execute(insert(ASKED).values(run_id=run.id, part=NETS_ASKED))
