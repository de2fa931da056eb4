"""Chapter 6: each of its experiments, and what its reveals claim, against other ways to the same numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest
import torch
from scipy.integrate import quad
from scipy.stats import norm

from genlab.lessons.chapters.two_distances import experiments
from genlab.likelihoods import linear_gaussian

SEEDS = range(3)
START = {"x": experiments.X, "w": experiments.W, "s": experiments.S, "mu": experiments.MU, "sigma": experiments.SIGMA}


def on_stage(x: float, w: float, s: float, mu: float, sigma: float) -> dict[str, float]:
    """What the stage shows of this state, by the closed forms in Python."""

    def tensor(*values: float) -> torch.Tensor:
        return torch.tensor(values, dtype=torch.float64)

    found = linear_gaussian(tensor(w)[:, None], tensor(0.0), s, tensor(x), tensor(mu), tensor(2 * math.log(sigma)))
    entropy = 0.5 * (math.log(2 * math.pi) + 1) + math.log(sigma)
    return {
        "log_px": float(found.log_px),
        "elbo": float(found.elbo),
        "kl_posterior": float(found.kl_posterior),
        "slip": float(found.reconstruction) + entropy,
        "mean": float(found.posterior_mean),
        "std": math.sqrt(float(found.posterior_cov)),
    }


def climbed(begun: dict[str, float], ended: dict[str, float]) -> dict[str, float]:
    """What is published when a climb has come to rest."""
    start = {"log_px_start": begun["log_px"], "elbo_start": begun["elbo"], "gap_start": begun["kl_posterior"]}
    return ended | start


def states() -> Iterator[tuple[dict[str, float], dict[str, float]]]:
    """The start of the stage and others, each with q at its posterior."""
    for change in ({}, {"w": 0.0}, {"s": 0.2, "w": 1.5}, {"x": 4.0, "w": 0.5, "s": 0.4}):
        begun = on_stage(**START | change)
        yield begun, on_stage(**START | change | {"mu": begun["mean"], "sigma": begun["std"]})


@pytest.mark.parametrize("seed", SEEDS)
def test_a_missed_mode_explodes_one_way(seed: int) -> None:
    found = experiments.missed_mode(seed)
    d, s = found.numbers["distance"], found.numbers["std"]

    def log_p(x: float) -> float:
        return float(torch.logaddexp(*(torch.tensor(norm.logpdf(x, mean, s)) for mean in (-d, d)))) - math.log(2)

    def integrand(x: float) -> float:
        return math.exp(log_p(x)) * (log_p(x) - float(norm.logpdf(x, d, s)))

    oracle = quad(integrand, -12, 12, points=(-d, d), limit=200)[0]
    assert found.holds
    assert found.numbers["kl_pq"] == pytest.approx(oracle, rel=1e-6)
    assert found.numbers["kl_qp"] == pytest.approx(math.log(2), abs=1e-3)
    # each draw of the left peak costs, on average, as much as is said within a nat
    assert found.numbers["cost"] == pytest.approx(2 * found.numbers["kl_pq"], abs=1.5)


def test_log_p_stays_while_the_elbo_is_climbed() -> None:
    for begun, ended in states():
        found = experiments.climbed(climbed(begun, ended))
        assert found.holds
        assert found.numbers["elbo"] == pytest.approx(found.numbers["log_px"])
    first = experiments.climbed(climbed(*next(states()))).numbers
    assert [round(first[name], 3) for name in ("elbo_start", "gap_start", "log_px")] == [-4.826, 2.283, -2.543]


def test_a_climb_that_was_broken_off_is_said_to_be() -> None:
    begun = on_stage(**START)
    assert not experiments.climbed(climbed(begun, on_stage(**START | {"mu": 1.0}))).holds


def test_without_the_prior_it_is_above_what_it_should_bound() -> None:
    for _, ended in states():
        found = experiments.without_prior(ended)
        assert found.holds
        assert found.numbers["above"] >= 0.5 * math.log(2 * math.pi) - 1e-6
    first = experiments.without_prior(next(states())[1]).numbers
    assert round(first["slip"], 3) == -0.411
    assert not experiments.without_prior(on_stage(**START)).holds


@pytest.mark.parametrize("seed", SEEDS)
def test_a_data_set_is_the_sum_of_its_digits(seed: int) -> None:
    found = experiments.data_set(seed)
    assert found.holds
    assert found.numbers["total"] == pytest.approx(1000 * found.numbers["mean"])
    assert -110_000 < found.numbers["total"] < -90_000  # tens of thousands of zeros
    (figure,) = found.figures
    assert figure.kind == "lines"
    assert figure.series[0].y[-1] == pytest.approx(found.numbers["total"])


@pytest.mark.parametrize("seed", SEEDS)
def test_more_samples_bound_more_tightly(seed: int) -> None:
    found = experiments.importance(seed)
    numbers = found.numbers
    assert found.holds
    assert numbers["log_px"] == pytest.approx(norm.logpdf(2, 0, math.hypot(1, 0.6)))
    exact = {1: -4.8259, 5: -3.0502, 50: -2.5899}  # by quadrature
    for k, bound in exact.items():
        assert numbers[f"small_{k}"] == pytest.approx(bound, abs=0.03)
    assert 25 < numbers["share"] < 50
    assert numbers["digits_1"] < numbers["digits_50"] < numbers["digits_500"] < numbers["digits_1"] + 10
