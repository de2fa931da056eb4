"""How the playground draws flow matching: noise, the field, samples, and one step in stages."""

from __future__ import annotations

from typing import Any

from genlab.locale import N_
from genlab.models.play import Node, Picture, Play, Stage

LAYERS = ("data", "fakes", "grid")


def picture(config: Any) -> Picture:
    """The overview and the stages."""
    return Picture(
        layers=LAYERS,
        nodes=(
            Node("noise", N_("Noise x₀"),
                 N_("x₀ ~ N(0, I), as many numbers as a point has. Watch it become samples."), (0, 1),
                 ("noise",), ("data", "noise", "fakes"), morphs=True),
            Node("field", N_("Velocity v"),
                 N_("v(x, t) says where to go from every place at every time; its ODE bends the grid of noise over the "
                    "data."), (27, 1), ("grid",), ("data", "fakes", "grid"), morphs=True),
            Node("fakes", N_("Samples"), N_("They should look like the data, all of them and in the right shares."),
                 (54, 1), ("fakes",), ("fakes",)),
            Node("real", N_("Data x₁"), N_("Examples x₁ of p_data: all that the model ever sees of it."), (31, 21),
                 ("data",), ("data",)),
            Node("pairs", N_("v at x_t"),
                 N_("A place on the straight line from a noise x₀ to an example x₁ that was drawn without regard to "
                    "it; the velocity there is asked for."), (54, 21), symbol="(1−t)x₀+t x₁"),
            Node("verdict", N_("Verdict"), N_("How far v(x_t, t) is from x₁ − x₀, squared."), (80, 11)),
        ),
        arrows=(("noise", "field"), ("field", "fakes"), ("field", "pairs"), ("real", "pairs"), ("pairs", "verdict")),
        backs=(("back-field", (88, 10.5, 88, 4, 57, 4, 57, -0.5, 34, -0.5, 34, 0.7), "∇L"),),
        stages=(
            Stage(N_("A batch of data"), N_("A batch of examples x₁ is drawn from p_data."), ("real",), ("data",)),
            Stage(N_("Noise"), N_("To each of them a noise x₀ is drawn, without regard to it."), ("noise",),
                  ("data", "noise")),
            Stage(N_("A place between"), N_("t is drawn, and x_t lies so far on the straight line from x₀ to x₁."),
                  ("noise", "real", "pairs"), ("data", "noise")),
            Stage(N_("The loss"),
                  N_("The mean squared distance of v(x_t, t) from x₁ − x₀ is {matching}; v explains {explained} of "
                     "their variance."),
                  ("pairs", "field", "verdict"), ("data", "fakes"), ask="both"),
            Stage(N_("Gradient and update"), N_("The gradient flows back into the field, which moves one step."),
                  ("verdict", "field", "back-field"), ("data", "fakes", "grid"), moves=True),
            Stage(N_("Samples"), N_("Fresh noise follows the field from t = 0 to 1. Training never needs this."),
                  ("noise", "field", "fakes"), ("data", "fakes", "grid"), morph=True),
        ),
        verdict=(("matching", N_("Flow matching loss")), ("explained", "R²")),
    )  # fmt: skip


PLAY = Play(place=3, first=("ode_steps", "method", "learning_rate"), picture=picture)
