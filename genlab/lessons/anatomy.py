"""What a chapter consists of: a stage, and questions that are guessed before an experiment answers them.

A chapter's words are in Markdown beside it (text.py); what is here is the same in every language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from genlab.terms import Role

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Stage:
    """An instrument in a state: the largest thing on the screen.

    instrument: its name among genlab.views.course.stages; run: the id of the shipped run that it shows at first, or
    None; state: all that the instrument is told, by its own names; name: what it is called (English, marked for
    translation) in a chapter that has more than one.
    """

    instrument: str
    run: str | None = None
    state: Values = field(default_factory=dict)
    name: str = ""


# Settings of the autoencoder that chapters train: one hidden layer, like that of `ae-20`, trained while one waits.
SMALL_NET: dict[str, Any] = {"hidden": 200, "depth": 1}


@dataclass(frozen=True)
class Training:
    """A run that an experiment trains: of a family on a data set, some settings other than the preset's.

    turns: (part, steps), what it makes in place of its whole plan; then it rests, and one may go on with it.
    """

    family: str
    data: str
    settings: Values = field(default_factory=dict)
    preset: str = "classroom"
    turns: tuple[tuple[str | None, int], ...] = ()


@dataclass(frozen=True)
class Act:
    """An experiment in the visitor's browser: the stage's instrument takes a state, and publishes what it then shows.

    judge: the function of the chapter's experiments.py that takes these numbers (dict of float) and gives an Outcome.
    settles: the name of a published number that is 1 when the instrument has come to rest, "" for one that acts at
    once.
    """

    instrument: str
    state: Values
    judge: str
    settles: str = ""


@dataclass(frozen=True)
class Compute:
    """An experiment in a worker process: `function` of the chapter's experiments.py, called with a seed.

    seconds: how long it takes on one core, for the words beside the button.
    """

    function: str
    seconds: int = 3


@dataclass(frozen=True)
class Train:
    """An experiment that trains runs of the visitor's own, all at once, on the stage; then `measure` of the chapter's
    experiments.py, called with the trained runs (a tuple of genlab.lessons.trained.Trained in the order of
    `trainings`) and a seed.

    shown: which of them the stage shows; behind: whose curves stand grey behind it, None for nobody's.
    """

    trainings: tuple[Training, ...]
    measure: str
    shown: int = -1
    behind: int | None = None
    seconds: int = 10


@dataclass(frozen=True)
class Axes:
    """What a guess is drawn on by hand: the ranges and names (English, marked for translation) of two axes.

    figure: which of the outcome's figures has the true curve.
    """

    x: tuple[float, float]
    y: tuple[float, float]
    x_title: str
    y_title: str
    figure: int = 0


@dataclass(frozen=True)
class Marks:
    """A guess that is a place on curves which one sees before the experiment: one of their x.

    function: of the chapter's experiments.py, without arguments, gives these curves (Lines) at once; figure: which of
    the outcome's figures, over the same x, says what the place is worth; place: a place {n} in words (English, marked
    for translation).
    """

    function: str
    place: str
    figure: int = 0


@dataclass(frozen=True)
class Question:
    """One driving question. Its words, its options and which is right stand in the chapter's text.

    core: among the ten that make a lesson of 45 minutes; draws: the guess is a curve drawn by hand in place of options;
    marks: it is a place on a curve; stage: the number of the chapter's stage, from 0, on which it is asked.
    """

    experiment: Act | Compute | Train
    core: bool = False
    draws: Axes | None = None
    marks: Marks | None = None
    stage: int = 0

    @property
    def chooses(self) -> bool:
        """Whether the guess is one of the text's options."""
        return self.draws is None and self.marks is None


@dataclass(frozen=True)
class Chapter:
    """A chapter: its place in the course, the name in its address (/chapter-NAME), its stage and its questions.

    others: more stages, one of which stands in the first one's place while it is asked about.
    """

    number: int
    name: str
    stage: Stage
    questions: tuple[Question, ...]
    others: tuple[Stage, ...] = ()

    @property
    def stages(self) -> tuple[Stage, ...]:
        """All of its stages, by their numbers."""
        return self.stage, *self.others

    @property
    def address(self) -> str:
        """The last part of its address."""
        return f"chapter-{self.name}"


@dataclass(frozen=True)
class Series:
    """A curve or a set of bars: y over the figure's x. role: its colour, as a term's; dashed: a reference."""

    label: str
    role: Role
    y: tuple[float, ...]
    dashed: bool = False


@dataclass(frozen=True)
class Lines:
    """Curves over one x. marks: (y, label) of level lines. Titles and labels in English, marked for translation."""

    title: str
    x_title: str
    y_title: str
    x: tuple[float, ...]
    series: tuple[Series, ...]
    marks: tuple[tuple[float, str], ...] = ()
    logarithmic: bool = False
    kind: Literal["lines"] = "lines"


@dataclass(frozen=True)
class Bars:
    """Bars side by side, a group a category."""

    title: str
    y_title: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    kind: Literal["bars"] = "bars"


@dataclass(frozen=True)
class Sheet:
    """A picture of 28 x 28 digits in rows; png: the file in base 64 (genlab.lessons.sheets makes it); rows: the
    sheet's rows in words, from above."""

    title: str
    png: str
    columns: int
    rows: tuple[str, ...]
    kind: Literal["sheet"] = "sheet"


@dataclass(frozen=True)
class Table:
    """Cells in rows below a head; cells are text, or numbers as text."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    kind: Literal["table"] = "table"


Figure = Lines | Bars | Sheet | Table


@dataclass(frozen=True)
class Outcome:
    """What an experiment found.

    numbers: by the names that the chapter's text has in braces; holds: whether they say what the chapter claims; where
    they don't, the text says so ("Otherwise"); figures: what is drawn beside the words; answer: the option (from 0)
    that these numbers make the right one, None where the text's is.
    """

    numbers: Mapping[str, float]
    holds: bool
    figures: tuple[Figure, ...] = ()
    answer: int | None = None
