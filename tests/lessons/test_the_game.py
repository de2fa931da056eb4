"""Chapter 8's experiments, performed: what each reveal says, and against closed forms."""

from __future__ import annotations

import math

import pytest

from genlab.lessons.anatomy import Lines
from genlab.lessons.perform import perform

LOG_4 = math.log(4)
NAME = "the-game"


@pytest.mark.parametrize("seed", [0, 1])
def test_against_a_frozen_g_d_brings_v_to_nearly_0(seed: int) -> None:
    outcome = perform(NAME, 1, seed)
    numbers = outcome.numbers
    assert outcome.holds
    assert numbers["first"] < -1
    assert -0.1 < numbers["last"] < 0
    assert numbers["d_real"] > 0.95 > 0.05 > numbers["d_fake"]
    (figure,) = outcome.figures
    assert isinstance(figure, Lines)
    assert figure.x[-1] == 200
    assert [value for value, _name in figure.marks] == [0, -LOG_4]


def test_the_two_losses_of_g_pull_as_their_derivatives_say() -> None:
    outcome = perform(NAME, 2, 0)
    numbers = outcome.numbers
    assert outcome.holds
    assert numbers["d_fake"] < 0.05
    assert numbers["ratio"] > 20
    assert abs(numbers["value_minimax"] - numbers["before"]) < 0.02
    assert numbers["value_other"] < numbers["before"] - 0.05
    curves = outcome.figures[0]
    assert isinstance(curves, Lines)
    for belief, minimax, other in zip(curves.x, *(series.y for series in curves.series), strict=True):
        logit, h = math.log(belief / (1 - belief)), 1e-5
        d = [1 / (1 + math.exp(-(logit + sign * h))) for sign in (1, -1)]
        assert minimax == pytest.approx(abs(math.log(1 - d[0]) - math.log(1 - d[1])) / (2 * h), rel=1e-5)
        assert other == pytest.approx(abs(math.log(d[0]) - math.log(d[1])) / (2 * h), rel=1e-5)


def test_g_alone_finds_the_blind_spot_and_not_the_data() -> None:
    outcome = perform(NAME, 3, 0)
    numbers = outcome.numbers
    assert outcome.holds
    assert -0.1 < numbers["before"] < 0
    assert numbers["after"] < -LOG_4 - 0.5
    assert numbers["js_after"] > 0.55


def test_against_a_perfect_g_d_gains_nothing() -> None:
    outcome = perform(NAME, 4, 0)
    assert outcome.holds
    assert outcome.numbers["last"] == pytest.approx(-LOG_4, abs=0.02)
    assert outcome.numbers["d_real"] == pytest.approx(outcome.numbers["d_fake"], abs=0.01)
