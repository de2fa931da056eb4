"""Chapter 9's experiments, performed: what each reveal says, and against quadrature."""

from __future__ import annotations

import math

import pytest
from scipy.integrate import quad
from scipy.stats import norm

from genlab.lessons.anatomy import Lines
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
