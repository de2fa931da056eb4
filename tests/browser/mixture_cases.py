"""Pairs of mixtures and what every divergence between them is, computed by genlab.divergences on fine grids."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.distributions import Normal

from genlab import divergences as dv

Mixture = list[dict[str, float]]

REFERENCE = json.loads((Path(__file__).parents[1] / "reference" / "divergences.json").read_text())["mixtures_1d"]
# What a hand can set (static/maths/mixtures/mixture_edits.js).
FARTHEST, NARROWEST, WIDEST, LIGHTEST = 8.0, 0.1, 10.0, 0.01


def mixture(*parts: tuple[float, float, float]) -> Mixture:
    """(mean, standard deviation, weight) of each component."""
    return [{"mean": mean, "std": std, "weight": weight} for mean, std, weight in parts]


def of_reference(case: dict[str, list[float]]) -> Mixture:
    """A mixture as the reference file writes it."""
    return mixture(*zip(case["means"], case["stds"], case["weights"], strict=True))


def in_address(parts: Mixture) -> str:
    """A mixture as a link holds it."""
    return ";".join(f"{part['mean']!r},{part['std']!r},{part['weight']!r}" for part in parts)


def random_mixture(generator: torch.Generator) -> Mixture:
    """One that a hand may leave, widths and weights of every order."""
    size = int(torch.randint(1, 4, (), generator=generator))
    means, spread, share = torch.rand(3, size, generator=generator, dtype=torch.float64)
    stds = NARROWEST * (WIDEST / NARROWEST) ** spread
    weights = LIGHTEST + (1 - size * LIGHTEST) * (4 * share).softmax(0)
    return mixture(*zip((FARTHEST * (2 * means - 1)).tolist(), stds.tolist(), weights.tolist(), strict=True))


def extremes() -> list[tuple[Mixture, Mixture]]:
    """The corners of what can be dragged: narrow and distant, narrow in wide, light beside heavy, equal."""
    left, right = mixture((-8, 0.1, 1)), mixture((8, 0.1, 1))
    spikes = mixture((-8, 0.1, 0.98), (0, 0.1, 0.01), (8, 0.1, 0.01))
    wide = mixture((8, 10, 1))
    both = mixture((-8, 10, 0.5), (8, 0.1, 0.5))
    near = mixture((-8, 0.1, 0.5), (-7.9, 0.1, 0.5))
    return [
        (left, right),
        (left, wide),
        (spikes, right),
        (spikes, wide),
        (both, near),
        (near, mixture((-7.95, 0.1, 1))),
        (spikes, mixture((-8, 0.1, 0.01), (0, 0.1, 0.01), (8, 0.1, 0.98))),
        (both, both),
        (wide, mixture((7.99, 10, 1))),
    ]


def log_density(parts: Mixture, x: Tensor) -> Tensor:
    """log sum_k weight_k N(x; mean_k, std_k)."""
    total = x.new_full(x.shape, -torch.inf)
    for part in parts:
        normal = Normal(x.new_tensor(part["mean"]), x.new_tensor(part["std"]))
        total = torch.logaddexp(total, normal.log_prob(x) + math.log(part["weight"]))
    return total


def expected(p: Mixture, q: Mixture, cells: int = 600_000) -> dict[str, float]:
    """Every number of two mixtures, by genlab.divergences on a grid that covers eleven standard deviations."""
    low = min(part["mean"] - 11 * part["std"] for part in p + q)
    high = max(part["mean"] + 11 * part["std"] for part in p + q)
    cell = (high - low) / cells
    x = low + cell * (torch.arange(cells, dtype=torch.float64) + 0.5)
    log_p, log_q = log_density(p, x), log_density(q, x)
    density_p, density_q = log_p.exp(), log_q.exp()
    js = dv.js_grid(density_p, density_q, cell).item()
    values: dict[str, Any] = {
        "kl_pq": dv.kl_grid_log(log_p, log_q, cell),
        "kl_qp": dv.kl_grid_log(log_q, log_p, cell),
        "tv": dv.tv_grid(density_p, density_q, cell),
        "w1": dv.wasserstein_grid(density_p, density_q, cell),
    }
    return {key: value.item() for key, value in values.items()} | {"js": js, "cost": dv.generator_cost(js)}
