"""Pairs of mixtures and every number of them: genlab.divergences on grids, the reference's quadrature, closed forms."""

from __future__ import annotations

import math
from typing import Any

import torch
from browser.mixture_cases import (
    REFERENCE,
    Mixture,
    expected,
    extremes,
    log_density,
    mixture,
    of_reference,
    random_mixture,
)

from genlab import divergences as dv


def cases() -> dict[str, Any]:
    """Numbers of pairs, what lies outside of the picture, where fits end, the normal's distribution function."""
    return {
        "pairs": [*random_pairs(), *reference(), *single_normals(), *known()],
        "discriminators": discriminators(),
        "draggable": draggable(),
        "outside": outside(),
        "fits": fits(),
        "normal": normal(),
    }


def random_pairs() -> list[Any]:
    generator = torch.Generator().manual_seed(0)
    pairs = [(random_mixture(generator), random_mixture(generator)) for _ in range(14)] + extremes()
    return [[p, q, expected(p, q)] for p, q in pairs]


def reference() -> list[Any]:
    return [
        [
            of_reference(case["p"]),
            of_reference(case["q"]),
            {key: case[key] for key in ("kl_pq", "kl_qp", "js")} | {"cost": case["generator_cost"]},
        ]
        for case in REFERENCE
    ]


def discriminators() -> list[Any]:
    """[p, q, [[x, D*(x)]]]."""
    return [
        [
            of_reference(case["p"]),
            of_reference(case["q"]),
            [[point["x"], point["d"]] for point in case["optimal_discriminator"]],
        ]
        for case in REFERENCE
    ]


def single_normals() -> list[Any]:
    generator = torch.Generator().manual_seed(1)
    places = 16 * torch.rand(30, 2, generator=generator, dtype=torch.float64) - 8
    stds = 0.1 * 100 ** torch.rand(30, 2, generator=generator, dtype=torch.float64)
    stds[10:, 1] = stds[10:, 0]  # W1 of one width is the distance of the means
    logs = 2 * stds.log()
    forward = dv.kl_normal(places[:, 0], logs[:, 0], places[:, 1], logs[:, 1]).tolist()
    backward = dv.kl_normal(places[:, 1], logs[:, 1], places[:, 0], logs[:, 0]).tolist()
    found = []
    for i, (m, s) in enumerate(zip(places.tolist(), stds.tolist(), strict=True)):
        wanted = {"kl_pq": forward[i], "kl_qp": backward[i]}
        if i >= 10:
            wanted["w1"] = abs(m[0] - m[1])
            wanted["tv"] = math.erf(wanted["w1"] / (2 * math.sqrt(2) * s[0]))
        found.append([mixture((m[0], s[0], 1)), mixture((m[1], s[1], 1)), wanted])
    return found


def known() -> list[Any]:
    two, one, far = mixture((-3, 0.2, 0.5), (3, 0.2, 0.5)), mixture((3, 0.2, 1)), mixture((8, 0.2, 1))
    # JS of (1/2, 1/2) and (0, 1): 3/4 log(4/3)
    lost = {"js": 0.75 * math.log(4 / 3), "kl_qp": math.log(2), "tv": 0.5, "w1": 3}
    apart = {"js": math.log(2), "cost": 0, "tv": 1, "w1": 16, "kl_pq": 3200}
    return [[two, one, lost], [mixture((-8, 0.2, 1)), far, apart]]


def draggable() -> list[tuple[Mixture, Mixture]]:
    """Pairs that a hand can leave, for laws that hold for all."""
    generator = torch.Generator().manual_seed(2)
    pairs = [(random_mixture(generator), random_mixture(generator)) for _ in range(600)] + extremes()
    for p, _q in pairs[:60]:  # nearly equal: rounding decides the sign of a careless sum
        pairs.append((p, [part | {"mean": part["mean"] * (1 - 1e-9)} for part in p]))
        pairs.append((p, p))
        pairs.append((p, p[::-1]))
    return pairs


def outside() -> list[Any]:
    """[p, q, {number: shares of its area below -12 and above 12}], by a grid."""
    generator = torch.Generator().manual_seed(4)
    pairs = [(random_mixture(generator), random_mixture(generator)) for _ in range(6)]
    pairs += [(mixture((0, 1, 1)), mixture((-8, 10, 1))), (mixture((0, 0.5, 1)), mixture((1, 0.5, 1)))]
    x = torch.linspace(-110, 110, 1_100_001, dtype=torch.float64)
    found = []
    for p, q in pairs:
        log_p, log_q = log_density(p, x), log_density(q, x)
        log_m = torch.logaddexp(log_p, log_q) - math.log(2)
        areas = {
            "kl_pq": log_p.exp() * (log_p - log_q),
            "js": log_p.exp() * (log_p - log_m) + log_q.exp() * (log_q - log_m),
            "tv": log_p.exp() - log_q.exp(),
            "w1": (log_p.exp() - log_q.exp()).cumsum(0),
        }
        shares = {
            key: [(area[x < -12].sum() / area.sum()).item(), (area[x > 12].sum() / area.sum()).item()]
            for key, area in ((key, value.abs()) for key, value in areas.items())
        }
        found.append([p, q, shares])
    return found


def fits() -> list[Any]:
    """[p, start, number, q at the end, tolerances of its means and widths]."""
    generator = torch.Generator().manual_seed(3)
    start = mixture((-4, 2, 1))
    found = []
    for p in [random_mixture(generator) for _ in range(8)]:
        # A normal that is nearest by KL(p || q) has the mean and the variance of p
        mean = sum(part["weight"] * part["mean"] for part in p)
        variance = sum(part["weight"] * (part["std"] ** 2 + (part["mean"] - mean) ** 2) for part in p)
        end = mixture((mean, min(10, math.sqrt(variance)), 1))
        found.append([p, start, "kl_pq", end, 1e-3 * max(1, variance)])
    single = mixture((1.5, 0.4, 1))
    two, near = mixture((-4, 0.5, 0.3), (3, 1, 0.7)), mixture((-2.5, 1, 0.5), (2, 0.6, 0.5))
    return [
        *found,
        [single, start, "kl_qp", single, 1e-3],
        *([two, near, key, two, 0.01] for key in ("kl_pq", "kl_qp")),
    ]


def normal() -> list[Any]:
    """[z, P(Z <= z)], far into both tails."""
    places = torch.arange(-300, 301, dtype=torch.float64) / 8
    return torch.stack([places, torch.special.log_ndtr(places).exp()], 1).tolist()
