"""Chapter 7: -ELBO is a sum of two terms, and they pull apart."""

from typing import Any

from genlab.lessons.anatomy import Axes, Chapter, Compute, Question, Stage, Train, Training
from genlab.locale import N_


def vae(**settings: Any) -> Training:
    """A VAE that is trained within some seconds, and long enough for what is claimed."""
    return Training("vae", "mnist5k", {"steps": 300} | settings)


# A decoder that takes every pixel to be off by 1 has little to gain from z, and at beta = 5 z costs more than that.
DEAF = {"likelihood": "gaussian", "deviation": 1.0, "beta": 5.0}
WEIGHTS = (0.1, 1.0, 5.0, 20.0)

CHAPTER = Chapter(
    number=7,
    name="two-terms",
    stage=Stage("bench", run="vae-20"),
    questions=(
        Question(
            Train((vae(steps=600), vae(steps=600, beta=5.0)), measure="two_weights", behind=0, seconds=10), core=True
        ),
        Question(Train((vae(),), measure="first_steps", seconds=5)),
        Question(Train((vae(**DEAF), vae(**DEAF, free_bits=0.5)), measure="collapse", behind=0, seconds=6)),
        Question(Train((vae(), vae(reduction="mean")), measure="which_beta", behind=0, seconds=6)),
        Question(Compute("all_codes", seconds=5)),
        Question(
            Train(tuple(vae(beta=beta) for beta in WEIGHTS), measure="rate_distortion", seconds=10),
            draws=Axes(
                (0.0, 60.0), (60.0, 220.0), N_("KL, nats: the rate"), N_("reconstruction, nats: the distortion")
            ),
        ),
    ),
)
