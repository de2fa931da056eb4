"""The density of G(z) against closed forms, and one expectation over x and over z."""

from __future__ import annotations

import math

import pytest
import torch
from scipy.integrate import quad
from scipy.stats import chi2, lognorm, norm

from genlab.divergences import pushforward, two_ways

Z = torch.linspace(-8, 8, 8001, dtype=torch.float64)
MASSES = torch.special.ndtr(Z).diff()


@pytest.mark.parametrize(
    ("generate", "exact"),
    [
        (lambda z: 2 * z + 1, lambda x: norm.pdf(x, 1, 2)),
        (lambda z: 1 - z / 2, lambda x: norm.pdf(x, 1, 0.5)),
        (torch.exp, lambda x: lognorm.pdf(x, 1)),
        (torch.square, lambda x: chi2.pdf(x, 1)),
    ],
    ids=["straight", "falling", "bent", "folded"],
)
def test_densities_in_closed_form(generate, exact) -> None:
    edges = torch.linspace(0.2, 3, 141, dtype=torch.float64)
    found = pushforward(generate(Z), MASSES, edges)
    middles = (edges[1:] + edges[:-1]) / 2
    torch.testing.assert_close(found, torch.from_numpy(exact(middles.numpy())), rtol=5e-3, atol=1e-4)


def test_all_mass_arrives_also_at_folds_and_where_g_is_flat() -> None:
    edges = torch.linspace(-2, 2, 101, dtype=torch.float64)
    for generate in (torch.sin, lambda z: z.clamp(-1, 1), torch.zeros_like, torch.sign):
        density = pushforward(generate(Z), MASSES, edges)
        assert float((density * edges.diff()).sum()) == pytest.approx(1, abs=1e-9)
        assert (density >= 0).all()
    # What the flat ends carry lies in the cells at -1 and 1.
    ends = pushforward(Z.clamp(-1, 1), MASSES, torch.tensor([-1.5, -0.99, 0.99, 1.5], dtype=torch.float64))
    beyond = float(norm.sf(0.99)) / 0.51
    assert ends.tolist() == pytest.approx([beyond, float(1 - 2 * norm.sf(0.99)) / 1.98, beyond], rel=1e-6)


@pytest.mark.parametrize(
    "generate",
    [lambda z: 1.5 * z - 1, lambda z: z.square() - 1, torch.sin, lambda z: z**3 - 2 * z, lambda z: z.clamp_min(0)],
    ids=["monotone", "square", "sine", "cubic", "half flat"],
)
def test_the_two_ways_give_one_number(generate) -> None:
    over_x, over_z = two_ways(generate, lambda x: 2 * x - 0.5)

    def integrand(z: float) -> float:
        logit = 2 * float(generate(torch.tensor(z))) - 0.5
        return -math.exp(-z * z / 2) / math.sqrt(2 * math.pi) * (max(logit, 0) + math.log1p(math.exp(-abs(logit))))

    truth = quad(integrand, -8, 0, limit=200)[0] + quad(integrand, 0, 8, limit=200)[0]
    assert over_z == pytest.approx(truth, abs=1e-4)
    assert over_x == pytest.approx(over_z, abs=1e-3)


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="must fit"):
        pushforward(Z, MASSES[1:], torch.tensor([0.0, 1.0]))
    with pytest.raises(ValueError, match="rise"):
        pushforward(Z, MASSES, torch.tensor([0.0, 1.0, 1.0]))
    with pytest.raises(ValueError, match="finite"):
        two_ways(torch.log, torch.sin)
    with pytest.raises(ValueError, match="1 and above"):
        two_ways(torch.exp, torch.sin, pieces=0)
