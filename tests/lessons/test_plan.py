"""A lesson's plan: 45 minutes, the core question in it, and words that a sheet of paper can hold."""

from __future__ import annotations

from itertools import pairwise

import pytest

from genlab.lessons.anatomy import Chapter, Compute, Question, Stage
from genlab.lessons.loader import chapters, text_of
from genlab.lessons.plan import MINUTES, MOST_QUESTIONS, in_class, lesson_plan, on_paper
from genlab.locale import LANGUAGES


@pytest.mark.parametrize("chapter", chapters(), ids=lambda chapter: chapter.name)
def test_a_lesson_is_45_minutes_without_a_gap(chapter: Chapter) -> None:
    parts = lesson_plan(chapter)
    assert (parts[0].minutes[0], parts[-1].minutes[1]) == (0, MINUTES)
    assert all(before.minutes[1] == after.minutes[0] for before, after in pairwise(parts))
    assert all(until - since >= 3 for since, until in (part.minutes for part in parts))
    asked = [part.question for part in parts if part.kind == "question"]
    assert asked == in_class(chapter)
    assert any(chapter.questions[number].core for number in asked if number is not None)


def test_a_late_core_question_is_asked_all_the_same() -> None:
    questions = tuple(Question(Compute("f"), core=number == 5) for number in range(6))
    asked = in_class(Chapter(1, "late", Stage("bench"), questions))
    assert asked == [0, 1, 2, 5]
    assert len(asked) == MOST_QUESTIONS


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_teacher_is_told_what_to_do_before_and_what_goes_wrong(language: str) -> None:
    for chapter in chapters():
        text = text_of(chapter.name, language)
        assert len(text.before) == len(text.goes_wrong) == 2


def test_on_paper_nothing_lights_or_opens() -> None:
    text = "the [mean](#mean) of a [nat](:nat)\n\n![Four rows](four.png)"
    assert on_paper(text).strip() == "the mean of a nat"
