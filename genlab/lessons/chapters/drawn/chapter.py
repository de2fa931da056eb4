"""Chapter 5: z is drawn as mu + sigma eps, so that gradients reach mu and sigma."""

from genlab.lessons.anatomy import Chapter, Compute, Question, Stage

CHAPTER = Chapter(
    number=5,
    name="drawn",
    stage=Stage("sampling", run="vae-20"),
    questions=(
        Question(Compute("resampled", seconds=4), core=True),
        Question(Compute("unused", seconds=2)),
        Question(Compute("two_gradients", seconds=3)),
        Question(Compute("uniform_noise", seconds=2)),
    ),
)
