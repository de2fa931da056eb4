"""Chapter 1: from examples, draw new ones, by writing p down or by learning to draw."""

from genlab.lessons.anatomy import Act, Chapter, Compute, Question, Stage

ONE_PEAK = {"mean": 0.6, "std": 0.2}
ONE_NORMAL = Act("explicit", {"normal": ONE_PEAK, "fit": True}, judge="one_normal", settles="settled")
HOW_LIKELY = Act("explicit", {"x": 0.3, "fitted": True, "draws": 1000}, judge="how_likely")

CHAPTER = Chapter(
    number=1,
    name="generative",
    stage=Stage("explicit", state={"x": 0.0, "normal": ONE_PEAK}),
    questions=(Question(ONE_NORMAL), Question(HOW_LIKELY, core=True), Question(Compute("four_sheets", seconds=3))),
)
