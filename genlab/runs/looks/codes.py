"""A run's model as it was at its newest checkpoint, and the held-out examples it is looked at with."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import torch
from torch import Tensor

from genlab.checkpoint import Checkpoint
from genlab.data import DataDamaged, DataUnavailable, ImageData, at_hand, describe, load
from genlab.models import Model, family_named
from genlab.runs.arrays import Arrays, Malformed, read_metadata, unpack
from genlab.runs.store.record import RunError
from genlab.runs.store.store import Store
from genlab.seeded import drawn_with

SHOWN_EXAMPLES = 2000
EXAMPLES_A_CLASS = 20
# Of data without classes as many as of ten, and of very many classes no more than a browser should be sent.
EXAMPLES_IN_ALL, EXAMPLES_AT_MOST = 200, 1000
POINTS_SEED = 0


class NotFinite(RunError):
    """Weights, or what they compute, are not numbers any more."""

    def __init__(self, step: int) -> None:
        super().__init__(f"run: what its weights of step {step} compute is not finite; fork an earlier moment")


def model_of(store: Store, run_id: str, step: int) -> Model:
    """The run's model as the checkpoint of that step has it, in eval mode.

    Raises RunError where there is no such checkpoint (any more), NotFinite for weights that are not numbers.
    """
    checkpoint = store.checkpoint(run_id, step)
    try:
        kept = Checkpoint.of(read_metadata(checkpoint), unpack(checkpoint))
    except Malformed:
        raise NotFinite(step) from None
    if not kept.weights:  # of a beginning that has been left behind
        raise RunError(f"checkpoint: run {run_id} has no weights of step {step}")
    return model_with(kept.family, kept.settings(), kept.data, kept.weights).requires_grad_(False)


def model_with(family: str, config: dict[str, Any], data: str, weights: Arrays) -> Model:
    """The model of these settings with its weights, in eval mode."""
    model = untrained_model(family, config, data)
    # A copy: arrays that were read from bytes cannot be written to, and tensors can.
    model.load_state_dict({name: torch.from_numpy(np.array(array)) for name, array in weights.items()})
    return model.eval()


def untrained_model(family: str, config: dict[str, Any], data: str) -> Model:
    """The model of these settings as it is built, its weights to be overwritten."""
    found = family_named(family)
    with drawn_with(0):
        return found.build(found.config.parse(config), describe(data).shape)


def held_out(name: str) -> tuple[Tensor, np.ndarray | None] | None:
    """The first 2000 held-out examples of a data set, [n, *shape], and their labels uint8 [n]; None for points, and for
    pictures without classes.

    None where the data set is not on this machine and no other can stand in for it.
    """
    here = at_hand(name)
    try:
        return read_held_out(here) if here else None
    except (DataUnavailable, DataDamaged):
        return None


@lru_cache(maxsize=4)
def read_held_out(name: str) -> tuple[Tensor, np.ndarray | None]:
    """What `held_out` gives; a failure is not kept, for a data set may come meanwhile."""
    data = load(name)
    if not isinstance(data, ImageData):
        return data.held_out(SHOWN_EXAMPLES, torch.Generator().manual_seed(POINTS_SEED)), None
    images = torch.from_numpy(np.array(data.test_images[:SHOWN_EXAMPLES])).unsqueeze(1).float().div_(255)
    return images, np.array(data.test_labels[:SHOWN_EXAMPLES]) if describe(name).classes else None


def few_of_each(name: str) -> Arrays:
    """Twenty held-out images of each class, or as many as it has, the classes in turn: "images" uint8 [n, 28, 28],
    "labels" uint8 [n], "indices" int64 [n], their places among the held-out examples. 1000 at most.

    Raises ValueError for an unknown name or points, DataUnavailable or DataDamaged where it cannot be read.
    """
    if describe(name).kind != "images":
        raise ValueError(f"examples: got {name!r}, allowed: data sets of images")
    data = load(name)
    assert isinstance(data, ImageData)
    labels = np.array(data.test_labels)
    present = np.unique(labels)
    each = EXAMPLES_IN_ALL if len(present) == 1 else min(EXAMPLES_A_CLASS, EXAMPLES_AT_MOST // len(present))
    places = [np.flatnonzero(labels == label)[:each] for label in present]
    turns = np.concatenate([np.arange(len(of_one)) for of_one in places])
    chosen = np.concatenate(places)[np.argsort(turns, kind="stable")]
    return {"images": np.array(data.test_images[chosen]), "labels": labels[chosen], "indices": chosen.astype(np.int64)}
