"""What can befall a game, and what helps."""

from __future__ import annotations

import math
from typing import Any

from genlab.data import describe
from genlab.data.points import make_points
from genlab.models.config import Config
from genlab.models.cures import more_of, slower, usual_again
from genlab.models.gan.losses import OBJECTIVES
from genlab.symptoms import Symptom, divergence, mode_collapse, oscillation, overfitting, saturation

LOG_4 = math.log(4)
RATES = ("learning_rate_d", "learning_rate_g")
# D's loss where it can only guess; scores of a critic have no scale, and this is more than any distance here.
GUESSING = {"minimax": LOG_4, "non_saturating": LOG_4, "least_squares": 0.25, "hinge": 2.0, "wgan_gp": 10.0}
# How far apart D is asked to keep data and generated, of losses that pay nothing for keeping them farther apart.
BETWEEN = {"minimax": 1.0, "non_saturating": 1.0, "least_squares": 1.0}
# Of R1, where nothing is unusual.
FIRMER = 4.0
# What keeps a D from learning some dozen images by heart: three was too little.
STEADY = 10.0


def symptoms(config: Any, data: str, usual: Config) -> tuple[Symptom, ...]:
    """The symptoms of a GAN of these settings on that data."""
    images = describe(data).kind == "images"
    chance, probability = GUESSING[config.loss], OBJECTIVES[config.loss].probabilistic
    firmer = more_of(config, usual, "r1", FIRMER)
    calmer = usual_again(
        config, usual, at_most=(*RATES, "d_steps", "g_steps"), at_least=("r1", "feature_matching"), otherwise=firmer
    )
    behind = usual_again(
        config, usual, at_most=("learning_rate_d", "d_steps"), at_least=("r1", "learning_rate_g", "feature_matching")
    )
    if config.loss == "minimax":
        behind["loss"] = "non_saturating"
    found = [divergence.of_game(chance, slower(config, usual, *RATES) | calmer)]
    if config.loss != "wgan_gp":
        # The sum of V's two parts where there is one: smoothed labels leave a floor under D's loss.
        key, guess = ("value", -LOG_4) if probability else ("d_loss", chance)
        found.append(saturation.symptom(key, guess, probability, behind or firmer))
    if config.loss in BETWEEN:
        found.append(oscillation.symptom(BETWEEN[config.loss], calmer))
    modes = None if images else make_points(data).modes
    if images or (modes is not None and len(modes) > 1):
        found.append(mode_collapse.symptom(None if modes is None else len(modes), calmer))
    if images and probability:
        found.append(overfitting.of_d(firmer if config.r1 >= STEADY else {"r1": STEADY}))
    return tuple(found)
