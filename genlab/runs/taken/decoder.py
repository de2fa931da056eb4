"""A run's decoder (a GAN's generator) alone, for other programs."""

from __future__ import annotations

import json
import tempfile
import threading
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import nn

from genlab.runs.looks.codes import model_of
from genlab.runs.store.record import Run, RunError

if TYPE_CHECKING:
    from genlab.runs.store.store import Store

NET = "decoder"
# torch's exporter keeps its state in the process.
_exporting = threading.Lock()


def decoder_of(store: Store, run: Run) -> tuple[nn.Sequential, int]:
    """The decoder of the newest checkpoint, in eval mode: z [n, latents] (of a model that is told the class followed by
    its one-hot numbers) to x, pixels in [0, 1] or points; and how many numbers it takes. Raises RunError where nothing
    is trained yet."""
    if not run.saved_step:
        raise RunError("decoder: the run has not trained yet")
    model = model_of(store, run.id, run.saved_step)
    return model.live_nets()[NET].eval(), model.latents + model.told


def decoder_safetensors(store: Store, run: Run) -> bytes:
    """Its weights by the names that torch gives them, so that an nn.Sequential of the layers in the file's metadata
    loads them."""
    from safetensors.torch import save

    net, latents = decoder_of(store, run)
    facts = {
        "layers": json.dumps([str(layer) for layer in net]),
        "latents": str(latents),
        "family": run.family,
        "data": run.data,
        "step": str(run.saved_step),
    }
    return save({name: tensor.contiguous() for name, tensor in net.state_dict().items()}, facts)


def decoder_onnx(store: Store, run: Run) -> bytes:
    """It as an ONNX graph: input z float32 [n, latents], output x, for any n."""
    net, latents = decoder_of(store, run)
    with _exporting, warnings.catch_warnings(), tempfile.TemporaryDirectory() as place, torch.no_grad():
        warnings.simplefilter("ignore")  # of the exporter's own parts
        made = torch.onnx.export(
            net,
            (torch.zeros(2, latents),),
            dynamo=True,
            input_names=["z"],
            output_names=["x"],
            dynamic_shapes=({0: torch.export.Dim("n")},),
            verbose=False,
        )
        assert made is not None
        file = Path(place) / "decoder.onnx"
        made.save(str(file), external_data=False)
        return file.read_bytes()
