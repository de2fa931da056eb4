"""Chapter 6: how far apart two distributions are, and the bound on log p(x) that one of these distances leaves."""

from genlab.lessons.anatomy import Act, Chapter, Compute, Question, Stage

CHAPTER = Chapter(
    number=6,
    name="two-distances",
    stage=Stage("elbo"),
    questions=(
        Question(Compute("missed_mode", seconds=2)),
        Question(Act("elbo", {"climb": True}, judge="climbed", settles="settled"), core=True),
        Question(Act("elbo", {"posterior": True}, judge="without_prior", settles="settled")),
        Question(Compute("data_set", seconds=4)),
        Question(Compute("importance", seconds=5)),
    ),
)
