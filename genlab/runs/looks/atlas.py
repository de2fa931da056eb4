"""The atlas of a run: where its held-out examples lie in latent space, and which latents matter."""

from __future__ import annotations

import threading
from collections import OrderedDict

import numpy as np
import torch

from genlab.data import describe
from genlab.devices import as_array
from genlab.models import Model
from genlab.principal import principal_axes
from genlab.runs.arrays import Arrays, pack
from genlab.runs.looks.codes import NotFinite, held_out, model_of
from genlab.runs.store.store import Store

KEPT = 32

_making = threading.Lock()
_made: OrderedDict[tuple[str, str, int], bytes] = OrderedDict()


def atlas_of(store: Store, run_id: str, step: int) -> bytes:
    """The atlas of a run at a checkpoint's step, as safetensors; made once, kept for the next who asks.

    Raises RunError where there is no such checkpoint (any more), NotFinite where the weights are of no use.
    """
    key = (store.url, run_id, step)
    if (made := _made.get(key)) is not None:  # without a wait for somebody else's
        return made
    with _making:  # one at a time: the second who asks for the same one finds it made
        if key not in _made:
            model = model_of(store, run_id, step)
            arrays, importance_is = make_atlas(model, store.get(run_id).data)
            floats = [name for name in arrays if name != "class_means" and arrays[name].dtype.kind == "f"]
            if not all(np.isfinite(arrays[name]).all() for name in floats):
                raise NotFinite(step)
            _made[key] = pack(arrays, {"importance_is": importance_is, "step": str(step)})
            if len(_made) > KEPT:
                _made.popitem(last=False)
        return _made[key]


@torch.no_grad()
def make_atlas(model: Model, data: str) -> tuple[Arrays, str]:
    """The arrays of a model's atlas, and what its importance is.

    With an encoder: "means" f32 [n, latents] of n <= 2000 held-out examples, "log_variances" (VAE), "center" f32
    [latents], "axes" f32 [latents, latents] (unit rows, largest variance first), "axis_deviation" f32 [latents];
    where the examples have classes, "labels" u8 [n] and "class_means" f32 [classes, latents] (NaN for a class that none
    of them has). Always "order" i64 [latents], most important first, and "importance" f32 [latents]: "kl", nats, for a
    VAE; else "output_variance", a squared grey value or coordinate.
    """
    examples = held_out(data)
    codes = model.codes(examples[0]) if examples else None
    arrays: Arrays = {}
    if examples is not None and codes is not None:
        labels, arrays["means"] = examples[1], as_array(codes.means)
        if codes.log_variances is not None:
            arrays["log_variances"] = as_array(codes.log_variances)
        named = zip(("center", "axes", "axis_deviation"), principal_axes(codes.means), strict=True)
        arrays |= {name: as_array(part.float()) for name, part in named}
        if labels is not None:
            arrays |= {
                "labels": labels,
                "class_means": class_means(arrays["means"], labels, len(describe(data).classes)),
            }
    importance = model.importance(codes)
    arrays["importance"] = as_array(importance.float())
    arrays["order"] = np.argsort(-arrays["importance"], kind="stable").astype(np.int64)
    return arrays, "kl" if codes is not None and model.importance_is() == "kl" else "output_variance"


def class_means(means: np.ndarray, labels: np.ndarray, classes: int) -> np.ndarray:
    """The mean code of each class, f32 [classes, latents]; NaN for a class without examples."""
    found = np.full((classes, means.shape[1]), np.nan, dtype=np.float32)
    for label in np.unique(labels):
        found[label] = means[labels == label].mean(axis=0)
    return found
