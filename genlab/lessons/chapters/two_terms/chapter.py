"""Chapter 7: -ELBO is a sum of two terms, and they pull apart."""

from genlab.lessons.anatomy import Chapter, Question, Stage, Train, Training

STEPS = {"steps": 600}
WEIGHTS = Train(
    (
        Training("vae", "mnist5k", STEPS | {"beta": 1.0}),
        Training("vae", "mnist5k", STEPS | {"beta": 5.0}),
    ),
    measure="two_weights",
    behind=0,
    seconds=10,
)

CHAPTER = Chapter(
    number=7,
    name="two-terms",
    stage=Stage("bench", run="vae-20"),
    questions=(Question(WEIGHTS, core=True),),
)
