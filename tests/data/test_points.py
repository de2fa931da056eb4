import math
import time

import numpy as np
import pytest
import torch
from scipy import integrate, stats

from genlab.data.points import POINTS, BlurredSegment, Boxes, GaussianMixture, make_points

WITH_MODES = [name for name in POINTS if make_points(name).modes is not None]


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("name", POINTS)
def test_the_density_integrates_to_one_over_the_bounds(name):
    data = make_points(name)
    # A midpoint sum: exact for boxes (cells end at their edges), exponentially good for Gaussians.
    points, cell = data.grid(500)
    assert float(data.log_density(points).exp().sum() * cell) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("name", POINTS)
def test_samples_agree_with_the_density(name):
    data = make_points(name)
    n, side, fine = 40_000, 10, 50
    samples = data.sample(n, generator())
    assert samples.shape == (n, data.dimensions)
    assert samples.dtype == torch.float32
    assert bool(data.log_density(samples).isfinite().all())
    # Chi squared over the cells of a coarse grid, expected counts from the density summed over a fine one.
    points, cell = data.grid(side * fine)
    mass = (data.log_density(points).exp() * cell).reshape((side, fine) * data.dimensions)
    expected = n * mass.sum(dim=tuple(range(1, 2 * data.dimensions, 2))).flatten().numpy()
    edges = [np.linspace(low, high, side + 1) for low, high in data.bounds]
    seen = np.histogramdd(samples.numpy(), bins=edges)[0].flatten()
    enough = expected >= 5
    chi_squared = ((seen[enough] - expected[enough]) ** 2 / expected[enough]).sum()
    # All other cells together: their count is Poisson's; 1e-9 where the density is 0 but for rounding.
    others, expected_others = n - seen[enough].sum(), max(n - expected[enough].sum(), 1e-9)
    assert stats.poisson.sf(others - 1, expected_others) > 1e-4
    assert stats.chi2.sf(chi_squared, int(enough.sum())) > 1e-4


@pytest.mark.parametrize("name", POINTS)
def test_samples_repeat_with_the_seed_and_may_be_none(name):
    data = make_points(name)
    assert torch.equal(data.sample(9, generator(3)), data.sample(9, generator(3)))
    assert data.sample(0, generator()).shape == (0, data.dimensions)
    assert data.log_density(torch.zeros(0, data.dimensions)).shape == (0,)
    with pytest.raises(ValueError, match="n: got -1, allowed: 0 or more"):
        data.sample(-1, generator())


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("name", POINTS)
def test_the_density_is_never_nan(name, dtype):
    data = make_points(name)
    values = torch.tensor([0.0, -1.0, 5.0, 1e6, 1e30, -1e38, math.inf, -math.inf, math.nan], dtype=dtype)
    points = values[:, None].expand(-1, data.dimensions)
    density = data.log_density(points)
    assert density.dtype == dtype
    assert not bool(density.isnan().any())
    assert bool((density < math.inf).all())
    assert bool((density[6:] == -math.inf).all())
    if name != "disjoint":
        assert bool(density[:4].isfinite().all())


def test_a_mixture_is_scipys():
    centres = torch.tensor([[0.0, 0.5], [-0.3, 0.1]], dtype=torch.float64)
    data = GaussianMixture("two", centres, 0.2, torch.tensor([1.0, 3.0]))
    points = torch.randn(50, 2, generator=generator(), dtype=torch.float64)
    parts = [stats.multivariate_normal(c.numpy(), 0.04).pdf(points.numpy()) for c in centres]
    assert data.log_density(points).numpy() == pytest.approx(np.log(0.25 * parts[0] + 0.75 * parts[1]), rel=1e-12)


def direct(data, points):
    """The log density of a mixture as scipy sums it, a component at a time."""
    parts = [stats.norm.logpdf(points, centre, data.std).sum(axis=1) for centre in data.centres.double().numpy()]
    return np.logaddexp.reduce(np.array(parts) + data._weights.log().numpy()[:, None], axis=0)


@pytest.mark.parametrize("name", ["spiral", "grid25", "ring8", "three_gaussians_1d"])
def test_a_density_of_many_components_is_their_sum_wherever_it_is_asked(name):
    data = make_points(name)
    near = data.sample(2000, generator()).double()
    far = torch.cat([scale * torch.randn(200, data.dimensions, generator=generator(1)) for scale in (1.0, 10.0, 1e4)])
    for points in (near, far.double()):
        expected = direct(data, points.numpy())
        assert data.log_density(points).numpy() == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_a_faint_component_counts_where_it_is_the_nearest():
    centres = torch.tensor([[-3.0], [3.0]], dtype=torch.float64)
    data = GaussianMixture("faint", centres, 0.3, torch.tensor([1.0, 1e-60], dtype=torch.float64))
    points = torch.linspace(-4, 4, 81, dtype=torch.float64)[:, None]
    assert data.log_density(points).numpy() == pytest.approx(direct(data, points.numpy()), rel=1e-12)


def test_densities_have_gradients():
    for name in ("ring8", "line"):
        points = torch.tensor([[0.7, 0.5], [1.0, 0.02]], dtype=torch.float64, requires_grad=True)
        assert torch.autograd.gradcheck(make_points(name).log_density, points)


def test_a_long_density_is_quick():
    spiral = make_points("spiral")
    points = spiral.sample(26_384, generator())
    times = []
    for _ in range(7):
        start = time.process_time()
        spiral.log_density(points)
        times.append(time.process_time() - start)
    assert min(times) <= 0.08  # a third of it on an idle core; what underflowed took more than twice as much


def test_shapes_that_have_no_density_are_refused():
    box = ((0.0, 0.0), (1.0, 1.0))
    for make, said in (
        (lambda: BlurredSegment("dot", (0.1, 0.2), (0.1, 0.2), 0.1), "allowed: two different points"),
        (lambda: BlurredSegment("sharp", (0.0, 0.0), (1.0, 0.0), 0.0), "std: got 0.0, allowed: above 0"),
        (lambda: Boxes("none", ()), "boxes: got none"),
        (lambda: Boxes("flat", (((0.0, 0.0), (1.0, 0.0)),)), "a low corner below a high corner"),
        (lambda: Boxes("twice", (box, box)), "boxes that do not overlap"),
        (lambda: Boxes("meeting", (box, ((0.9, 0.9), (2.0, 2.0)))), "boxes that do not overlap"),
    ):
        with pytest.raises(ValueError, match=said):
            make()
    touching = Boxes("touching", (box, ((1.0, 0.0), (2.0, 1.0)), ((0.0, 1.0), (1.0, 2.0))))
    assert touching.log_density(torch.tensor([[0.5, 0.5], [1.5, 0.5]])).exp().tolist() == pytest.approx([1 / 3, 1 / 3])


@pytest.mark.parametrize("point", [(0.0, 0.0), (0.79, 0.41), (-0.9, -0.3), (0.2, -0.35)])
def test_the_line_is_the_integral_of_gaussians_along_it(point):
    data = make_points("line")
    assert isinstance(data, BlurredSegment)
    start, end = np.array(data.start), np.array(data.end)

    def gaussian_at(t):
        return stats.multivariate_normal(start + t * (end - start), data.std**2).pdf(point)

    nearest = float(np.clip(((np.array(point) - start) @ (end - start)) / ((end - start) @ (end - start)), 0, 1))
    value, _ = integrate.quad(gaussian_at, 0, 1, points=[nearest], epsabs=0, epsrel=1e-10, limit=200)
    log_density = data.log_density(torch.tensor([point], dtype=torch.float64)).item()
    assert log_density == pytest.approx(math.log(value), rel=1e-9)


def test_the_lines_far_tail_is_the_gaussian_of_its_end():
    # Far beyond the end only the upper of the two tails counts: log Phi(-x), x = (s - h) / std.
    data = BlurredSegment("flat", (-1.0, 0.0), (1.0, 0.0), 0.1)
    x = (1000.0 - 1.0) / 0.1
    expected = stats.norm.logsf(x) - math.log(2) + stats.norm.logpdf(0, scale=0.1)
    far = torch.tensor([[1000.0, 0.0], [-1000.0, 0.0]], dtype=torch.float64)
    assert data.log_density(far).tolist() == pytest.approx([expected, expected], rel=1e-12)


def test_boxes_are_flat_inside_and_nothing_outside():
    data = Boxes("three quarters", (((0.0, 0.0), (0.5, 1.0)), ((-1.0, 0.0), (-0.75, 1.0))))
    points = torch.tensor([[0.25, 0.5], [-0.8, 0.5], [0.6, 0.5], [0.25, -0.1]])
    assert data.log_density(points).exp().tolist() == pytest.approx([4 / 3, 4 / 3, 0, 0])
    share = (data.sample(30_000, generator())[:, 0] > 0).double().mean().item()
    assert share == pytest.approx(2 / 3, abs=0.012)  # 4 standard errors


@pytest.mark.parametrize("name", WITH_MODES)
def test_a_perfect_sampler_captures_all_modes_and_reaches_the_ceiling(name):
    data = make_points(name)
    coverage = data.modes_and_quality(data.sample(40_000, generator(1)))
    assert coverage.captured == len(data.modes)
    error = 4 * math.sqrt(data.quality_ceiling * (1 - data.quality_ceiling) / 40_000)
    assert coverage.high_quality == pytest.approx(data.quality_ceiling, abs=error)


def test_the_ceilings_are_the_chi_squared_ones():
    assert make_points("ring8").quality_ceiling == pytest.approx(1 - math.exp(-4.5), rel=1e-12)
    assert make_points("one_gaussian_1d").quality_ceiling == pytest.approx(math.erf(3 / math.sqrt(2)), rel=1e-12)
    assert make_points("disjoint").quality_ceiling == 1


def test_a_collapsed_sampler_captures_one_mode():
    ring = make_points("ring8")
    assert ring.modes_and_quality(ring.modes[2:3].float().expand(100, 2)) == (1, 1.0)
    on_the_edge = torch.tensor([[1.149, 0.0], [1.151, 0.0], [0.0, 0.0], [math.nan, 0.0]])
    assert ring.modes_and_quality(on_the_edge) == (1, 0.25)


def test_ring_and_grid_have_pacgans_geometry():
    ring, grid = make_points("ring8"), make_points("grid25")
    assert ring.modes.norm(dim=1).tolist() == pytest.approx([1.0] * 8)
    assert torch.pdist(grid.modes).min().item() / grid.mode_std == pytest.approx(2 / 0.05)
    assert len(grid.modes) == 25


@pytest.mark.parametrize("name", ["line", "spiral"])
def test_curves_have_no_modes(name):
    data = make_points(name)
    assert (data.modes, data.mode_std, data.quality_ceiling) == (None, None, None)
    assert data.modes_and_quality(torch.zeros(3, 2)) is None


def test_wrong_points_are_refused():
    ring = make_points("ring8")
    with pytest.raises(ValueError, match=r"points: got shape \[3, 1\], allowed: \[n, 2\]"):
        ring.log_density(torch.zeros(3, 1))
    with pytest.raises(ValueError, match=r"points: got torch.int64, allowed: torch.float32, torch.float64"):
        ring.log_density(torch.zeros(3, 2, dtype=torch.int64))
    with pytest.raises(ValueError, match="samples: got none, allowed: at least one"):
        ring.modes_and_quality(torch.zeros(0, 2))
    with pytest.raises(ValueError, match="side: got 0, allowed: 1 or more"):
        ring.grid(0)
    with pytest.raises(ValueError, match=r"point data set: got 'ring9', allowed: one_gaussian_1d"):
        make_points("ring9")


@pytest.mark.parametrize(
    ("std", "weights", "what"),
    [
        (0.0, None, "std: got 0.0, allowed: above 0"),
        (0.1, torch.tensor([1.0, -1.0]), "weights: got"),
        (0.1, torch.ones(3), "weights: got"),
    ],
)
def test_a_wrong_mixture_is_refused_when_made(std, weights, what):
    with pytest.raises(ValueError, match=what):
        GaussianMixture("wrong", torch.zeros(2, 1), std, weights)
