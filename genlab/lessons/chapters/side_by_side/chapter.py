"""Chapter 10: the families on the same data, by the same ruler, and what a loss does not tell."""

from genlab.lessons.anatomy import SMALL_NET, Chapter, Compute, Marks, Question, Stage, Train, Training
from genlab.locale import N_

RECORDING = "gan-long"
# Curves that say which step was best, before anybody has marked one.
ANSWERS = ("frechet", "frechet_floor", "coverage", "coverage_floor")
STEPS = {"steps": 300}
SAME_DATA = Train(
    (Training("ae", "mnist5k", STEPS | SMALL_NET), Training("vae", "mnist5k", STEPS)),
    measure="side_by_side",
    seconds=9,
)

CHAPTER = Chapter(
    number=10,
    name="side-by-side",
    stage=Stage("bench", run=RECORDING, state={"hidden": ANSWERS}),
    questions=(
        Question(Compute("loss_is_not_quality", seconds=2), core=True, marks=Marks("losses", N_("step {n}"), figure=1)),
        Question(Compute("by_heart", seconds=2)),
        Question(SAME_DATA),
    ),
)
