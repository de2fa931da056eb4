"""Rules to draw codes by: their moments against the codes' own, clusters found again, codes that never vary."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from genlab.side_by_side.densities import mixture_codes, normal_codes


def drawn(count: int, seed: int) -> Tensor:
    return torch.randn(count, 3, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def rng() -> torch.Generator:
    return torch.Generator().manual_seed(5)


def test_a_normal_has_the_codes_moments() -> None:
    mixing = torch.tensor([[1.0, 0.0, 0.0], [0.5, 0.2, 0.0], [-1.0, 0.3, 2.0]], dtype=torch.float64)
    codes = drawn(4000, 0) @ mixing.T + torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64)
    density = normal_codes(codes)
    assert density.mean.numpy() == pytest.approx(codes.mean(dim=0).numpy())
    assert (density.root @ density.root.T).numpy() == pytest.approx(torch.cov(codes.T, correction=0).numpy())
    again = density.draw(40_000, rng()).double()
    assert again.mean(dim=0).numpy() == pytest.approx(codes.mean(dim=0).numpy(), abs=0.05)
    assert torch.cov(again.T).numpy() == pytest.approx(torch.cov(codes.T).numpy(), abs=0.12)


def test_a_code_that_never_varies_is_drawn_as_it_is() -> None:
    codes = drawn(500, 0)
    codes[:, 1] = 0.25
    for density in (normal_codes(codes), mixture_codes(codes, components=2)):
        assert density.draw(100, rng())[:, 1].numpy() == pytest.approx(0.25, abs=0.01)


def test_a_mixture_finds_clusters_again() -> None:
    centres = torch.tensor([[-10.0, 0, 0], [10.0, 0, 0], [0, 20.0, 0]], dtype=torch.float64)
    codes = torch.cat(
        [centre + 0.1 * drawn(n, k) for k, (centre, n) in enumerate(zip(centres, (600, 300, 100), strict=True))]
    )
    again = mixture_codes(codes, components=3).draw(10_000, rng()).double()
    near = torch.cdist(again, centres)
    assert float(near.min(dim=1).values.max()) < 1
    shares = torch.bincount(near.argmin(dim=1), minlength=3) / len(again)
    assert shares.numpy() == pytest.approx([0.6, 0.3, 0.1], abs=0.02)


def test_few_codes_have_few_components() -> None:
    assert len(mixture_codes(drawn(5, 0)).weights) == 2
    assert len(mixture_codes(drawn(1000, 0)).weights) == 10
