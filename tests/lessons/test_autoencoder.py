"""Chapter 2's experiments, performed: what gets through a bottleneck."""

from __future__ import annotations

import pytest
import torch

from genlab.lessons.chapters.autoencoder.letters import STROKES, letters
from genlab.lessons.perform import perform


def test_two_numbers_keep_most_digits_readable() -> None:
    outcome = perform("autoencoder", 1, 0, {"steps": 300})
    numbers = outcome.numbers
    assert outcome.holds
    assert 55 < numbers["few"] < 78
    assert numbers["many"] > 90
    assert (numbers["pca_few"], numbers["pca_many"]) == pytest.approx((34.2, 92.1), abs=0.5)


@pytest.mark.parametrize("seed", [0, 1])
def test_letters_come_back_worse_than_digits(seed: int) -> None:
    outcome = perform("autoencoder", 2, seed)
    assert outcome.holds
    assert 3 < outcome.numbers["times"] < 6


def test_as_many_numbers_as_pixels_pass_on_anything() -> None:
    outcome = perform("autoencoder", 3, 0)
    numbers = outcome.numbers
    assert outcome.holds
    assert [numbers[f"{kind}_784"] for kind in ("digits", "letters", "noise")] == pytest.approx([0, 0, 0], abs=1e-9)
    assert numbers["digits_20"] < numbers["letters_20"] < numbers["noise_20"]


def test_letters_are_drawn_as_digits_are() -> None:
    drawn = letters(0)
    assert drawn.shape == (len(STROKES), 1, 28, 28)
    assert 0 <= float(drawn.min()) <= float(drawn.max()) <= 1
    assert torch.equal(drawn, letters(0))
    assert not torch.equal(drawn, letters(1))
    assert 0.05 < float(drawn.mean()) < 0.25
    assert float(drawn[..., :2, :].max()) == 0
