"""JS and KL from samples against quadrature: every point data set, spread, shifted, thinned out, mixed with noise."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
import torch
from torch import Tensor

from genlab import divergences as dv
from genlab.data.points import POINTS, GaussianMixture, PointData, make_points
from genlab.divergences import SampledDivergences, js_samples, kl_samples

LOG_2 = math.log(2)
N = 2048


@dataclass(frozen=True)
class Sampler:
    """A distribution whose divergences to the data's are known."""

    sample: Callable[[int, torch.Generator], Tensor]
    log_density: Callable[[Tensor], Tensor]


def as_it_is(data: PointData) -> Sampler:
    return Sampler(data.sample, data.log_density)


def moved(data: PointData, scale: float = 1.0, shift: float = 0.0, angle: float = 0.0) -> Sampler:
    """x to scale R x + shift."""
    turn = torch.eye(data.dimensions, dtype=torch.float64)
    if data.dimensions == 2:
        cos, sin = math.cos(angle), math.sin(angle)
        turn = torch.tensor([[cos, -sin], [sin, cos]], dtype=torch.float64)
    return Sampler(
        lambda n, rng: scale * data.sample(n, rng).double() @ turn.T + shift,
        lambda x: data.log_density((x - shift) @ turn / scale) - data.dimensions * math.log(scale),
    )


def clouds(data: PointData, std: float = 1.0, lost: int = 0) -> Sampler:
    """A mixture with other widths, or without its first modes."""
    assert isinstance(data, GaussianMixture)
    weights = None if data.weights is None else data.weights[lost:]
    return as_it_is(GaussianMixture("other", data.centres[lost:], std * data.std, weights, bound=2.0))


def mixed(one: Sampler, other: Sampler, share: float) -> Sampler:
    def sample(n: int, rng: torch.Generator) -> Tensor:
        first = torch.rand(n, 1, generator=rng) < share
        return torch.where(first, one.sample(n, rng).double(), other.sample(n, rng).double())

    def log_density(x: Tensor) -> Tensor:
        return torch.logaddexp(one.log_density(x) + math.log(share), other.log_density(x) + math.log(1 - share))

    return Sampler(sample, log_density)


def normal(dimensions: int, std: float) -> Sampler:
    return as_it_is(GaussianMixture("normal", torch.zeros(1, dimensions, dtype=torch.float64), std))


def truth(data: PointData, sampler: Sampler) -> tuple[float, float]:
    """JS and KL(p_g || p_data), nats, on a grid whose cells are half as wide as the narrowest cloud or less: what is
    summed is so smooth that the sum is exact to fourteen digits."""
    side, reach = (60_000, 6.0) if data.dimensions == 1 else (900, 2.2)
    line = (torch.arange(side, dtype=torch.float64) + 0.5) / side * 2 * reach - reach
    cell = (2 * reach / side) ** data.dimensions
    js = kl = 0.0
    for part in line.split(60_000 if data.dimensions == 1 else 200):
        at = part[:, None] if data.dimensions == 1 else torch.cartesian_prod(part, line)
        log_p, log_q = data.log_density(at), sampler.log_density(at)
        p, q = log_p.exp(), log_q.exp()
        log_m = torch.logaddexp(log_p, log_q) - LOG_2
        js += 0.5 * cell * float((torch.special.xlogy(p, p) - torch.where(p > 0, p * log_m, 0.0)).sum())
        js += 0.5 * cell * float((torch.special.xlogy(q, q) - torch.where(q > 0, q * log_m, 0.0)).sum())
        kl += cell * float(torch.where(q > 0, q * (log_q - log_p), 0.0).sum())
    return js, kl


CASES: dict[str, tuple[str, Callable[[PointData], Sampler]]] = {
    "ring8, half as wide": ("ring8", lambda data: clouds(data, 0.5)),
    "ring8, 1.25 as wide": ("ring8", lambda data: clouds(data, 1.25)),
    "ring8, twice as wide": ("ring8", lambda data: clouds(data, 2)),
    "ring8, a mode lost": ("ring8", lambda data: clouds(data, lost=1)),
    "ring8, shifted": ("ring8", lambda data: moved(data, shift=0.03)),
    "ring8, with noise": ("ring8", lambda data: mixed(as_it_is(data), normal(2, 0.5), 0.85)),
    "two_gaussians, turned": ("two_gaussians", lambda data: moved(data, angle=0.2)),
    "one_gaussian_1d, shifted": ("one_gaussian_1d", lambda data: moved(data, shift=0.25)),
    "two_gaussians_1d, half as wide": ("two_gaussians_1d", lambda data: clouds(data, 0.5)),
    "three_gaussians_1d, a mode lost": ("three_gaussians_1d", lambda data: clouds(data, lost=1)),
    "three_gaussians_1d, 1.5 as wide": ("three_gaussians_1d", lambda data: clouds(data, 1.5)),
    "line, shrunk": ("line", lambda data: moved(data, 0.8)),
    "spiral, turned": ("spiral", lambda data: moved(data, angle=0.15)),
    "spiral, 1.5 as wide": ("spiral", lambda data: clouds(data, 1.5)),
    "spiral, a normal": ("spiral", lambda data: normal(2, 0.6)),
}


@pytest.mark.parametrize("case", CASES)
def test_2048_samples_against_quadrature(case: str) -> None:
    name, make = CASES[case]
    data = make_points(name)
    sampler = make(data)
    js, kl = truth(data, sampler)
    ruler = SampledDivergences(data)
    samples = [sampler.sample(N, torch.Generator().manual_seed(seed)).float() for seed in range(4)]
    read_js, read_kl = [ruler.js(x) for x in samples], [ruler.kl(x) for x in samples]
    assert np.mean([reading.value for reading in read_js]) == pytest.approx(js, abs=max(0.006, 0.1 * js))
    assert np.mean([reading.value for reading in read_kl]) == pytest.approx(kl, abs=max(0.1, 0.1 * kl))
    # A band of about two standard errors holds the truth but for one time in twenty.
    assert sum(reading.band[0] <= js <= reading.band[1] for reading in read_js) >= 3
    assert all(reading.band[0] < reading.value < reading.band[1] for reading in read_js)


@pytest.mark.parametrize(
    ("name", "std", "js", "kl"),
    [("ring8", 0.5, 0.173, 0.636), ("ring8", 1.25, 0.0237, 0.116), ("ring8", 2, 0.173, 1.613),
     ("grid25", 2, 0.173, 1.614), ("grid25", 0.5, 0.173, 0.636)],
)  # fmt: skip
def test_clouds_of_other_widths(name: str, std: float, js: float, kl: float) -> None:
    """The values are those of one cloud, which its neighbours do not reach."""
    data = make_points(name)
    samples = clouds(data, std).sample(N, torch.Generator().manual_seed(0))
    assert js_samples(samples, data) == pytest.approx(js, abs=0.02 if js > 0.1 else 0.012)
    assert kl_samples(samples, data) == pytest.approx(kl, abs=max(0.1, 0.1 * kl))


@pytest.mark.parametrize("name", POINTS)
@pytest.mark.parametrize("count", [50, 500, 2048, 10_000])
def test_a_perfect_sampler_reads_nothing_but_noise(name: str, count: int) -> None:
    data = make_points(name)
    ruler = SampledDivergences(data)
    js, kl = [], []
    for seed in range(6):
        samples = data.sample(count, torch.Generator().manual_seed(seed))
        js.append(ruler.js(samples))
        kl.append(ruler.kl(samples))
    for readings, most in ((js, 0.5 / count**0.5), (kl, 4 / count**0.5)):
        assert sum(reading.band[0] == 0 for reading in readings) >= 4
        if count == 50:  # two samples a mode of the grid's: what they say is that they say little
            continue
        assert np.mean([reading.value for reading in readings]) < most


def test_far_away_everything_differs() -> None:
    for name in POINTS:
        data = make_points(name)
        samples = data.sample(N, torch.Generator().manual_seed(0)) + 4
        assert js_samples(samples, data) == pytest.approx(LOG_2, abs=1e-3)
        assert kl_samples(samples, data) > 100


def scattered() -> Tensor:
    return make_points("ring8").sample(N, torch.Generator().manual_seed(0))


TIES: dict[str, Tensor] = {
    "all the same": scattered()[:1].expand(N, 2),
    "eight points": scattered()[torch.arange(N) % 8],
    "on a line": scattered() * torch.tensor([1.0, 0.0]),
    "all at a centre": torch.tensor([[1.0, 0.0]]).expand(N, 2),
}


@pytest.mark.parametrize("case", TIES)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_samples_that_coincide(case: str, dtype: torch.dtype) -> None:
    """Points and lines have no density: JS is log 2, KL infinite, and read as far as floating-point numbers go."""
    data, samples = make_points("ring8"), TIES[case].to(dtype)
    assert js_samples(samples, data) == pytest.approx(LOG_2, abs=0.05)
    found = kl_samples(samples, data)
    assert math.isfinite(found)
    # On a line the samples are apart, in one dimension of two.
    assert found > (1 if case == "on a line" else 20)


def test_a_share_of_duplicates_is_no_harm() -> None:
    data = make_points("ring8")
    samples = scattered()
    samples[: N // 10] = samples[N // 2]
    assert 0.01 < js_samples(samples, data) < 0.08
    assert 1 < kl_samples(samples, data) < 10


def test_kl_is_infinite_where_a_sample_lies_where_no_data_can_be() -> None:
    boxes = make_points("disjoint")
    samples = boxes.sample(N, torch.Generator().manual_seed(0))
    assert kl_samples(samples, boxes) < 0.1
    samples[7] = 0.0
    assert kl_samples(samples, boxes) == math.inf
    assert js_samples(samples, boxes) < 0.01


@pytest.mark.parametrize("count", [8, 12, 50, 20_000])
@pytest.mark.parametrize("name", ["ring8", "two_gaussians_1d"])
def test_few_and_many_samples(name: str, count: int) -> None:
    data = make_points(name)
    samples = data.sample(count, torch.Generator().manual_seed(0)) * 0.5
    assert 0 <= js_samples(samples, data) <= LOG_2
    assert kl_samples(samples, data) > 0
    assert kl_samples(samples, data) == kl_samples(samples, data)


def test_neighbours_that_there_are_not_are_refused() -> None:
    data = make_points("ring8")
    for k in (0, 8, 2.5):
        with pytest.raises(
            ValueError, match=r"^k must be a number of neighbours, got .*; allowed: whole numbers, 1 to 7"
        ):
            kl_samples(scattered()[:8], data, k)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="finite"):
        kl_samples(torch.full((10, 2), math.nan), data)
    with pytest.raises(ValueError, match="8 and above"):
        kl_samples(torch.zeros(3, 2), data)


def test_other_numbers_of_neighbours_read_much_the_same() -> None:
    data = make_points("ring8")
    samples = clouds(data, 1.5).sample(N, torch.Generator().manual_seed(0))
    for k in (1, 3, 10):
        assert kl_samples(samples, data, k) == pytest.approx(0.437, abs=0.1)


def test_the_functions_of_u_have_the_means_that_they_are_made_for() -> None:
    """E F(G t) = log(1 + t) over G ~ Gamma(k, 1), by quadrature over G."""
    from genlab.divergences.balls import LOG_U, mass_table

    for k in (1, 3, 12):
        log_g = np.linspace(-30, 7, 40_001)
        weight = np.exp(k * log_g - np.exp(log_g) - math.lgamma(k)) * (log_g[1] - log_g[0])
        for t in (0.01, 1.0, 30.0):
            mean = (weight * np.interp(log_g + math.log(t), LOG_U, mass_table(k))).sum()
            assert mean == pytest.approx(math.log1p(t), rel=1e-4)


def test_the_game_follows_what_is_measured() -> None:
    data = make_points("ring8")
    samples = clouds(data, lost=1).sample(N, torch.Generator().manual_seed(0))
    assert dv.generator_cost(js_samples(samples, data)) == pytest.approx(2 * 0.0454 - 2 * LOG_2, abs=0.012)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_samples_from_any_seed_are_measured_alike(seed: int) -> None:
    """Noise that the ruler drew too would make samples its neighbours: one mode of eight would read .467."""
    data = make_points("ring8")
    assert data.modes is not None
    noise = torch.randn(10_000, 2, generator=torch.Generator().manual_seed(seed))
    js = (math.log(16 / 9) + math.log(2 / 9) / 8 + 7 / 8 * math.log(2)) / 2
    assert js_samples((data.modes[3] + data.mode_std * noise).float(), data) == pytest.approx(js, abs=0.01)
