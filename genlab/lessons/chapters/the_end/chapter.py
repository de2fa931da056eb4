"""Chapter 9: what the best D makes of the game, and what the value of a game under way does not tell."""

from genlab.lessons.anatomy import Act, Axes, Chapter, Compute, Question, Stage, Train, Training
from genlab.locale import N_

# A game in which G collapses: D sees x as it is, nothing steadies it, and G moves five times for each step of D.
BARE = {"latents": 2, "ema": 0.0}
COLLAPSE = BARE | {"feature_matching": 0.0, "fourier_features": 0, "r1": 0.0, "g_steps": 5}
TURNS = ((None, 200),)
FARTHEST = 6.0
BOTH = Train(
    (Training("gan", "ring8", COLLAPSE, turns=TURNS), Training("gan", "ring8", BARE, turns=TURNS)),
    measure="looks_finished",
    shown=0,
    behind=1,
    seconds=10,
)
# Two densities that are neither, until it has been guessed what they come to; then D* is told where both have a peak.
NEITHER = {"p": "-3,0.7,0.5;3,0.7,0.5", "q": "-1,1.6,1", "number": "cost"}
MISSED = {"preset": "missed", "number": "cost", "at": "3"}
EQUAL = {"preset": "equal", "number": "cost", "at": "0"}

CHAPTER = Chapter(
    number=9,
    name="where-the-game-ends",
    stage=Stage(
        "playground",
        state={"family": "gan", "data": "ring8", "settings": COLLAPSE, "layers": ("data", "fakes", "best")},
        name=N_("The game"),
    ),
    others=(Stage("densities", state=NEITHER, name=N_("Two densities")),),
    questions=(
        Question(BOTH, core=True),
        Question(Compute("where_d_cannot_tell", seconds=2)),
        Question(Compute("two_ways", seconds=2)),
        Question(
            Compute("sliding", seconds=2),
            draws=Axes((0.0, FARTHEST), (0.0, 0.8), N_("distance of the means"), N_("JS, nats")),
        ),
        Question(Act("densities", MISSED, judge="missed"), stage=1),
        Question(Act("densities", EQUAL, judge="equal"), stage=1),
    ),
)
