"""Pictures and weights are squeezed in the database: back they are byte for byte, and a run takes so little room."""

from __future__ import annotations

import random
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select, text

from genlab.data import load
from genlab.models import FAMILIES
from genlab.runs import Store
from genlab.runs.arrays import pack
from genlab.runs.store.short import in_short, is_large
from genlab.runs.store.slices import Slice
from genlab.runs.store.space import run_bytes
from genlab.runs.store.squeezed import MARK, squeeze, unsqueeze
from genlab.runs.store.tables import CHECKPOINTS
from genlab.runs.trouble import StoreTrouble
from genlab.runs.work.hot import live_nets, probe_arrays
from genlab.training import Trainer, frame_steps, kept_steps


def weights(size: int) -> bytes:
    """A file of so many weights."""
    return pack({"weight": np.random.default_rng(0).normal(size=size).astype(np.float32)})


@given(st.binary() | st.binary().map(lambda tail: weights(100) + tail))
def test_whatever_was_kept_comes_back(blob: bytes) -> None:
    assert unsqueeze(squeeze(blob)) == blob


def test_weights_and_pictures_shrink() -> None:
    blob = weights(100_000)
    assert len(squeeze(blob)) < 0.9 * len(blob)
    pixels = pack({"samples": np.tile(np.arange(28, dtype=np.uint8), (64, 28, 1))})
    assert len(squeeze(pixels)) < 0.1 * len(pixels)


def test_what_is_damaged_is_said() -> None:
    blob, draw = squeeze(weights(20_000)), random.Random(0)
    for cut in (len(MARK), len(MARK) + 5, 100, len(blob) - 1):
        with pytest.raises(StoreTrouble):
            unsqueeze(blob[:cut])
    for _ in range(200):  # a byte that is another is found, or is a weight's
        harmed = bytearray(blob)
        harmed[draw.randrange(len(MARK), len(blob))] ^= 1 << draw.randrange(8)
        with suppress(StoreTrouble):
            unsqueeze(bytes(harmed))


def raw(engine: Engine) -> dict[int, bytes]:
    """The checkpoints as they lie in the database."""
    with engine.connect() as connection:
        return {step: bytes(blob) for step, blob in connection.execute(text("SELECT step, blob FROM checkpoints"))}


@pytest.mark.every_database
def test_a_store_squeezes_and_reads_what_is_not(store: Store) -> None:
    run, blob = store.create("ada", "ae", "ring8"), weights(10_000)
    store.write_slice(run.id, Slice(0, 1, 1.0, 0, checkpoints=[(0, True, blob), (1, True, blob)]))
    with store.engine.begin() as connection:  # as an older genlab has written it
        connection.execute(text("UPDATE checkpoints SET blob = :blob WHERE step = 0"), {"blob": blob})
    lies = raw(store.engine)
    assert (lies[0] == blob, lies[1] == squeeze(blob)) == (True, True)
    assert store.checkpoint(run.id, 0) == store.checkpoint(run.id, 1) == blob
    with store.engine.connect() as connection:
        counted = connection.scalar(select(func.sum(func.length(CHECKPOINTS.c.blob))))
    assert counted == run_bytes(store.engine)[run.id] == len(lies[0]) + len(lies[1])


@pytest.mark.parametrize("name", list(FAMILIES))
@pytest.mark.parametrize("data", ["mnist5k", "ring8"])
def test_a_finished_run_of_the_classroom_takes_ten_megabytes(name: str, data: str) -> None:
    """As it stands after a few steps, when a GAN draws more than noise; `benchmarks/room.py` trains to the end."""
    family = FAMILIES[name]
    config = family.preset("classroom", load(data).kind)
    trainer = Trainer(name, config, load(data))
    trainer.advance(steps=60 if name == "gan" else 3)
    checkpoint, frame = trainer.checkpoint(), len(squeeze(pack(trainer.frame()[1])))
    kept = len(squeeze(in_short(checkpoint) if is_large(checkpoint) else checkpoint))
    nets = sum(len(squeeze(net)) for net in live_nets(trainer).values()) + len(squeeze(pack(probe_arrays(trainer))))
    moments = len(kept_steps(config.steps, trainer.checkpoint_bytes)) - 1  # its seed draws the first
    assert (moments * kept + len(frame_steps(config.steps)) * frame + nets) / 1e6 <= 10.0
