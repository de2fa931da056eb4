"""A lesson of 45 minutes on a chapter: what is done in which minutes. Its words are the chapter's own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from genlab.lessons.anatomy import Act, Chapter, Question

MINUTES = 45
# The claim and what is asked before it; the stage and what to look for; true or false; where it leads.
OPENING, LOOKING, SLIPS, CLOSING = 4, 6, 5, 3
# More than these no class answers in what remains; the others are taken home.
MOST_QUESTIONS = 4
# A chapter's core question has so many times the minutes of another.
CORE = 1.5
LINK = re.compile(r"!?\[([^\]]*)\]\((?P<to>[^)]*)\)")


@dataclass(frozen=True)
class Part:
    """A stretch of the lesson. minutes: from and to; question: which of the chapter's, from 0."""

    kind: Literal["opening", "looking", "question", "slips", "closing"]
    minutes: tuple[int, int]
    question: int | None = None


def lesson_plan(chapter: Chapter) -> tuple[Part, ...]:
    """The lesson's parts in their order; together they take 45 minutes. The core question comes where the chapter has
    it."""
    asked = in_class(chapter)
    weights = [CORE if chapter.questions[number].core else 1.0 for number in asked]
    remaining = MINUTES - OPENING - LOOKING - SLIPS - CLOSING
    begins = OPENING + LOOKING
    ends = [begins + round(remaining * sum(weights[: i + 1]) / sum(weights)) for i in range(len(asked))]
    return (
        Part("opening", (0, OPENING)),
        Part("looking", (OPENING, begins)),
        *(
            Part("question", (since, until), number)
            for number, since, until in zip(asked, [begins, *ends], ends, strict=False)
        ),
        Part("slips", (ends[-1], ends[-1] + SLIPS)),
        Part("closing", (ends[-1] + SLIPS, MINUTES)),
    )


def in_class(chapter: Chapter) -> list[int]:
    """Which of its questions, from 0, a class has time for: the first, and the core one in any case."""
    first = list(range(min(MOST_QUESTIONS, len(chapter.questions))))
    core = next((number for number, question in enumerate(chapter.questions) if question.core), 0)
    return first if core in first else sorted([*first[:-1], core])


def seconds(question: Question) -> int:
    """About how long its experiment takes on one core; 0 where it acts at once."""
    return 0 if isinstance(question.experiment, Act) else question.experiment.seconds


def on_paper(markdown: str) -> str:
    """A chapter's Markdown for a sheet of paper: nothing on it lights a part of the stage, explains a term when it is
    pressed, or stands in a file beside it."""
    return LINK.sub(lambda found: found[1] if found["to"][:1] in "#:" else "", markdown)
