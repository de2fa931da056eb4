"""Each detector on curves that are written down: what it says, since when, and what it leaves alone."""

from __future__ import annotations

import pytest

from genlab.models import FAMILIES
from genlab.models.base import limits
from genlab.symptoms import Loss, Point, Seen
from genlab.symptoms.divergence import divergence, unbounded
from genlab.symptoms.mode_collapse import mode_collapse, narrow_samples
from genlab.symptoms.oscillation import oscillation, swings
from genlab.symptoms.overfitting import learned_by_heart, overfitting
from genlab.symptoms.posterior_collapse import posterior_collapse
from genlab.symptoms.saturation import saturation

PLAN = 100


def curve(**terms: list[float]) -> list[Point]:
    """Points at the steps 1, 2, ..."""
    count = len(next(iter(terms.values())))
    return [(step + 1, {key: values[step] for key, values in terms.items()}) for step in range(count)]


def test_a_collapsed_posterior_tells_kl_and_what_the_mean_would_cost() -> None:
    points = curve(kl=[0.01] * 60, reconstruction=[206.0] * 60)
    seen = posterior_collapse(points, PLAN, latents=20, constant=205.6)
    assert seen is not None
    assert seen.numbers["kl"] == pytest.approx(0.01)
    assert (seen.numbers["constant"], seen.numbers["latents"], seen.since) == (205.6, 20, 51)
    assert posterior_collapse(points, PLAN, latents=20, constant=260.0) is None  # better than the mean: z is in use
    assert posterior_collapse(points[:15], PLAN, latents=20, constant=205.6) is None  # too early to say
    active = curve(kl=[0.01] * 55 + [3.0] * 5, reconstruction=[206.0] * 60)
    assert posterior_collapse(active, PLAN, latents=20, constant=205.6) is None


def test_a_saturated_d() -> None:
    sure = curve(value=[-0.02] * 40, d_real=[0.99] * 40, d_fake=[0.01] * 40)
    seen = saturation(sure, PLAN, "value", -1.386)
    assert seen is not None
    assert (seen.numbers["d_real"], seen.numbers["d_fake"]) == pytest.approx((0.99, 0.01))
    guessing = curve(value=[-1.38] * 40, d_real=[0.5] * 40, d_fake=[0.5] * 40)
    assert saturation(guessing, PLAN, "value", -1.386) is None
    once = curve(value=[-0.02] * 39 + [-0.6], d_real=[0.99] * 40, d_fake=[0.01] * 40)
    assert saturation(once, PLAN, "value", -1.386) is None


def test_missed_modes_and_samples_that_are_all_alike() -> None:
    seen = mode_collapse(curve(modes=[2.0] * 60), PLAN, modes=8)
    assert seen == Seen({"modes": 2.0, "all": 8.0}, 46)
    assert mode_collapse(curve(modes=[2.0] * 50 + [7.0] * 10), PLAN, modes=8) is None
    narrow = narrow_samples(curve(spread=[0.05] * 60), PLAN)
    assert narrow is not None
    assert narrow.numbers == {"spread": pytest.approx(0.05)}
    assert narrow_samples(curve(spread=[0.9] * 60), PLAN) is None


def test_swings_are_counted_and_noise_is_none() -> None:
    assert swings([0, 1, 0, 1, 0, 1], 0.3) == 5
    assert swings([0.5, 0.52, 0.48, 0.5], 0.3) == 0
    to_and_fro = curve(d_fake=[0.2 if step // 3 % 2 else 0.8 for step in range(400)])
    seen = oscillation(to_and_fro, 400, 1.0)
    assert seen is not None
    assert (seen.numbers["low"], seen.numbers["high"], seen.numbers["steps"]) == (0.2, 0.8, 100)
    assert oscillation(curve(d_fake=[0.45 + step % 2 / 10 for step in range(400)]), 400, 1.0) is None
    assert oscillation(curve(d_fake=[step / 400 for step in range(400)]), 400, 1.0) is None


def test_a_loss_that_rises_and_stays_up() -> None:
    fallen = [1.0 - step / 50 for step in range(45)]
    seen = divergence(curve(mse=fallen + [0.9] * 10), PLAN, Loss({"mse": 1.0}))
    assert seen is not None
    assert seen.numbers["now"] == pytest.approx(0.9)
    assert 40 <= seen.numbers["at"] <= 46
    assert seen.since < seen.numbers["at"]
    assert divergence(curve(mse=fallen + [0.9] + [0.12] * 9), PLAN, Loss({"mse": 1.0})) is None  # one step out is none
    assert divergence(curve(mse=fallen), PLAN, Loss({"mse": 1.0})) is None
    blown = divergence(curve(mse=[0.5, 900.0, 700.0] + [600.0] * 10 + [800.0] * 10), PLAN, Loss({"mse": 1.0}))
    assert blown is not None
    assert (blown.numbers["best"], blown.since) == (0.5, 1)  # nothing after the beginning is worth going back to
    assert unbounded(curve(d_loss=[1.0] * 30 + [50.0] * 5), PLAN, 1.386) is not None
    assert unbounded(curve(d_loss=[1.0] * 35), PLAN, 1.386) is None


def test_what_is_minimised_is_a_sum_by_weights() -> None:
    falls = curve(reconstruction=[100.0 - step for step in range(50)], kl=[step / 1.0 for step in range(50)])
    assert divergence(falls, PLAN, Loss({"reconstruction": 1.0, "kl": 0.1})) is None
    assert divergence(falls, PLAN, Loss({"reconstruction": 1.0, "kl": 20.0})) is not None


def test_what_is_free_and_a_weight_that_still_rises_are_no_divergence() -> None:
    weights = {"reconstruction": 1.0, "kl": 5.0}
    used = curve(
        reconstruction=[748.0 - min(step, 14) for step in range(60)], kl=[min(step / 5, 9.0) for step in range(60)]
    )
    assert divergence(used, PLAN, Loss(weights)) is not None
    assert divergence(used, PLAN, Loss(weights, {"kl": 10.0})) is None
    dear = [0.05] + [30.0] * 24 + [4.0] * 35
    warmed = curve(reconstruction=[200.0 - kl for kl in dear], kl=dear)
    assert divergence(warmed[:25], PLAN, Loss(weights)) is not None
    for now in range(60):
        assert divergence(warmed[:now], PLAN, Loss(weights, after=26)) is None
    lost = warmed + [(step, {"reconstruction": 900.0, "kl": 4.0}) for step in range(61, 70)]
    assert divergence(lost, PLAN, Loss(weights, after=26)) is not None


def test_held_out_that_rises_while_training_falls() -> None:
    held = [1.0 - step / 30 for step in range(20)] + [0.34 + step / 100 for step in range(20)]
    training = [1.0 - step / 50 for step in range(40)]
    seen = overfitting(curve(mse=training, test_mse=held), PLAN, Loss({"mse": 1.0}))
    assert seen is not None
    assert seen.numbers["now"] > seen.numbers["best"] > seen.numbers["training"]
    assert seen.since <= 20 <= (seen.stop or 0) <= 23
    assert (
        overfitting(curve(mse=held, test_mse=held), PLAN, Loss({"mse": 1.0})) is None
    )  # both rise: that is something else
    assert overfitting(curve(mse=training, test_mse=training), PLAN, Loss({"mse": 1.0})) is None


def test_a_d_that_knows_its_examples() -> None:
    seen = learned_by_heart(curve(value=[-0.4] * 20, test_value=[-1.2] * 20), PLAN)
    assert seen is not None
    assert (seen.numbers["training"], seen.numbers["held"]) == pytest.approx((-0.4, -1.2))
    assert learned_by_heart(curve(value=[-1.0] * 20, test_value=[-1.1] * 20), PLAN) is None


@pytest.mark.parametrize("name", FAMILIES)
def test_cures_are_knobs_that_move_while_a_run_trains_and_change_something(name: str) -> None:
    family = FAMILIES[name]
    for config in family.variants():
        for data in ("ring8", "spiral", "mnist5k"):
            try:
                family.check(config, "points" if data != "mnist5k" else "images")
            except ValueError:
                continue
            for symptom in family.symptoms_on(config, data):
                if symptom.name == "overfitting":  # stops where it was best, which its curve says
                    continue
                cured = config.changed(**symptom.cure)
                ends = {limits(family.config.model_fields[knob]) for knob in symptom.cure}
                at_an_end = any(end and value in end for end in ends for value in symptom.cure.values())
                assert cured != config or at_an_end, (symptom.name, symptom.cure)
                for knob in symptom.cure:
                    assert family.config.model_fields[knob].json_schema_extra["live"], knob
