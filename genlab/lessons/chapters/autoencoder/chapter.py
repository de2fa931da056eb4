"""Chapter 2: encode, squeeze, rebuild."""

from genlab.lessons.anatomy import Chapter, Compute, Question, Stage, Train, Training

# Small enough that two are trained while one waits.
SMALL = {"hidden": 200, "depth": 1, "steps": 600}
BOTTLENECKS = Train(
    tuple(Training("ae", "mnist5k", SMALL | {"latents": size}) for size in (2, 20)),
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
