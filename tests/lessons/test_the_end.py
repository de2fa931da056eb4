"""Chapter 9's experiments, performed: what each reveal says, and against quadrature."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import pytest
from scipy.integrate import quad
from scipy.stats import norm

from genlab.lessons.anatomy import Lines
from genlab.lessons.chapters.the_end import experiments
from genlab.lessons.perform import perform

LOG_4 = math.log(4)
NAME = "where-the-game-ends"


def test_a_value_of_minus_log_4_does_not_say_that_g_is_perfect() -> None:
    outcome = perform(NAME, 1, 0)
    numbers = outcome.numbers
    assert outcome.holds
    assert numbers["value"] == pytest.approx(-LOG_4, abs=0.1)
    assert numbers["d_real"] == pytest.approx(0.5, abs=0.05)
    assert numbers["js"] > 0.55
    assert numbers["cured_js"] < numbers["js"] - 0.1


@pytest.mark.parametrize("seed", range(12))
def test_the_best_d_cannot_tell_where_the_curves_cross_and_c_of_g_adds_up(seed: int) -> None:
    outcome = perform(NAME, 2, seed)
    numbers = outcome.numbers
    assert outcome.holds
    assert numbers["belief"] == pytest.approx(0.5, abs=1e-6)
    assert -LOG_4 + numbers["kl_p"] + numbers["kl_q"] == pytest.approx(numbers["direct"], abs=1e-4)
    assert -LOG_4 + numbers["kl_p"] + numbers["kl_q"] == pytest.approx(numbers["cost"], abs=1e-4)
    assert abs(numbers["belief_middle"] - 0.5) > 0.01


@pytest.mark.parametrize("seed", range(3))
def test_the_expectation_is_the_same_over_x_and_over_z(seed: int) -> None:
    assert perform(NAME, 3, seed).holds


def test_js_is_flat_until_the_two_come_near() -> None:
    outcome = perform(NAME, 4, 0)
    assert outcome.holds
    figure = next(one for one in outcome.figures if isinstance(one, Lines))
    js = dict(zip(figure.x, figure.series[0].y, strict=True))
    far = max(js)
    assert js[far] == pytest.approx(math.log(2), abs=1e-3)
    assert js[min(js)] == pytest.approx(0, abs=1e-6)


def test_js_of_two_normals_is_what_quadrature_says() -> None:
    outcome = perform(NAME, 4, 0)
    figure = next(one for one in outcome.figures if isinstance(one, Lines))
    std = outcome.numbers["std"]
    distance, found = next(pair for pair in zip(figure.x, figure.series[0].y, strict=True) if pair[0] > 1.4)

    def integrand(x: float) -> float:
        p, q = norm.pdf(x, 0, std), norm.pdf(x, distance, std)
        m = (p + q) / 2
        return sum(d * math.log(d / m) / 2 for d in (p, q) if d > 0)

    assert found == pytest.approx(quad(integrand, -8, 14, limit=200)[0], abs=1e-4)


def on_stage(p: tuple[tuple[float, float], ...], q: tuple[tuple[float, float], ...], at: float) -> dict[str, float]:
    """What the stage shows of two even mixtures of (mean, deviation), by quadrature."""

    def density(parts: tuple[tuple[float, float], ...], x: float) -> float:
        return sum(float(norm.pdf(x, *part)) for part in parts) / len(parts)

    def kl(first: Callable[[float], float], second: Callable[[float], float]) -> float:
        def integrand(x: float) -> float:
            return first(x) * math.log(first(x) / second(x)) if first(x) > 0 else 0.0

        return quad(integrand, -9, 9, limit=400, points=[-3, 0, 3])[0]

    of_p, of_q = partial(density, p), partial(density, q)

    def mixture(x: float) -> float:
        return (of_p(x) + of_q(x)) / 2

    js = (kl(of_p, mixture) + kl(of_q, mixture)) / 2
    d_star = of_p(at) / (of_p(at) + of_q(at))
    return {"cost": 2 * js - LOG_4, "js": js, "d_star": d_star, "kl_pq": kl(of_p, of_q), "kl_qp": kl(of_q, of_p)}


PEAKS = ((-3.0, 0.7), (3.0, 0.7))


def test_a_missed_peak_stands_between_the_ends_of_c_of_g() -> None:
    outcome = experiments.missed(on_stage(PEAKS, PEAKS[1:], 3.0))
    assert outcome.holds
    assert outcome.numbers["cost"] == pytest.approx(-0.955, abs=1e-3)
    assert outcome.numbers["kl_pq"] == pytest.approx(17.67, abs=0.01)
    assert outcome.numbers["kl_qp"] == pytest.approx(math.log(2), abs=1e-3)
    assert not experiments.missed(on_stage(PEAKS, ((2.0, 0.7),), 3.0)).holds


def test_equal_densities_are_where_every_number_ends() -> None:
    outcome = experiments.equal(on_stage(PEAKS, PEAKS, 0.0))
    assert outcome.holds
    assert outcome.numbers["cost"] == pytest.approx(-LOG_4)
    assert not experiments.equal(on_stage(PEAKS, ((-3.0, 0.7), (3.1, 0.7)), 0.0)).holds
