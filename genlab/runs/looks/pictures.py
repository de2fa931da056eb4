"""What pages draw of a trainer besides its frames: its live nets and the examples that its frames show."""

from __future__ import annotations

import json

import numpy as np

from genlab.data import ImageData, describe
from genlab.models import Model
from genlab.models.images import SHOWN_RECONSTRUCTIONS
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
    try:
        return write_nets(model.live_nets(), facts)
    except Unexportable:
        return {}


def probe_arrays(trainer: Trainer) -> dict[str, np.ndarray]:
    """The held-out examples behind every frame of a run.

    Images: "originals" uint8 [16, 28, 28], which "reconstructions" rebuild, and "labels" uint8 [256] of the
    examples in "latent". Points: "examples" float32 [256, dimensions], and "noise" float32 [256, latents], the latents
    whose images are "samples".
    """
    probe = trainer.probe
    if not isinstance(trainer.data, ImageData):
        return {"examples": probe.examples.numpy(), "noise": trainer.model.prior(probe.noise).numpy()}
    originals = (probe.examples[:SHOWN_RECONSTRUCTIONS].squeeze(1) * 255).round().byte().numpy()
    return {"originals": originals, "labels": probe.labels.numpy()}
