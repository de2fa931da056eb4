"""A checkpoint as a type: what goes in comes out, and only this module knows what its tensors are called."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from genlab.checkpoint import OPTIMISERS, WEIGHTS, Checkpoint, Standing
from genlab.runs.arrays import pack, read_metadata, unpack

STANDING = Standing(7, 1.5, 9, {"kl": 3.0}, {"kl": 2})
WEIGHT, MOMENT = np.ones((2, 3), np.float32), np.zeros(3, np.float32)


def kept() -> Checkpoint[np.ndarray]:
    return Checkpoint("ae", "ring8", 3, '{"steps": 10}', STANDING, {"decoder.0.weight": WEIGHT},
                      {"one.0.exp_avg": MOMENT, "one.1.step": MOMENT, "two.0.step": MOMENT})  # fmt: skip


def test_what_is_written_is_read() -> None:
    blob = pack(kept().named(), kept().metadata())
    read = Checkpoint.of(read_metadata(blob), unpack(blob))
    assert (read.family, read.data, read.seed, read.standing) == ("ae", "ring8", 3, STANDING)
    assert read.settings() == {"steps": 10}
    np.testing.assert_array_equal(read.weights["decoder.0.weight"], WEIGHT)
    states = read.states("one")
    assert {index: list(state) for index, state in states.items()} == {0: ["exp_avg"], 1: ["step"]}
    assert list(read.states("two")) == [0]
    assert read.states("three") == {}


@pytest.mark.parametrize(
    ("lacking", "error"), [("progress", KeyError), ("family", KeyError), ("config", KeyError), ("seed", KeyError)]
)
def test_what_says_less_is_none(lacking: str, error: type[Exception]) -> None:
    metadata = {name: text for name, text in kept().metadata().items() if name != lacking}
    with pytest.raises(error):
        Checkpoint.of(metadata, kept().named())


def test_a_stranger_among_the_tensors_is_none() -> None:
    with pytest.raises(ValueError, match=r"^stranger: allowed: model\.NAME, optimiser\.NAME$"):
        Checkpoint.of(kept().metadata(), kept().named() | {"stranger": WEIGHT})


def test_nobody_else_knows_the_names() -> None:
    package = Path(__file__).parents[2] / "genlab"
    prefixes = [f'"{prefix}' for prefix in (WEIGHTS, OPTIMISERS)]
    # What broke is told by its full name: a trainer names it, a page knows that it is a weight.
    known = {package / "checkpoint.py", package / "training" / "trainer.py", package / "live" / "web" / "failure.py"}
    known.add(package / "scripts" / "writing.py")  # its "model." is a line of Python
    for path in package.rglob("*.py"):
        if path not in known:
            assert not any(prefix in path.read_text() for prefix in prefixes), path
