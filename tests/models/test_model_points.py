"""What every family shows and measures on points, against densities and samplers that are known."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from models.point_cases import LOG_2, points, seeded
from scipy.stats import multivariate_normal
from torch import Tensor

from genlab.data.points import POINTS
from genlab.divergences import KernelDensities, js_samples, kl_samples
from genlab.models.points import CELLS, DRAWN, NOTHING_SAID, best_field, measure, noise_bands, ruler


def one_mode(count: int = DRAWN) -> Tensor:
    data = points("ring8")
    assert data.modes is not None
    assert data.mode_std is not None
    return (data.modes[3] + data.mode_std * torch.randn(count, 2, generator=seeded())).float()


def test_a_perfect_generator_reads_zero_and_its_modes_even_shares() -> None:
    data = points("ring8")
    measured = measure(data.sample(DRAWN, seeded()), data)
    terms = measured.terms()
    assert terms["js"] == pytest.approx(0, abs=0.005)
    assert terms["best_value"] == pytest.approx(-2 * LOG_2, abs=0.01)
    assert terms["modes"] == 8
    assert terms["high_quality"] == pytest.approx(1 - math.exp(-4.5), abs=0.01)
    assert measured.shares is not None
    np.testing.assert_allclose(measured.shares.numpy(), 1 / 8, atol=0.03)


def test_one_mode_of_eight() -> None:
    """JS = (log 16/9 + 1/8 log 2/9 + 7/8 log 2) / 2, as in the tests of the ruler."""
    data = points("ring8")
    measured = measure(one_mode(), data)
    js = (math.log(16 / 9) + math.log(2 / 9) / 8 + 7 / 8 * LOG_2) / 2
    assert measured.terms()["js"] == pytest.approx(js, abs=0.02)
    assert measured.modes == 1
    assert measured.shares is not None
    assert [k for k, share in enumerate(measured.shares) if share > 0] == [3]


@pytest.mark.parametrize("name", POINTS)
@pytest.mark.parametrize("scale", [0.0, 1e6, 1e38])
def test_a_generator_collapsed_or_far_outside_is_all_wrong_and_finite(name: str, scale: float) -> None:
    data = points(name)
    # A place that no data set has a sample at; and far away.
    samples = torch.full((DRAWN, data.dimensions), 1.45) + scale
    measured = measure(samples, data)
    terms = measured.terms()
    assert terms["js"] == pytest.approx(LOG_2, abs=0.02)
    assert terms["js"] <= LOG_2
    assert (terms.get("modes", 0), terms.get("high_quality", 0)) == (0, 0)
    assert all(map(math.isfinite, terms.values()))
    if data.dimensions == 2:
        field = best_field(measured.best_density, data)
        assert (field.shape, field.dtype) == ((CELLS, CELLS), np.uint8)
        assert field.max() == 255  # where the data is, no sample is


def test_kl_is_the_closed_form() -> None:
    """log 2 where one of two modes is lost; delta^2 / (2 std^2) where a normal is shifted; never below 0."""
    two = points("two_gaussians")
    left = two.sample(8 * DRAWN, seeded())
    assert measure(left[left[:, 0] < 0][:DRAWN], two).kl.value == pytest.approx(LOG_2, abs=0.1)
    one = points("one_gaussian_1d")
    mean, std = one.modes, one.mode_std
    assert mean is not None
    assert std is not None
    shifted = mean[0].float() + std * torch.randn(DRAWN, 1, generator=seeded()) + 1.5 * std
    assert measure(shifted, one).kl.value == pytest.approx(1.5**2 / 2, abs=0.15)
    for name in ("ring8", "spiral", "two_gaussians_1d"):
        data = points(name)
        low, high = noise_bands(data)["kl_pg_pdata"]
        assert 0 == low < high < 0.2
        assert 0 <= measure(data.sample(DRAWN, seeded(3)), data).kl.value <= 1.5 * high
    assert measure(torch.full((DRAWN, 2), 0.6), two).kl.value > 25  # as far as float32 tells collapsed samples apart


def test_an_infinite_kl_is_a_million_in_curves() -> None:
    """Curves and files hold finite numbers only."""
    boxes = points("disjoint")
    measured = measure(torch.zeros(DRAWN, 2), boxes)
    assert measured.kl.value == math.inf
    assert measured.terms()["kl_pg_pdata"] == measure(torch.full((DRAWN, 2), 1e38), boxes).terms()["kl_pg_pdata"] == 1e6
    assert measured.reaches()["kl_pg_pdata_error"] == 0


def test_what_is_measured_says_how_far_off_it_may_be() -> None:
    """0.1737 by quadrature: each std halved (as in the tests of the divergences)."""
    data = points("ring8")
    modes = data.modes
    assert modes is not None
    chosen = torch.randint(8, (DRAWN,), generator=seeded())
    samples = (modes[chosen] + 0.025 * torch.randn(DRAWN, 2, generator=seeded(1))).float()
    measured = measure(samples, data)
    reach = measured.reaches()["js_error"]
    assert 0.002 < reach < 0.05
    assert measured.terms()["js"] == pytest.approx(0.1737, abs=reach)


def test_the_prepared_ruler_reads_what_js_samples_reads() -> None:
    for name in ("ring8", "disjoint", "two_gaussians_1d"):
        data = points(name)
        samples = data.sample(DRAWN, seeded(1)) * 0.9
        assert ruler(data).js(samples).value == js_samples(samples, data)
        assert ruler(data).kl(samples).value == kl_samples(samples, data)


@pytest.mark.parametrize("dimensions", [1, 2])
def test_the_density_of_samples_is_that_of_their_distribution(dimensions: int) -> None:
    data = points("one_gaussian_1d" if dimensions == 1 else "two_gaussians")
    mean, std = [0.2] * dimensions, 0.3
    samples = torch.tensor(mean) + std * torch.randn(20_000, dimensions, generator=seeded())
    estimate = KernelDensities(data, fresh=16384, box=((-1.5, 1.5),) * dimensions).estimate(samples)
    places, cell = data.grid(60)
    truth = multivariate_normal(mean, std**2 * np.eye(dimensions)).pdf(places.numpy())
    found = estimate.density(places).numpy()
    assert np.abs(found - truth).sum() * cell < 0.12  # twice the total variation
    assert float(estimate.density(torch.full((1, dimensions), 7.0))) == 0


def test_the_best_field_is_that_of_the_two_densities() -> None:
    """D* = p / (p + q), q a round normal about the left cloud of two."""
    data = points("two_gaussians")
    q_mean, q_std = [-0.6, 0.2], 0.2
    samples = torch.tensor(q_mean) + q_std * torch.randn(20_000, 2, generator=seeded())
    field = best_field(measure(samples, data).best_density, data) / 255
    line = np.linspace(-1.5, 1.5, CELLS)
    grid = np.stack(np.meshgrid(line, line, indexing="xy"), axis=-1)  # row 0 at the bottom
    p = sum(multivariate_normal(mean, 0.12**2 * np.eye(2)).pdf(grid) / 2 for mean in ([-0.6, 0], [0.6, 0]))
    q = multivariate_normal(q_mean, q_std**2 * np.eye(2)).pdf(grid)
    plain = p + q > 0.05  # where there is enough of either to estimate
    truth = p / (p + q)
    assert np.abs(field - truth)[plain].mean() < 0.04
    assert np.abs(field - truth)[plain].max() < 0.3
    nothing = NOTHING_SAID / 255
    assert np.all(field[(p < 1e-12) & (np.linalg.norm(grid - q_mean, axis=-1) > 1.6)] == nothing)
    assert not np.any(field[plain] == nothing)  # a D* of 1/2 is no silence


def test_a_best_d_of_one_half_is_told_from_none() -> None:
    """Where q = p, D* is 1/2, a 255th off; where neither is, NOTHING_SAID."""
    data = points("two_gaussians")
    field = best_field(measure(data.sample(20_000, seeded()), data).best_density, data)
    centre = round((0.6 + 1.5) / 3 * (CELLS - 1))
    assert abs(int(field[CELLS // 2, centre]) - NOTHING_SAID) < 15
    assert field[CELLS // 2, centre] != NOTHING_SAID
    assert field[0, 0] == NOTHING_SAID
