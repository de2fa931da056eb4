"""Every chapter, as its folder says it: of its form, the same in both languages, its formulas and terms known."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from genlab.lessons.anatomy import Act, Chapter, Compute
from genlab.lessons.html import rendered
from genlab.lessons.loader import chapters, curves_to_mark, experiment_function, text_of
from genlab.lessons.text import QuestionText, Text
from genlab.locale import LANGUAGES
from genlab.views.course.stages import STAGES

LINK = re.compile(r"\]\(([^)]+)\)")
FORMULA = re.compile(r"\$([^$]+)\$")
HAN = re.compile(r"[\u4e00-\u9fff]")
ALL = chapters()
each = pytest.mark.parametrize("chapter", ALL, ids=lambda chapter: chapter.name)


def prose(text: Text) -> list[str]:
    """All Markdown of a chapter, piece by piece, in one order for every language."""
    pieces = [text.title, text.claim, text.look_for, text.next]
    for question in text.questions:
        pieces += [question.prompt, question.do, question.after, question.otherwise]
        pieces += [part for option in question.options for part in (option.text, option.reply)]
    pieces += [part for slip in text.slips for part in (slip.text, slip.decides)]
    return pieces + [part for link in text.tries for part in (link.text, link.address)]


def numbers_of(markdown: str) -> set[str]:
    """The names in braces."""
    return {name for _text, name, _form, _kind in Formatter().parse(markdown) if name}


def test_a_guess_is_of_one_kind_and_what_it_is_compared_with_is_there() -> None:
    for chapter in ALL:
        for number, question in enumerate(chapter.questions, 1):
            assert question.draws is None or question.marks is None
            assert (curves_to_mark(chapter.name, number) is None) == (question.marks is None)


def test_chapters_are_numbered_without_a_gap_and_named_once() -> None:
    assert [chapter.number for chapter in ALL] == sorted({chapter.number for chapter in ALL})
    assert len({chapter.name for chapter in ALL}) == len(ALL)


@each
def test_a_chapter_has_a_stage_and_a_core_question(chapter: Chapter) -> None:
    assert chapter.stage.instrument in STAGES
    assert sum(question.core for question in chapter.questions) == 1
    for question in chapter.questions:
        experiment = question.experiment
        name = experiment.judge if isinstance(experiment, Act) else None
        name = name or (experiment.function if isinstance(experiment, Compute) else experiment.measure)  # type: ignore[union-attr]
        assert callable(experiment_function(chapter.name, name))


@each
@pytest.mark.parametrize("language", LANGUAGES)
def test_words_fit_the_questions(chapter: Chapter, language: str) -> None:
    text = text_of(chapter.name, language)
    assert len(text.questions) == len(chapter.questions)
    for question, words in zip(chapter.questions, text.questions, strict=True):
        assert bool(words.options) == question.chooses
        wrong = [option for option in words.options if not option.right]
        assert all(option.reply for option in wrong), f"{words.prompt}: a wrong option says what one may have thought"
        assert numbers_of(words.after)
    assert text.slips
    assert text.tries
    assert len(text.title) < 60


@each
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_can_be_shown(chapter: Chapter, language: str) -> None:
    for piece in prose(text_of(chapter.name, language)):
        rendered(piece, language)  # a term that the glossary lacks, or a formula that cannot be set, raises


@each
def test_both_languages_say_the_same(chapter: Chapter) -> None:
    english, chinese = (text_of(chapter.name, language) for language in ("en", "zh"))
    assert [len(question.options) for question in english.questions] == [
        len(question.options) for question in chinese.questions
    ]
    assert [question.answer for question in english.questions] == [question.answer for question in chinese.questions]
    assert [slip.true for slip in english.slips] == [slip.true for slip in chinese.slips]
    assert [link.address for link in english.tries] == [link.address for link in chinese.tries]
    for ours, theirs in zip(prose(english), prose(chinese), strict=True):
        assert sorted(FORMULA.findall(ours)) == sorted(FORMULA.findall(theirs)), f"formulas: {ours[:60]}"
        assert sorted(LINK.findall(ours)) == sorted(LINK.findall(theirs)), f"links: {ours[:60]}"
        assert numbers_of(ours) == numbers_of(theirs), f"numbers: {ours[:60]}"
        assert ours.count("\n\n") == theirs.count("\n\n"), f"paragraphs: {ours[:60]}"


@each
def test_chinese_is_chinese(chapter: Chapter) -> None:
    text = text_of(chapter.name, "zh")
    for words in text.questions:
        assert HAN.search(words.prompt + words.do + words.after)
    assert all(HAN.search(part) for part in (text.title, text.claim, text.look_for, text.next))
    assert not any(HAN.search(part) for part in prose(text_of(chapter.name, "en")))


@each
def test_what_to_look_for_is_short(chapter: Chapter) -> None:
    words = re.sub(r"\]\([^)]*\)", "]", text_of(chapter.name, "en").look_for).split()
    assert 60 <= len(words) <= 220


def test_a_question_of_the_same_answer_everywhere_teaches_where_to_press() -> None:
    places = [words.answer for chapter in ALL for words in text_of(chapter.name, "en").questions if words.options]
    if len(places) > 5:
        assert len(set(places)) > 1


def test_the_right_option_is_marked_once() -> None:
    for chapter in ALL:
        for words in text_of(chapter.name, "en").questions:
            assert isinstance(words, QuestionText)
            assert sum(option.right for option in words.options) == (1 if words.options else 0)
