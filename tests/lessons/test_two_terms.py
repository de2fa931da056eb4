"""Chapter 7: each of its experiments, performed as a visitor's is, and what its reveals claim."""

from __future__ import annotations

import pytest
import torch

from genlab.lessons.anatomy import Outcome
from genlab.lessons.chapters.two_terms import experiments
from genlab.lessons.chapters.two_terms.chapter import CHAPTER
from genlab.lessons.perform import perform
from genlab.lessons.shipped import shipped_digits
from genlab.models.vae import VAE, VAEConfig

IMAGE = (1, 28, 28)


def performed(number: int, **changes: int) -> Outcome:
    """The outcome of a question of this chapter, its runs trained with some other settings."""
    return perform(CHAPTER.name, number, 0, changes)


def test_a_larger_beta_buys_fewer_nats() -> None:
    found = performed(1, steps=300)
    assert found.holds
    assert 5 < found.numbers["kl_heavy"] < 8 < 18 < found.numbers["kl_light"] < 23
    assert found.numbers["active_heavy"] < 10 < found.numbers["active_light"]


def test_kl_rises_while_z_begins_to_be_used() -> None:
    found = performed(2)
    assert found.holds
    assert found.numbers["kl_first"] < 0.5 < 15 < found.numbers["kl_last"]
    assert found.numbers["saved"] > 80


def test_a_collapse_is_made_and_cured() -> None:
    found = performed(3)
    assert found.holds
    assert found.numbers["kl"] < 0.05
    assert found.numbers["active"] == 0
    assert found.numbers["error"] == pytest.approx(0.069, abs=0.002)
    assert found.numbers["loss"] == pytest.approx(found.numbers["loss_early"], abs=5)
    assert found.numbers["active_cured"] == 20
    assert 8 < found.numbers["kl_cured"] < 11  # about what is free: 20 latents, half a nat each
    assert found.numbers["error_cured"] < 0.035


def test_the_error_of_a_collapsed_model_is_that_of_the_average_digit() -> None:
    x = experiments.held_out_digits()
    assert float((x - x.mean(dim=0)).square().mean()) == pytest.approx(0.069, abs=0.002)


def test_the_mean_over_pixels_silences_z() -> None:
    found = performed(4, steps=150)
    assert found.holds
    assert found.numbers["kl_mean"] < 0.05
    assert found.numbers["kl_sum"] > 15
    assert found.numbers["effective"] == 784
    assert found.numbers["found"] == pytest.approx(784, rel=0.001)


@pytest.mark.parametrize(("settings", "beta"), [({}, 1), ({"beta": 3.0}, 3), ({"reduction": "mean", "beta": 0.5}, 392)])
def test_a_beta_is_found_from_gradients_alone(settings: dict, beta: float) -> None:
    torch.manual_seed(0)
    model = VAE(VAEConfig(hidden=32, latents=5, **settings), IMAGE)
    x = torch.rand(32, *IMAGE)
    a, b = experiments.gradient_shares(model, x)
    assert b / a == pytest.approx(beta, rel=0.001)
    assert experiments.gradient_shares(model, x) == (a, b)  # the step that it takes changes no weight


@pytest.mark.parametrize("seed", range(2))
def test_all_codes_together_are_roughly_the_prior(seed: int) -> None:
    found = experiments.all_codes(seed)
    assert found.holds
    assert found.numbers["kl"] == pytest.approx(22, abs=1)
    # the latent's q(z), integrated: another way to the same distance
    (figure,) = found.figures
    assert figure.kind == "lines"
    q, p = (torch.tensor(figure.series[place].y, dtype=torch.float64) for place in (1, 2))
    cell = figure.x[1] - figure.x[0]
    assert float((q * (q / p).log()).sum() * cell) == pytest.approx(found.numbers["latent_gap"], abs=0.02)


def test_fewer_nats_a_larger_error() -> None:
    found = performed(6, steps=150)
    assert found.holds
    assert found.numbers["rate_20"] < 2 < found.numbers["rate_5"] < 10 < found.numbers["rate_1"] < 25
    assert found.numbers["distortion_20"] > 170


def test_shipped_digits_are_drawn_at_random() -> None:
    one, other = (shipped_digits(50, torch.Generator().manual_seed(seed)) for seed in (0, 1))
    assert one.shape == (50, 1, 28, 28)
    assert 0 <= float(one.min()) < float(one.max()) <= 1
    assert not torch.equal(one, other)
