"""The knobs of flow matching."""

from __future__ import annotations

from typing import Literal

from genlab.models import knobs
from genlab.models.config import Config, knob


class FlowConfig(Config):
    """The settings of a flow."""

    depth: int = knob(3, "Hidden layers", "Hidden layers of the net that gives the velocity.", low=1, high=4)
    ode_steps: int = knob(
        20,
        "Steps of the ODE",
        "In how many equal steps noise is carried to a sample; training does not depend on it.",
        low=1,
        high=100,
        live=True,
        more=False,
        logarithmic=True,
        telling="{value} ODE steps",
        always=True,
    )
    method: Literal["euler", "midpoint", "heun"] = knob(
        "euler",
        "Rule of a step",
        "Euler asks the field once a step, midpoint and Heun twice, and err less on bent ways.",
        live=True,
        telling="{value}",
    )
    predicts: Literal["velocity", "data"] = knob(
        "velocity",
        "The net gives",
        "The velocity itself, or the example x₁ at the end: the velocity is then (x₁ − x) / (1 − t). The second is "
        "easier where x has many coordinates and lies near few of all places, as images do.",
        telling="the net gives x₁",
    )
    learning_rate: float = knobs.learning_rate(2e-3)
