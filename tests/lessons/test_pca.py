"""Chapter 3's experiments, performed: a linear autoencoder lands on PCA, one that bends below it."""

from __future__ import annotations

import pytest

from genlab.lessons.anatomy import Lines
from genlab.lessons.perform import perform


def test_a_linear_autoencoder_lands_on_pcas_line() -> None:
    outcome = perform("pca", 1, 0)
    numbers = outcome.numbers
    assert outcome.holds
    assert numbers["own"] == pytest.approx(numbers["pca"], rel=0.01)
    assert numbers["pca"] == pytest.approx(0.02476, abs=1e-5)
    assert numbers["angle"] < 1


def test_its_numbers_are_no_components() -> None:
    outcome = perform("pca", 2, 1)
    assert outcome.holds
    assert 0.4 < outcome.numbers["median"] < 0.7
    assert outcome.numbers["largest"] < 0.9
    assert outcome.numbers["angle"] < 1


def test_bent_maps_leave_less_error() -> None:
    outcome = perform("pca", 3, 0, {"steps": 200})
    assert outcome.holds
    (figure,) = outcome.figures
    assert isinstance(figure, Lines)
    own, linear = (series.y for series in figure.series)
    assert figure.x[0] == 0
    assert own[0] == linear[0] == pytest.approx(0.0691, abs=1e-4)
    assert all(a < b for a, b in zip(own[1:], linear[1:], strict=True))
