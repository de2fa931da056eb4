"""Chapter 2: encode, squeeze, rebuild."""

from genlab.lessons.anatomy import SMALL_NET, Chapter, Compute, Question, Stage, Train, Training

BOTTLENECKS = Train(
    tuple(Training("ae", "mnist5k", SMALL_NET | {"latents": size, "steps": 600}) for size in (2, 20)),
    measure="still_read",
    shown=0,
    seconds=8,
)

CHAPTER = Chapter(
    number=2,
    name="autoencoder",
    # What a random z gives is asked in chapter 4.
    stage=Stage("bench", run="ae-20", state={"hidden": ("samples",)}),
    questions=(
        Question(BOTTLENECKS, core=True),
        Question(Compute("letter", seconds=2)),
        Question(Compute("as_many_as_pixels", seconds=2)),
    ),
)
