"""The density of G(z) on a line, by change of variables, and the two ways to one expectation."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

# Beyond so many standard deviations of z hardly one in 10^15 lies.
REACH = 8.0


def pushforward(outputs: Tensor, masses: Tensor, edges: Tensor) -> Tensor:
    """p_g on cells of x: the mass that G carries into each, by its width; [cells], float64, integrates to what arrives.

    p_g(x) = sum over all z with G(z) = x of p(z) / |G'(z)|: between two neighbouring z G is taken as straight, so that
    their mass lies evenly between the two outputs, and each fold of G adds its own. Where G turns the density has a
    peak without a top, whose mass is right; where G is flat all mass lies in one cell. outputs: G at points of z,
    [n + 1]; masses: p's between neighbours, [n]; edges: of the cells, rising, [cells + 1]. Raises ValueError where the
    lengths do not fit or edges do not rise.
    """
    if outputs.ndim != 1 or masses.shape != (len(outputs) - 1,) or edges.ndim != 1 or len(edges) < 2:
        raise ValueError(
            f"outputs [n + 1], masses [n] and edges [cells + 1] must fit, got {tuple(outputs.shape)}, "
            f"{tuple(masses.shape)}, {tuple(edges.shape)}; allowed: n and cells of 1 and above."
        )
    if not bool((edges.diff() > 0).all()):
        raise ValueError("edges must rise, got some that do not; allowed: each above the one before.")
    outputs, masses, edges = outputs.double(), masses.double(), edges.double()
    low, high = torch.minimum(outputs[:-1], outputs[1:]), torch.maximum(outputs[:-1], outputs[1:])
    flat = low == high
    width = torch.where(flat, 1.0, high - low)
    # How much of each piece lies below each edge; what a flat piece carries lies in the cell that begins at or below.
    below = ((edges[:, None] - low) / width).clamp(0, 1)
    below = torch.where(flat, (edges[:, None] > low).double(), below)
    # Each piece's share of a cell before the sum over pieces: a difference of two such sums may be below 0 by rounding.
    return (below.diff(dim=0) @ masses) / edges.diff()


def two_ways(
    generate: Callable[[Tensor], Tensor], logit: Callable[[Tensor], Tensor], *, pieces: int = 1000
) -> tuple[float, float]:
    """The integral of p_g(x) log(1 - D(x)) over x and E_z log(1 - D(G(z))), z ~ N(0, 1): one number, two ways, in nats.

    That they agree is the change of variables from z to x (law of the unconscious statistician); G need be neither
    monotone nor invertible. generate: G; logit: D's, D = sigmoid(logit), so that log(1 - D) is finite where D is sure;
    both of float64 tensors [n], elementwise. Raises ValueError for fewer than one piece of z, or where G's outputs are
    not finite.
    """
    if pieces < 1:
        raise ValueError(f"pieces must be a number of them, got {pieces}; allowed: 1 and above.")
    z = torch.linspace(-REACH, REACH, pieces + 1, dtype=torch.float64)
    masses = torch.special.ndtr(z).diff()
    outputs = generate(z).double()
    if not bool(outputs.isfinite().all()):
        raise ValueError("G(z) must be finite, got NaN or infinity; allowed: finite numbers.")
    margin = 1e-6 * (1 + outputs.abs().max())
    # Cells as fine as outputs lie, small where p_g is high; and beside each output a narrow one, for what is flat in G.
    edges = torch.cat([outputs, outputs + margin]).unique()
    density = pushforward(outputs, masses, edges)
    over_x = density * logsigmoid(-logit((edges[1:] + edges[:-1]) / 2).double()) * edges.diff()
    middles = (z[1:] + z[:-1]) / 2
    over_z = masses * logsigmoid(-logit(generate(middles)).double())
    return math.fsum(over_x.tolist()), math.fsum(over_z.tolist())
