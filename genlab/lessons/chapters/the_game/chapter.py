"""Chapter 8: two players, one value; each alone brings it where the other cannot want it."""

from genlab.lessons.anatomy import Chapter, Compute, Question, Stage, Train, Training

# The playground's game: G as it plays, taught by D's verdict alone.
GAME = {"latents": 2, "ema": 0.0, "feature_matching": 0.0}
PERFECT = ("discriminator", 200)


def moved(*turns: tuple[str, int]) -> tuple[Training, ...]:
    """A game from its very start, in which the players move in these turns."""
    return (Training("gan", "ring8", GAME, turns=turns),)


CHAPTER = Chapter(
    number=8,
    name="the-game",
    stage=Stage("playground", state={"family": "gan", "data": "ring8", "settings": GAME}),
    questions=(
        Question(Train(moved(PERFECT), measure="perfect", seconds=6), core=True),
        Question(Compute("pulls", seconds=4)),
        Question(Train(moved(PERFECT, ("generator", 10)), measure="blind_spot", seconds=7)),
        Question(Compute("nobody_gains", seconds=4)),
    ),
)
