"""Divergences from samples, against distributions whose divergence is known."""

import math
from dataclasses import dataclass

import pytest
import torch

from genlab import divergences as dv

LOG_2 = math.log(2)
ONE_MODE_OF_TWO = 0.75 * math.log(4 / 3)  # JS of an equal mix of two disjoint halves and one of them
N = 10_000


@dataclass(frozen=True)
class Gaussians:
    """An equal mix of round normals."""

    means: tuple[tuple[float, ...], ...]
    std: float = 1.0

    def sample(self, n, generator):
        means = torch.tensor(self.means, dtype=torch.float64)
        chosen = torch.randint(len(means), (n,), generator=generator)
        noise = torch.randn(n, means.shape[1], generator=generator, dtype=torch.float64)
        return means[chosen] + self.std * noise

    def log_density(self, points):
        means = torch.tensor(self.means, dtype=torch.float64)
        squares = (points[:, None] - means).square().sum(-1) / self.std**2
        scale = len(means) * (2 * math.pi * self.std**2) ** (means.shape[1] / 2)
        return torch.logsumexp(-0.5 * squares, 1) - math.log(scale)


LINE = Gaussians(((-5.0,), (5.0,)))
PLANE = Gaussians(((-5.0, 0.0), (5.0, 0.0)))
RING = Gaussians(tuple((math.cos(k * math.pi / 4), math.sin(k * math.pi / 4)) for k in range(8)), 0.05)


def seeded(seed):
    return torch.Generator().manual_seed(seed)


def js_of(sampler, density, seed, n=N):
    generator = seeded(seed)
    return dv.js_samples(sampler.sample(n, generator), density, generator=generator)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("density", [LINE, PLANE, RING])
def test_perfect_generator_scores_zero(density, seed):
    assert js_of(density, density, seed) == pytest.approx(0, abs=2e-3)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("density", [LINE, PLANE])
def test_one_mode_of_two_lost(density, seed):
    found = js_of(Gaussians(density.means[:1]), density, seed)
    assert found == pytest.approx(ONE_MODE_OF_TWO, abs=0.01)


def test_wrong_width_is_seen():
    # The generator has every mode, twice as wide; the truth by the exact densities on samples of both.
    wide = Gaussians(RING.means, 0.1)
    p, q = RING.sample(100_000, seeded(1)), wide.sample(100_000, seeded(2))
    truth = dv.js_lower_bound_from_logits(
        RING.log_density(p) - wide.log_density(p), RING.log_density(q) - wide.log_density(q)
    )
    assert js_of(wide, RING, 0) == pytest.approx(truth.item(), abs=0.015)


def narrow_and_ordered(n, order):
    """n samples of RING at half its width, their modes in an order; and the JS of its distribution to RING."""
    modes = {"cycled": torch.arange(n) % 8, "in blocks": torch.arange(n) * 8 // n, "by half": torch.arange(n) % 4 * 2}
    means = torch.tensor(RING.means, dtype=torch.float64)[modes[order]]
    narrow = Gaussians(RING.means[::2] if order == "by half" else RING.means, 0.025)
    p, q = RING.sample(100_000, seeded(1)), narrow.sample(100_000, seeded(2))
    truth = dv.js_lower_bound_from_logits(
        RING.log_density(p) - narrow.log_density(p), RING.log_density(q) - narrow.log_density(q)
    )
    return means + 0.025 * torch.randn(n, 2, generator=seeded(3), dtype=torch.float64), truth.item()


@pytest.mark.parametrize("order", ["cycled", "in blocks", "by half"])
@pytest.mark.parametrize("n", [2048, N])
def test_the_order_of_samples_does_not_matter(n, order):
    samples, truth = narrow_and_ordered(n, order)
    found = dv.js_samples(samples, RING)
    assert found == pytest.approx(truth, abs=0.02)
    assert found == dv.js_samples(samples, RING)
    shuffled = samples[torch.randperm(n, generator=seeded(4))]
    assert dv.js_samples(shuffled, RING) == pytest.approx(found, abs=0.005)


def test_unequal_classes_that_come_in_turns():
    # One sample in four is of the one mode, three of the other; the truth is that of two and two categories.
    modes = torch.tensor([[5.0], [-5.0], [-5.0], [-5.0]], dtype=torch.float64)
    samples = modes[torch.arange(N) % 4] + torch.randn(N, 1, generator=seeded(0), dtype=torch.float64)
    truth = dv.js_discrete(torch.tensor([0.5, 0.5]), torch.tensor([0.25, 0.75])).item()
    assert dv.js_samples(samples, LINE) == pytest.approx(truth, abs=0.005)


@pytest.mark.parametrize("n", [8, 10, 12, 32, 100])
@pytest.mark.parametrize("density", [LINE, PLANE, RING])
def test_few_samples_stay_between_0_and_log_2(density, n):
    wide = Gaussians(((0.0,) * len(density.means[0]),), 30.0)
    for sampler in (density, wide):
        for seed in range(4):
            assert 0 <= js_of(sampler, density, seed, n) <= LOG_2


def test_a_sampler_much_sharper_than_the_density_is_seen_as_that():
    grid = Gaussians(tuple((x / 2 - 1, y / 2 - 1) for x in range(5) for y in range(5)), 0.0125)
    sharp = Gaussians(grid.means, 0.0125 / 4)
    p, q = grid.sample(100_000, seeded(1)), sharp.sample(100_000, seeded(2))
    truth = dv.js_lower_bound_from_logits(
        grid.log_density(p) - sharp.log_density(p), grid.log_density(q) - sharp.log_density(q)
    ).item()
    for n, margin in ((2048, 0.035), (N, 0.015)):
        assert dv.js_samples(sharp.sample(n, seeded(3)), grid) == pytest.approx(truth, abs=margin)
    # Its density beside the densest cell is that of the narrow clouds.
    at = torch.tensor([[0.0, 0.0], [0.002, 0.0], [0.02, 0.0]], dtype=torch.float64)
    ruler = dv.KernelDensities(grid, fresh=16384, box=((-1.5, 1.5), (-1.5, 1.5)))
    found = ruler.estimate(sharp.sample(N, seeded(3))).density(at)
    assert found[0] > 0.5 * sharp.log_density(at)[0].exp()
    assert found[2] < 0.05 * found[0]


COLLAPSED = {
    "point on a mode": RING.sample(N, seeded(0))[:1].expand(N, 2),
    "far point": torch.full((N, 2), 1e20),
    "scattered far away": 1e6 * torch.randn(N, 2, generator=seeded(0)) + 1e8,
    "line through two modes": torch.stack([torch.linspace(-1, 1, N), torch.zeros(N)], 1),
}


@pytest.mark.parametrize("name", COLLAPSED)
def test_collapsed_or_far_samplers_give_log_2(name):
    found = dv.js_samples(COLLAPSED[name], RING, generator=seeded(0))
    assert found == pytest.approx(LOG_2, abs=0.02)
    assert found <= LOG_2


def test_no_sample_is_dropped():
    # Half of q is p, the other half is disjoint from it: the lost mode turned around.
    generator = seeded(0)
    samples = torch.cat([PLANE.sample(N // 2, generator), torch.full((N // 2, 2), 1e6)])
    samples = samples[torch.randperm(N, generator=generator)]
    assert dv.js_samples(samples, PLANE, generator=generator) == pytest.approx(ONE_MODE_OF_TWO, abs=0.01)


def test_js_samples_is_deterministic_and_stays_in_range_for_few_samples():
    few = PLANE.sample(8, seeded(0))
    assert dv.js_samples(few, PLANE) == dv.js_samples(few, PLANE)
    assert 0 <= dv.js_samples(few, PLANE) <= LOG_2
    assert dv.js_samples(few.float(), PLANE) == pytest.approx(dv.js_samples(few, PLANE), abs=1e-4)


@pytest.mark.parametrize(
    ("samples", "said"),
    [
        (torch.zeros(10), "points"),
        (torch.zeros(10, 3), "1 or 2"),
        (torch.zeros(3, 2), "8 and above"),
        (torch.full((10, 2), math.nan), "finite"),
    ],
)
def test_js_samples_refuses(samples, said):
    with pytest.raises(ValueError, match=said):
        dv.js_samples(samples, PLANE)


@pytest.mark.parametrize("fresh", [0, -4, 10])
def test_a_ruler_refuses_samples_that_do_not_fill_its_folds(fresh):
    with pytest.raises(ValueError, match=f"got {fresh}; allowed: multiples of 4"):
        dv.KernelDensities(PLANE, fresh=fresh, box=((-9.0, 9.0),) * 2)


def test_kl_knn_on_normals():
    p, q = Gaussians(((0.0, 0.0),)), Gaussians(((1.0, 0.0),))
    x, y = p.sample(8000, seeded(0)), q.sample(8000, seeded(1))
    assert dv.kl_knn(x, y, 5) == pytest.approx(0.5, abs=0.08)
    assert dv.kl_knn(x, p.sample(8000, seeded(2)), 5) == pytest.approx(0, abs=0.05)


def test_kl_knn_matches_a_direct_count():
    x, y = torch.tensor([[0.0], [1.0], [4.0]]), torch.tensor([[2.0], [10.0]])
    by_hand = (math.log(2 / 1) + math.log(1 / 1) + math.log(2 / 3)) / 3 + math.log(2 / 2)
    assert dv.kl_knn(x, y, 1) == pytest.approx(by_hand)


def test_kl_knn_survives_duplicates():
    point, cloud = torch.ones(100, 2), torch.randn(100, 2, generator=seeded(0))
    assert dv.kl_knn(point, cloud, 3) > 5
    assert math.isfinite(dv.kl_knn(point, cloud, 3))
    assert math.isfinite(dv.kl_knn(cloud, point, 3))
    assert dv.kl_knn(point, point, 3) == pytest.approx(math.log(100 / 99))


def test_an_outlier_does_not_hide_what_kl_knn_sees():
    x, y = 3 + torch.randn(1000, 2, generator=seeded(0)), torch.randn(1000, 2, generator=seeded(1))
    plain = dv.kl_knn(x, y, 5)
    assert plain > 4
    far = torch.tensor([[1e8, -1e8]])
    assert dv.kl_knn(x, torch.cat([y[1:], far]), 5) == pytest.approx(plain, abs=0.01)
    assert dv.kl_knn(torch.cat([x[1:], far]), y, 5) == pytest.approx(plain, abs=0.05)


@pytest.mark.parametrize("scale", [1e-30, 1e-10, 1e10, 1e30])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_kl_knn_has_no_unit(scale, dtype):
    x, y = (torch.randn(300, 2, generator=seeded(s), dtype=torch.float64).to(dtype) for s in (0, 1))
    assert dv.kl_knn(scale * x, scale * y, 3) == pytest.approx(dv.kl_knn(x, y, 3), abs=1e-4)


def test_kl_knn_of_float64_sees_a_narrow_cloud_far_from_the_origin():
    x, y = (torch.randn(300, 1, generator=seeded(s), dtype=torch.float64) for s in (0, 1))
    assert dv.kl_knn(1 + 1e-9 * x, 1 + 1e-9 * y, 3) == pytest.approx(dv.kl_knn(x, y, 3), abs=1e-3)


def test_kl_knn_of_a_point_at_the_origin_is_as_finite_as_elsewhere():
    cloud = torch.randn(200, 2, generator=seeded(0))
    at_the_origin, beside = dv.kl_knn(torch.zeros(100, 2), cloud, 3), dv.kl_knn(torch.full((100, 2), 0.1), cloud, 3)
    assert 5 < at_the_origin < 40
    assert 5 < beside < 40


def test_kl_knn_is_a_number_or_refused_however_large_the_samples():
    x, y = (torch.randn(100, 2, generator=seeded(s), dtype=torch.float64) for s in (0, 1))
    assert dv.kl_knn(1e140 * x, 1e140 * y, 3) == pytest.approx(dv.kl_knn(x, y, 3), abs=1e-9)
    for large in (1e200, 1e308):
        with pytest.raises(ValueError, match=r"got a coordinate of .*; allowed: up to 1e\+150"):
            dv.kl_knn(x, y.clamp(-1, 1) * large, 3)


def test_neighbours_refuse():
    points = torch.zeros(5, 2)
    with pytest.raises(ValueError, match=r"got 2\.5; allowed: whole numbers"):
        dv.kl_knn(points, points, 2.5)
    for k in (0, 5):
        with pytest.raises(ValueError, match="1 to 4"):
            dv.kl_knn(points, points, k)
    with pytest.raises(ValueError, match="one width"):
        dv.kl_knn(points, torch.zeros(5, 3), 1)
    with pytest.raises(ValueError, match="one width"):
        dv.sliced_wasserstein(points, torch.zeros(5, 3))
    with pytest.raises(ValueError, match="directions"):
        dv.sliced_wasserstein(points, points, 0)
    with pytest.raises(ValueError, match="spread"):
        dv.noise_floor(lambda x, g: 0.0, PLANE.sample, 10, repeats=1)


def test_sliced_wasserstein():
    x = torch.randn(500, 1, generator=seeded(0))
    assert dv.sliced_wasserstein(x, x + 3) == pytest.approx(3, abs=1e-5)
    assert dv.sliced_wasserstein(x, x.repeat(3, 1)) == pytest.approx(0, abs=1e-9)
    # W_2^2 of {0, 6} and {0, 3, 6}: thirds match 0-0, 6-6; the middle third is half 0-3, half 6-3.
    uneven = dv.sliced_wasserstein(torch.tensor([[0.0], [6.0]]), torch.tensor([[0.0], [3.0], [6.0]]))
    assert uneven == pytest.approx(math.sqrt(3))
    # A shift by v in the plane: the mean of (v . direction)^2 is |v|^2 / 2.
    plane = torch.randn(200, 2, generator=seeded(1))
    shifted = dv.sliced_wasserstein(plane, plane + torch.tensor([3.0, 4.0]), 4000, seeded(2))
    assert shifted == pytest.approx(5 / math.sqrt(2), rel=0.03)


def test_noise_floor_is_the_same_estimator_on_real_samples():
    def two_sample(x, generator):
        return dv.sliced_wasserstein(x, PLANE.sample(len(x), generator), 16, generator)

    small = dv.noise_floor(two_sample, PLANE.sample, 100, repeats=8, generator=seeded(0))
    large = dv.noise_floor(two_sample, PLANE.sample, 3000, repeats=8, generator=seeded(0))
    assert 0 < large.mean < small.mean
    assert 0 < large.spread < small.spread
    assert large == dv.noise_floor(two_sample, PLANE.sample, 3000, repeats=8, generator=seeded(0))
    js = dv.noise_floor(lambda x, g: dv.js_samples(x, PLANE, generator=g), PLANE.sample, 1000, repeats=4)
    assert abs(js.mean) < 5e-3
