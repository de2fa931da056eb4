"""Chapter 4: nobody asked an autoencoder's codes to lie where one draws, so it cannot draw."""

from genlab.lessons.anatomy import Chapter, Compute, Question, Stage

CHAPTER = Chapter(
    number=4,
    name="gaps",
    stage=Stage("bench", run="ae-20", state={"hidden": ("samples",)}),
    questions=(
        Question(Compute("random_codes", seconds=4), core=True),
        Question(Compute("fitted_normal", seconds=4)),
        Question(Compute("draws_of_the_vae", seconds=3)),
        Question(Compute("halfway", seconds=3)),
    ),
)
