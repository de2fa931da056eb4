"""The atlas of a run: where its held-out examples lie in latent space, and which latents matter."""

from __future__ import annotations

import threading
from collections import OrderedDict

import numpy as np
import torch
from torch import Tensor, nn

from genlab.divergences import kl_to_standard_normal
from genlab.models import Model
from genlab.models.base import Encodes
from genlab.models.gan import GAN
from genlab.models.vae import VAE
from genlab.principal import principal_axes
from genlab.runs.arrays import Arrays, pack
from genlab.runs.codes import NotFinite, held_out, model_of
from genlab.runs.store import Store

KEPT = 32
CLASSES = 10
# Multiplications that finding the importance may take: some 50 ms of one core.
BUDGET = 1_000_000_000
FEWEST_DRAWS, MOST_DRAWS = 2, 32
SEED = 0

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
    where the examples have classes, "labels" u8 [n] and "class_means" f32 [10, latents] (NaN for a class that none of
    them has). Always "order" i64 [latents], most important first, and "importance" f32 [latents]: "kl", nats, for a
    VAE; else "output_variance", a squared grey value or coordinate.
    """
    examples = held_out(data) if isinstance(model, Encodes) else None
    arrays: Arrays = {}
    importance_is = "output_variance"
    if examples is None:
        importance = change_when_redrawn(model)
    else:
        x, labels = examples
        assert isinstance(model, Encodes)
        if isinstance(model, VAE):
            means, log_variances = model.encoder(x).chunk(2, dim=1)
            arrays["log_variances"] = log_variances.numpy()
            importance = kl_to_standard_normal(means, log_variances).mean(dim=0)
            importance_is = "kl"
        else:
            means = model.encode(x)
            importance = variance_when_moved(model, means)
        arrays["means"] = means.numpy()
        named = zip(("center", "axes", "axis_deviation"), principal_axes(means), strict=True)
        arrays |= {name: part.float().numpy() for name, part in named}
        if labels is not None:
            arrays |= {"labels": labels, "class_means": class_means(arrays["means"], labels)}
    arrays["importance"] = importance.float().numpy()
    arrays["order"] = np.argsort(-arrays["importance"], kind="stable").astype(np.int64)
    return arrays, importance_is


def class_means(means: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The mean code of each of ten classes, f32 [10, latents]; NaN for a class without examples."""
    found = np.full((CLASSES, means.shape[1]), np.nan, dtype=np.float32)
    for label in np.unique(labels):
        found[label] = means[labels == label].mean(axis=0)
    return found


def variance_when_moved(model: Model, codes: Tensor) -> Tensor:
    """Mean over codes z and pixels of ((x(z + s_j e_j) - x(z - s_j e_j)) / 2)^2 for each latent j, whose standard
    deviation over the codes is s_j: [latents]."""
    deviations = codes.std(dim=0, correction=0)
    z = codes[: draws(model)]
    importance = torch.zeros(model.latents)
    for latent in range(model.latents):
        move = torch.zeros(model.latents)
        move[latent] = deviations[latent]
        importance[latent] = ((model.decode(z + move) - model.decode(z - move)) / 2).square().mean()
    return importance


def change_when_redrawn(model: Model) -> Tensor:
    """E (x(z) - x(z'))^2, mean over pixels, where z ~ p(z) and z' is z with component j drawn anew: [latents].

    Half of it is Jansen's (1999) total effect of the component on the output's variance.
    """
    rng = torch.Generator().manual_seed(SEED)
    noise = model.noise if isinstance(model, GAN) else lambda n, rng: torch.randn(n, model.latents, generator=rng)
    count = draws(model)
    z, redrawn = noise(count, rng), noise(count, rng)
    before = model.decode(z)
    importance = torch.zeros(model.latents)
    for latent in range(model.latents):
        other = z.clone()
        other[:, latent] = redrawn[:, latent]
        importance[latent] = (model.decode(other) - before).square().mean()
    return importance


def draws(model: Model) -> int:
    """As many z as the budget allows, 2 to 32: a large convolutional decoder gets fewer."""
    each = 2 * model.latents * multiplications(model.live_nets()["decoder"], model.latents)
    return max(FEWEST_DRAWS, min(MOST_DRAWS, BUDGET // each))


def multiplications(net: nn.Sequential, inputs: int) -> int:
    """Multiplications of one example's way through a net."""
    x, total = torch.zeros(1, inputs), 0
    for layer in net:
        before, x = x, layer(x)
        weight = getattr(layer, "weight", None)
        if isinstance(weight, Tensor):
            places = before if isinstance(layer, nn.ConvTranspose2d) else x
            total += weight.numel() * (places[0, 0].numel() if places.ndim == 4 else 1)
    return max(1, total)
