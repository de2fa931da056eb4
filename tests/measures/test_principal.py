"""Principal axes against numpy, and where there is nothing to find."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from genlab import principal
from genlab.principal import principal_axes


def codes(count: int = 500, rank: int = 4) -> np.ndarray:
    rng = np.random.default_rng(0)
    return (rng.normal(size=(count, rank)) @ rng.normal(size=(rank, 4)) + 2).astype(np.float32)


@pytest.mark.parametrize("block", [8192, 100, 3])
def test_they_are_those_of_the_covariance(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(principal, "BLOCK", block)
    points = codes().astype(np.float64)
    center, axes, deviations = (part.numpy() for part in principal_axes(torch.from_numpy(codes())))
    np.testing.assert_allclose(center, points.mean(axis=0), rtol=1e-6)
    variances, columns = np.linalg.eigh(np.cov(points.T, bias=True))
    np.testing.assert_allclose(deviations, np.sqrt(variances[::-1]), rtol=1e-6)
    np.testing.assert_allclose(np.abs(np.sum(axes * columns.T[::-1], axis=1)), 1, atol=1e-6)
    np.testing.assert_allclose(((points - center) @ axes.T).std(axis=0), deviations, rtol=1e-6)
    assert (axes.max(axis=1) == np.abs(axes).max(axis=1)).all()


@pytest.mark.parametrize(
    "points",
    [np.zeros((1, 4)), np.zeros((50, 4)), np.full((50, 4), 1e30), codes(2), codes(3), codes(500, 1), codes(500)[:1]],
    ids=["one at 0", "collapsed", "collapsed far away", "two", "fewer than dimensions", "on a line", "one"],
)
def test_points_that_do_not_fill_their_space(points: np.ndarray) -> None:
    center, axes, deviations = principal_axes(torch.from_numpy(points).float())
    torch.testing.assert_close(axes @ axes.T, torch.eye(4, dtype=torch.float64), atol=1e-12, rtol=0)
    assert (deviations.diff() <= 0).all()
    centred = torch.from_numpy(points).float().double() - center
    assert float(deviations.square().sum()) == pytest.approx(float(centred.square().sum() / len(points)), rel=1e-6)
    spread = np.linalg.matrix_rank(points - points.mean(axis=0), tol=1e-4 * np.abs(points).max() + 1e-12)
    assert (deviations[spread:] < 1e-6 * (1 + float(center.abs().max()))).all()


def test_what_is_no_number_has_no_axes() -> None:
    broken = torch.ones(5, 3)
    broken[2, 1] = torch.inf
    center, axes, deviations = principal_axes(broken)
    assert axes.isnan().all()
    assert deviations.isnan().all()
    assert not center.isfinite().all()
