"""Rebuilding from principal components and angles between subspaces, against numpy and scipy."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.linalg import subspace_angles

from genlab.principal import principal_axes
from genlab.subspaces import errors, principal_angles, rebuilt


def points(count: int, seed: int = 0) -> torch.Tensor:
    rng = np.random.default_rng(seed)
    return torch.from_numpy(rng.normal(size=(count, 6)) * [5, 3, 2, 1, 0.5, 0.1] + 2)


def test_the_error_is_that_of_what_is_rebuilt() -> None:
    principal, fresh = principal_axes(points(300)), points(100, seed=1)
    for components, error in enumerate(errors(fresh, principal)):
        own = (rebuilt(fresh, principal, components) - fresh).square().mean()
        assert float(error) == pytest.approx(float(own), abs=1e-12)
    assert float(errors(fresh, principal)[6]) == 0


def test_no_other_subspace_is_better_on_the_same_points() -> None:
    own = points(300)
    principal = principal_axes(own)
    rng = np.random.default_rng(2)
    for _ in range(20):
        other = torch.linalg.qr(principal.axes[:2].T + 0.2 * torch.from_numpy(rng.normal(size=(6, 2)))).Q
        centred = own - principal.center
        assert float((centred - centred @ other @ other.T).square().mean()) >= float(errors(own, principal)[2])


@pytest.mark.parametrize(("rows", "others"), [(3, 3), (2, 4), (4, 2)])
def test_angles_are_scipys(rows: int, others: int) -> None:
    rng = np.random.default_rng(3)
    one, two = rng.normal(size=(rows, 9)), rng.normal(size=(others, 9))
    expected = np.rad2deg(subspace_angles(one.T, two.T))[::-1]
    np.testing.assert_allclose(principal_angles(torch.from_numpy(one), torch.from_numpy(two)), expected, atol=1e-9)


def test_a_mixed_basis_spans_the_same() -> None:
    rng = np.random.default_rng(4)
    one = torch.from_numpy(rng.normal(size=(5, 20)))
    mixed = torch.from_numpy(rng.normal(size=(5, 5))) @ one
    assert float(principal_angles(one, mixed).max()) < 1e-6
    tilted = principal_angles(torch.eye(3)[:1], torch.tensor([[1.0, 1e-6, 0.0]]))
    assert float(tilted[0]) == pytest.approx(np.rad2deg(1e-6), rel=1e-4)


def test_dependent_rows_have_no_angles() -> None:
    with pytest.raises(ValueError, match="dependent"):
        principal_angles(torch.ones(2, 5), torch.eye(5)[:2])
