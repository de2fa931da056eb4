"""What pages draw of a trainer besides its frames: its live nets and the examples that its frames show."""

from __future__ import annotations

import json

import numpy as np

from genlab.data import describe
from genlab.models import Model, labelled
from genlab.netfile import Unexportable, write_nets
from genlab.training import Trainer


def live_nets(trainer: Trainer) -> dict[str, bytes]:
    """The nets of a trainer's model that a browser can run; see `nets_of`."""
    return nets_of(trainer.model, trainer.family.name, trainer.data.name, trainer.step)


def nets_of(model: Model, family: str, data: str, step: int) -> dict[str, bytes]:
    """The nets that a browser can run, as safetensors; none where one of them has a layer it cannot."""
    facts = {
        "family": family,
        "data": data,
        "shape": json.dumps(describe(data).shape),
        "latents": str(model.latents),
        "step": str(step),
    }
    if (told := labelled(model)) is not None:
        facts |= {"classes": str(told.classes), "told": str(told.told)}
    try:
        return write_nets(model.live_nets(), facts)
    except Unexportable:
        return {}


def probe_arrays(trainer: Trainer) -> dict[str, np.ndarray]:
    """The held-out examples behind every frame of a run; see genlab/training/sources.py."""
    return trainer.source.behind(trainer.model, trainer.probe)
