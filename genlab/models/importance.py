"""Which latents of a model matter, found by moving them or drawing them anew."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from genlab.models.model import Model
from genlab.nets import Residual
from genlab.ode import TIMES, Ode

# Multiplications that finding the importance may take: some 50 ms of one core.
BUDGET = 1_000_000_000
FEWEST_DRAWS, MOST_DRAWS = 2, 32
SEED = 0


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
    count = draws(model)
    z, redrawn = model.noise(count, rng), model.noise(count, rng)
    before = model.decode(z)
    importance = torch.zeros(model.latents)
    for latent in range(model.latents):
        other = z.clone()
        other[:, latent] = redrawn[:, latent]
        importance[latent] = (model.decode(other) - before).square().mean()
    return importance


def draws(model: Model) -> int:
    """As many z as the budget allows, 2 to 32: a large convolutional decoder gets fewer."""
    each = 2 * model.latents * multiplications(model.live_nets()["decoder"], model.latents + model.told)
    return max(FEWEST_DRAWS, min(MOST_DRAWS, BUDGET // each))


def multiplications(net: nn.Sequential, inputs: int) -> int:
    """Multiplications of one example's way through a net."""
    x, total = torch.zeros(1, inputs), 0
    for layer in (inner for outer in net for inner in (outer.inner if isinstance(outer, Residual) else (outer,))):
        before, x = x, layer(x)
        if isinstance(layer, Ode):
            total += layer.asked * multiplications(layer.field.net, layer.field.size + TIMES)
        weight = getattr(layer, "weight", None)
        if isinstance(weight, Tensor):
            places = before if isinstance(layer, nn.ConvTranspose2d) else x
            total += weight.numel() * (places[0, 0].numel() if places.ndim == 4 else 1)
    return max(1, total)
