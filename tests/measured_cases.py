"""Samplers that differ from each point data set in ways that real ones do, and their exact divergences to it.

`python tests/measured_cases.py` writes the values, from exact log ratios at hundreds of thousands of samples, to
reference/measured.json; reading them takes no time.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn.functional import softplus

from genlab.data.points import POINTS, BlurredSegment, Boxes, GaussianMixture, PointData, make_points

VALUES = Path(__file__).parent / "reference" / "measured.json"


@dataclass(frozen=True)
class Sampler:
    """A distribution that can be drawn from, and its log density; points float64."""

    sample: Callable[[int, torch.Generator], Tensor]
    log_density: Callable[[Tensor], Tensor]


def clouds(centres: Tensor, stds: Tensor, weights: Tensor) -> Sampler:
    """A mixture of round normals, each with its own width: stds and weights [m]."""
    centres, weights = centres.double(), weights.double() / weights.double().sum()
    dimensions = centres.shape[1]

    def sample(n: int, rng: torch.Generator) -> Tensor:
        chosen = torch.multinomial(weights, n, replacement=True, generator=rng)
        return centres[chosen] + stds[chosen, None] * torch.randn(n, dimensions, generator=rng, dtype=torch.float64)

    def log_density(x: Tensor) -> Tensor:
        squares = torch.cdist(x, centres, compute_mode="donot_use_mm_for_euclid_dist").square()
        heights = weights.log() - dimensions * (stds * math.sqrt(2 * math.pi)).log()
        return torch.logsumexp(heights - squares / (2 * stds**2), dim=1)

    return Sampler(sample, log_density)


def even(bound: float, dimensions: int) -> Sampler:
    """Uniform on [-bound, bound] in each dimension."""
    height = -dimensions * math.log(2 * bound)
    return Sampler(
        lambda n, rng: bound * (2 * torch.rand(n, dimensions, generator=rng, dtype=torch.float64) - 1),
        lambda x: torch.where((x.abs() <= bound).all(dim=1), height, -math.inf).double(),
    )


def mixed(data: PointData, other: Sampler, share: float) -> Sampler:
    def sample(n: int, rng: torch.Generator) -> Tensor:
        strange = torch.rand(n, 1, generator=rng) < share
        return torch.where(strange, other.sample(n, rng), data.sample(n, rng).double())

    def log_density(x: Tensor) -> Tensor:
        return torch.logaddexp(data.log_density(x) + math.log(1 - share), other.log_density(x) + math.log(share))

    return Sampler(sample, log_density)


def moved(data: PointData, scale: float = 1.0, shift: float = 0.0, angle: float = 0.0) -> Sampler:
    """x to scale R x + shift."""
    cos, sin = math.cos(angle), math.sin(angle)
    turn = torch.tensor([[cos, -sin], [sin, cos]] if data.dimensions == 2 else [[1.0]], dtype=torch.float64)
    return Sampler(
        lambda n, rng: scale * data.sample(n, rng).double() @ turn.T + shift,
        lambda x: data.log_density((x - shift) @ turn / scale) - data.dimensions * math.log(scale),
    )


def cases() -> dict[str, tuple[str, Sampler]]:
    """By what they are: the name of the data and the sampler."""
    found: dict[str, tuple[str, Sampler]] = {}
    for name in POINTS:
        data = make_points(name)
        for what, sampler in (everywhere(data) | of_this_kind(data)).items():
            found[f"{name}, {what}"] = (name, sampler)
    return found


def everywhere(data: PointData) -> dict[str, Sampler]:
    dimensions = data.dimensions
    width = data.std if isinstance(data, GaussianMixture | BlurredSegment) else 0.05
    cloud = clouds(torch.zeros(1, dimensions), torch.tensor([0.5]).double(), torch.ones(1))
    found = {
        "itself": moved(data),
        "a twentieth noise": mixed(data, even(1.25, dimensions), 0.05),
        "a tenth noise": mixed(data, even(1.25, dimensions), 0.1),
        "three tenths noise": mixed(data, even(1.25, dimensions), 0.3),
        "within a cloud": mixed(data, cloud, 0.15),
        "shrunk": moved(data, 0.9),
        "shifted": moved(data, shift=width),
        "a cloud": cloud,
    }
    return found | ({"turned": moved(data, angle=0.1)} if dimensions == 2 else {})


def of_this_kind(data: PointData) -> dict[str, Sampler]:
    if isinstance(data, Boxes):
        return {"one box": moved(Boxes("one", data.boxes[:1])), "grown": moved(data, 1.1)}
    if isinstance(data, BlurredSegment):
        return {
            f"{scale:g} as wide": moved(BlurredSegment("other", data.start, data.end, scale * data.std))
            for scale in (0.5, 1.5)
        }
    assert isinstance(data, GaussianMixture)
    weights = torch.ones(len(data.centres)) if data.weights is None else data.weights
    weights, stds = weights.double(), torch.full((len(weights),), data.std).double()
    found = {
        f"{scale:g} as wide": clouds(data.centres, scale * stds, weights) for scale in (0.25, 0.5, 0.8, 1.1, 1.25, 2.0)
    }
    if len(weights) > 1:
        first = torch.arange(len(weights)) < max(1, len(weights) // 8)
        half = torch.arange(len(weights)) < len(weights) // 2
        rng = torch.Generator().manual_seed(0)
        near = data.centres + 0.5 * data.std * torch.randn(data.centres.shape, generator=rng)
        uneven = torch.exp(0.3 * torch.randn(len(weights), generator=rng)).double()
        found |= {
            "an eighth lost": clouds(data.centres[~first], stds[~first], weights[~first]),
            "an eighth half lost": clouds(data.centres, stds, torch.where(first, 0.5 * weights, weights)),
            "half of them half lost": clouds(data.centres, stds, torch.where(half, 0.5 * weights, weights)),
            "half lost and narrow": clouds(data.centres, 0.5 * stds, torch.where(half, 0.5 * weights, weights)),
            "collapsed": clouds(data.centres[:1], 0.5 * stds[:1], weights[:1]),
            "all a little wrong": clouds(near, stds * uneven, weights * uneven.flip(0)),
        }
    return found


def exact(data: PointData, sampler: Sampler, count: int) -> tuple[float, float]:
    """JS and KL(p_g || p_data), nats: means of exact log ratios at samples of both, of JS within 0.001."""
    rng = torch.Generator().manual_seed(77)
    at_p, at_q = data.sample(count, rng).double().split(5000), sampler.sample(count, rng).double().split(5000)
    ratio_p = torch.cat([data.log_density(x) - sampler.log_density(x) for x in at_p])
    ratio_q = torch.cat([data.log_density(x) - sampler.log_density(x) for x in at_q])
    js = math.log(2) - (softplus(-ratio_p).mean() + softplus(ratio_q).mean()) / 2
    return float(js), -float(ratio_q.mean())


def values() -> dict[str, tuple[float, float | None]]:
    """By a case: JS and KL, None for a KL that is infinite."""
    return json.loads(VALUES.read_text())


if __name__ == "__main__":
    written = {}
    for case, (data_name, made) in cases().items():
        measured_js, measured_kl = exact(make_points(data_name), made, 100_000 if data_name == "spiral" else 400_000)
        written[case] = round(measured_js, 4), round(measured_kl, 3) if math.isfinite(measured_kl) else None
    lines = [f"  {json.dumps(case)}: {json.dumps(pair)}" for case, pair in written.items()]
    VALUES.write_text("{\n" + ",\n".join(lines) + "\n}\n")
