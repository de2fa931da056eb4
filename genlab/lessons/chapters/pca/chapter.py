"""Chapter 3: PCA is the best linear map; a linear autoencoder finds its subspace, a non-linear one beats it."""

from genlab.lessons.anatomy import SMALL_NET, Axes, Chapter, Question, Stage, Train, Training
from genlab.locale import N_

LINEAR = Training("ae", "mnist5k", {"net": "linear"})
SIZES = (2, 5, 10, 20, 40)
STEPS = 300

CHAPTER = Chapter(
    number=3,
    name="pca",
    # What a random z gives is asked in chapter 4.
    stage=Stage("bench", run="ae-20", state={"hidden": ("samples",)}),
    questions=(
        Question(Train((LINEAR,), measure="above_on_or_below", seconds=10), core=True),
        Question(Train((LINEAR,), measure="its_numbers", seconds=10)),
        Question(
            Train(
                tuple(Training("ae", "mnist5k", SMALL_NET | {"latents": size, "steps": STEPS}) for size in SIZES),
                measure="against_size",
                shown=3,
                seconds=10,
            ),
            draws=Axes((0, 40), (0, 0.07), "N", N_("mean squared error")),
        ),
    ),
)
