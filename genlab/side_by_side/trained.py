"""Every family trained for the same time on the same data."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from genlab.data import load
from genlab.models import FAMILIES, Family
from genlab.side_by_side.rows import Row, pca_row, rows_of
from genlab.training import Trainer
from genlab.training.budget import train_for


def entrants(kind: str) -> list[Family]:
    """The families that learn this kind of data, and stand in every comparison."""
    return [family for family in FAMILIES.values() if kind in family.kinds and family.compared]


def latents_of(kind: str) -> int:
    """How many numbers PCA may keep: as many as the first family that encodes has latents."""
    family = next(family for family in entrants(kind) if family.encodes)
    return int(family.preset("classroom", kind).model_dump()["latents"])


def compared(
    name: str, seconds: float, seed: int = 0, began: Callable[[str], object] = lambda model: None
) -> Iterator[Row]:
    """The rows of a data set, each as soon as it is there: PCA, then every family's classroom preset, trained for so
    many seconds each. began: called with a model's name before it is trained."""
    data = load(name)
    yield pca_row(data, latents_of(data.kind), seed)
    for family in entrants(data.kind):
        began(family.name)
        trainer = Trainer(family.name, family.preset("classroom", data.kind), data, seed)
        points = train_for(trainer, seconds)
        trainer.check_weights()
        trainer.model.eval()
        yield from rows_of(family.name, trainer.model, data, trainer.seconds, trainer.step, seed, points)
