"""Chapter 1's experiments: what is said of the instrument's numbers, against closed forms; the four sheets."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import norm

from genlab.data.point_shapes import GaussianMixture
from genlab.data.points import make_points
from genlab.lessons.chapters.generative.experiments import DEVIATION, PEAK, how_likely, on_one_peak, one_normal, outside
from genlab.lessons.chapters.generative.sheets import FILE, SHEETS
from genlab.lessons.loader import illustrated
from genlab.lessons.perform import perform
from genlab.lessons.text import parse
from genlab.live.widgets.explicit import curves
from genlab.views.measure.explicit import TRUTH

BEST = math.hypot(PEAK, DEVIATION)


def test_the_peaks_are_those_of_the_data_set() -> None:
    data = make_points("two_gaussians_1d")
    assert isinstance(data, GaussianMixture)
    x = np.linspace(-1, 1, 9)
    own = sum(part["weight"] * norm.pdf(x, part["mean"], part["std"]) for part in TRUTH)
    import torch

    np.testing.assert_allclose(data.log_density(torch.from_numpy(x)[:, None]).exp(), own, rtol=1e-6)
    assert {(part["mean"], part["std"]) for part in TRUTH} == {(-PEAK, DEVIATION), (PEAK, DEVIATION)}


def test_one_normal_covers() -> None:
    outcome = one_normal({"mean": 0.01, "std": 0.611, "normal_likelihood": -0.928})
    assert outcome.holds
    assert outcome.numbers["on_one"] == pytest.approx(-24.3, abs=0.02)
    assert outcome.numbers["outside"] == pytest.approx(42, abs=1)
    assert not one_normal({"mean": 0.6, "std": 0.12, "normal_likelihood": -24.3}).holds


def test_the_exact_numbers_are_scipys() -> None:
    x = np.random.default_rng(0).normal(size=100_000) * DEVIATION + PEAK * np.where(np.arange(100_000) % 2, 1, -1)
    assert on_one_peak() == pytest.approx(norm.logpdf(x, PEAK, DEVIATION).mean(), rel=0.02)
    drawn = np.random.default_rng(1).normal(0, BEST, 200_000)
    far = np.minimum(np.abs(drawn - PEAK), np.abs(drawn + PEAK)) > 3 * DEVIATION
    assert outside(0, BEST) == pytest.approx(far.mean(), abs=0.005)


def test_a_gan_says_nothing_of_a_place() -> None:
    shown = dict.fromkeys(("normal", "mixture", "vae", "truth", "near", "belief", "belief_peak", "near_data"), 0.5)
    assert how_likely(shown | {"draws": 1000}).holds
    with pytest.raises(KeyError):
        how_likely({"draws": 1000})


def test_the_models_of_one_dimension_are_what_the_texts_say() -> None:
    known = curves()
    z = np.linspace(*known["z"], len(known["gan"]["generator"]))
    drawn = np.interp(np.random.default_rng(0).normal(size=50_000), z, known["gan"]["generator"])
    on_a_peak = np.minimum(np.abs(drawn - PEAK), np.abs(drawn + PEAK)) < 3 * DEVIATION
    assert on_a_peak.mean() > 0.97
    assert (drawn < 0).mean() == pytest.approx(0.5, abs=0.03)
    x = np.linspace(*known["x"], len(known["gan"]["belief"]))
    assert np.interp([0.3, PEAK], x, known["gan"]["belief"]) == pytest.approx([0.5, 0.5], abs=0.03)
    # exp of a lower bound of log p has an area below that of a density
    assert 0.5 < np.trapezoid(np.exp(known["vae"]["bound"]), x) < 1


def test_the_vaes_bound_lies_below_its_density() -> None:
    known, deviation = curves(), curves()["vae"]["deviation"]
    z = np.linspace(*known["z"], len(known["vae"]["decoder"]))
    x = np.linspace(*known["x"], len(known["vae"]["bound"]))
    density = np.trapezoid(norm.pdf(z) * norm.pdf(x[:, None], known["vae"]["decoder"], deviation), z, axis=1)
    inner = np.abs(x) < 1
    assert (np.exp(known["vae"]["bound"])[inner] <= density[inner] + 0.01).all()


def test_fresh_draws_are_told_apart() -> None:
    outcome = perform("generative", 3, 0)
    numbers = outcome.numbers
    assert outcome.holds
    assert numbers["real"] < 5 < 8 < numbers["gan"] < 25 < 50 < numbers["vae"] < 72 < 80 < numbers["ae"]


def test_the_sheet_stands_in_the_question() -> None:
    assert FILE.exists()
    assert SHEETS[2] == "real"
    assert 'src="data:image/png;base64,' in illustrated('<img src="four.png" alt="">', "generative")
    assert illustrated('<img src="../x.png">', "generative") == '<img src="../x.png">'
    words = parse((FILE.parent / "en.md").read_text()).questions[2]
    assert "four.png" in words.prompt
    assert words.answer == 2
