"""A chapter of the course: the claim, the stage, its questions beside it; slips, links to try and the next below."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from genlab.lessons.anatomy import Act, Chapter, Question, Stage, Train
from genlab.lessons.loader import after, chapter_named, chapters, illustrated, numbered, text_of
from genlab.lessons.text import QuestionText, Text
from genlab.views.frame.session import Translate, header, language, translator

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

    from genlab.runs.store.record import Run


def chapter_pages() -> list[StreamlitPage]:
    """The pages of all chapters, for the list of pages and for links to them."""
    return [page_of(chapter.name) for chapter in chapters()]


def page_of(name: str) -> StreamlitPage:
    """A chapter's page."""
    chapter = chapter_named(name)
    return st.Page(script_of(name), title=numbered(name, language()), url_path=chapter.address)


@cache
def script_of(name: str) -> Callable[[], None]:
    """The function that draws a chapter's page."""
    return partial(chapter_page, name)


def chapter_page(name: str) -> None:
    """Words first (they are painted before torch is there), then the stage."""
    chapter = chapter_named(name)
    text = text_of(name, language())
    header(text.title, lambda: strip(chapter))
    st.markdown(text.claim)
    with st.container(key="chapter"):
        left, right = st.columns([1.5, 1], gap="medium")
    with right:
        lesson(chapter, text)
    with left:
        stage(chapter)
    foot(chapter, text)


def strip(chapter: Chapter) -> None:
    """The chapters' numbers in a row; the present one's stands out."""
    with st.container(horizontal=True, gap=None, width="content", key="chapters"):
        for other in chapters():
            title = text_of(other.name, language()).title
            number = f"**[ {other.number} ]**" if other == chapter else str(other.number)
            st.page_link(page_of(other.name), label=number, help=title)


def lesson(chapter: Chapter, text: Text) -> None:
    """The questions, and what to look for."""
    from genlab.live.widgets.lesson import lesson as mount

    key = f"lesson_{chapter.name}"
    mount(lesson_data(chapter, text), key, partial(follow, chapter, key))


def follow(chapter: Chapter, key: str) -> None:
    """Another question was chosen: its stage is shown."""
    from genlab.views.bench.actions import component_value

    chosen = component_value(key, "question")
    if isinstance(chosen, int) and 0 <= chosen < len(chapter.questions):
        st.session_state[stage_key(chapter)] = chapter.questions[chosen].stage


def stage_key(chapter: Chapter) -> str:
    """Where the session keeps which of the chapter's stages is shown."""
    return f"stage_{chapter.name}"


def lesson_data(chapter: Chapter, text: Text) -> dict[str, Any]:
    """What the browser needs of a chapter, in the visitor's language; nothing in it changes while one answers."""
    from genlab.lessons.html import rendered  # not with the list of pages: no other page needs it

    _, say = translator(), partial(rendered, language=language())
    return {
        "chapter": chapter.name,
        "language": language(),
        "look": say(text.look_for),
        "questions": [
            question_data(chapter, question, words, _)
            for question, words in zip(chapter.questions, text.questions, strict=True)
        ],
        "follows": len(chapter.stages) > 1,
        "words": words_of(_),
        "problems": problems_of(_),
    }


def question_data(chapter: Chapter, question: Question, words: QuestionText, _: Translate) -> dict[str, Any]:
    """One question as the browser needs it."""
    from genlab.lessons.html import rendered

    say = partial(rendered, language=language(), inline=True)
    experiment = question.experiment
    draws = question.draws
    return {
        "core": question.core,
        "prompt": illustrated(rendered(words.prompt, language()), chapter.name),
        "options": [{"text": say(option.text), "reply": say(option.reply)} for option in words.options],
        "do": words.do,
        "act": {"instrument": experiment.instrument, "state": dict(experiment.state), "settles": experiment.settles}
        if isinstance(experiment, Act)
        else None,
        "trains": isinstance(experiment, Train),
        "shown": [experiment.shown, experiment.behind] if isinstance(experiment, Train) else None,
        "seconds": 0 if isinstance(experiment, Act) else experiment.seconds,
        "draws": {
            "x": draws.x,
            "y": draws.y,
            "xTitle": _(draws.x_title),
            "yTitle": _(draws.y_title),
            "figure": draws.figure,
        }
        if draws
        else None,
        "marks": {"figure": question.marks.figure, "place": _(question.marks.place)} if question.marks else None,
    }


def words_of(_: Translate) -> dict[str, str]:
    """The words around the questions."""
    return {
        "questions": _("Questions of this chapter"),
        "question": _("Question {n}"),
        "core": _("core"),
        "guess": _("First guess; then the experiment answers."),
        "draw": _("Draw the curve that you expect, from left to right."),
        "drawn": _("your guess"),
        "mark": _("Mark a place on the curves, or with the slider below them."),
        "markSlider": _("your mark"),
        "unmarked": _("nothing is marked yet"),
        "worth": _("{place}: {what} {value}"),
        "skip": _("or run it without a guess"),
        "again": _("Once more, with other randomness"),
        "about": _("about {n} s"),
        "said": _("You said:"),
        "answer": _("It is:"),
        "right": _("As you said:"),
        "noGuess": _("The answer:"),
        "waiting": _("Waiting: {n} before yours"),
        "running": _("The experiment runs …"),
        "training": _("Training: step {n} of {plan}"),
        "next": _("Next question"),
        "lookFor": _("What to look for"),
        "offline": _("The server does not answer; what is drawn stays."),
    }


def problems_of(_: Translate) -> dict[str, str]:
    """Why an experiment gave nothing, by the kind."""
    return {
        "killed": _("The experiment was broken off: its process ended. Run it again."),
        "fault": _(
            "The experiment failed. Run it again; if it fails again, the person who runs the lab finds why "
            "in the server's log."
        ),
        "gone": _("A run of this experiment is gone. Run it again."),
        "failed": _("A run of this experiment has failed. Run it again."),
        "many": _("Too many experiments wait on this server. Try again in a minute."),
        "often": _("Too many requests at once. Wait a few seconds, then try again."),
        "key": _("Your browser keeps no cookies for this page, so answers cannot be kept. Allow them and reload."),
        "stage": _("The stage is not there yet. Wait a moment, then run it again."),
    }


def stage(chapter: Chapter) -> None:
    """The instrument, with the visitor's own runs where an experiment has trained some, else as the chapter says."""
    from genlab.views.course.stages import STAGES

    shown = stage_chosen(chapter)
    run, behind = runs_on_stage(chapter)
    STAGES[shown.instrument](shown, run, behind)


def stage_chosen(chapter: Chapter) -> Stage:
    """Which of its stages is shown: the question's that was chosen last, or another by hand."""
    stages = chapter.stages
    if len(stages) == 1:
        return stages[0]
    _, key = translator(), stage_key(chapter)
    st.session_state.setdefault(key, 0)
    st.segmented_control(
        _("On the stage"),
        range(len(stages)),
        format_func=lambda number: _(stages[number].name),
        key=key,
        required=True,
        label_visibility="collapsed",
    )
    return stages[st.session_state[key]]


def runs_on_stage(chapter: Chapter) -> tuple[Run | None, Run | None]:
    """The runs that the stage shows: those of the experiment that was begun last, else the shipped one."""
    from genlab.live.lab import lab, recorded_run, shipped_runs
    from genlab.live.routes.lessons_api import runs_of, staged
    from genlab.views.bench.asked_run import found
    from genlab.views.frame.session import owner

    answers = lab().store.answers(owner(), chapter.name)
    run, behind = (found(run_id, bool) for run_id in staged(chapter, answers, runs_of(answers)))
    if run is None and chapter.stage.run is not None:
        shipped = next((one for one in shipped_runs() if one.id == chapter.stage.run), None)
        return shipped or recorded_run(chapter.stage.run), None
    return run, behind


def foot(chapter: Chapter, text: Text) -> None:
    """Slips, links to try, and the way to the next chapter."""
    _ = translator()
    left, right = st.columns([1.5, 1], gap="medium")
    with left:
        st.subheader(_("True or false?"))
        for slip in text.slips:
            with st.expander(slip.text):
                st.markdown(f"**{_('True.') if slip.true else _('False.')}** {slip.decides}")
    with right:
        st.subheader(_("Try"))
        st.markdown("\n".join(f"- [{link.text}]({link.address})" for link in text.tries))
        following = after(chapter)
        if following is not None:
            st.page_link(page_of(following.name), label=text.next, icon=":material/arrow_forward:")
        else:
            st.markdown(text.next)
        words = _("For teachers: a plan of 45 minutes, to print")
        st.markdown(f"[:material/print: {words}](/plan?chapter={chapter.name})")
