"""What a class guessed at the questions of a chapter: a histogram each, hidden until its teacher reveals it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from html import escape
from typing import Any

import streamlit as st

from genlab.classroom.record import Class, Given
from genlab.classroom.tally import curves, of_options, of_places, of_question
from genlab.lessons.anatomy import Axes, Chapter
from genlab.lessons.loader import chapter_named, chapters, illustrated, numbered, text_of
from genlab.views.frame.session import language, translator

# A guess is no quantity of a model's: its bars have the page's ink.
STYLE = """<style>
.gl-tally { font-size: 1.05rem; }
.gl-tally p { margin: 0 0 .4rem; }
.gl-tally ol { list-style: none; margin: 0; padding: 0; display: grid; gap: .35rem; }
.gl-tally li { display: grid; grid-template-columns: minmax(0, 1fr) minmax(6rem, 40%) 2.5rem; gap: .6rem; margin: 0;
  align-items: center; }
.gl-tally .bar { display: block; height: 1.3rem; border-radius: 4px;
  background: color-mix(in srgb, currentColor 12%, transparent); }
.gl-tally .bar > span { display: block; height: 100%; border-radius: 4px; background: currentColor; opacity: .75; }
.gl-tally b { text-align: right; font-variant-numeric: tabular-nums; }
.gl-tally svg { display: block; width: 100%; max-width: 30rem; }
</style>"""
REVEALED = "class_revealed"
WIDE, HIGH = 400, 200


def histograms(room: Class, guesses: Sequence[Given], members: int) -> None:
    """The questions of the chosen chapter."""
    _ = translator()
    names = [chapter.name for chapter in chapters()]
    titles = {name: numbered(name, language()) for name in names}
    name = st.selectbox(_("Chapter"), names, format_func=titles.__getitem__, key="class_chapter")
    chapter = chapter_named(name)
    st.html(STYLE)
    for number in range(1, len(chapter.questions) + 1):
        with st.container(key=f"class_question_{number}"):
            question(room, chapter, number, of_question(guesses, chapter.name, number), members)


def question(room: Class, chapter: Chapter, number: int, guesses: list[Any], members: int) -> None:
    """One question: its words, how many have guessed, and, when revealed, what."""
    _ = translator()
    shown: set[tuple[str, str, int]] = st.session_state.setdefault(REVEALED, set())
    key = (room.code, chapter.name, number)
    revealed = key in shown
    st.html(f'<div class="gl-tally" data-testid="tally-{number}">{words(chapter, number, guesses, revealed)}</div>')
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            _("Hide the guesses") if revealed else _("Reveal the guesses"),
            key=f"reveal_{number}",
            on_click=shown.discard if revealed else shown.add,
            args=(key,),
        )
        st.caption(_("{n} of {all} have guessed").format(n=len(guesses), all=members), width="content")


def words(chapter: Chapter, number: int, guesses: list[Any], revealed: bool) -> str:
    """A question and its histogram as HTML. Hidden, it has the same lines, and no number."""
    from genlab.lessons.html import rendered

    _ = translator()
    asked, text = chapter.questions[number - 1], text_of(chapter.name, language()).questions[number - 1]
    prompt = illustrated(rendered(text.prompt, language()), chapter.name)
    if asked.draws is not None:
        return prompt + (overlay(asked.draws, guesses) if revealed else "")
    if asked.marks is not None:
        place = _(asked.marks.place)
        labels, counts = [], []
        for x, count in of_places(guesses) if revealed else ():
            labels.append(escape(place.format(n=f"{x:g}")))
            counts.append(count)
        return prompt + bars(labels, counts)
    say = partial(rendered, language=language(), inline=True)
    counts = of_options(guesses, len(text.options)) if revealed else None
    return prompt + bars([say(option.text) for option in text.options], counts)


def bars(labels: Sequence[str], counts: Sequence[int] | None) -> str:
    """Bars beside their labels (HTML), as long as their share of all; None: nothing is told yet."""
    most = sum(counts or ()) or 1
    lines = [
        f'<li><span>{label}</span><span class="bar"><span style="width: {100 * count / most:.1f}%"></span></span>'
        f"<b>{count if counts is not None else ''}</b></li>"
        for label, count in zip(labels, counts or [0] * len(labels), strict=True)
    ]
    return f"<ol>{''.join(lines)}</ol>"


def overlay(axes: Axes, guesses: list[Any]) -> str:
    """All drawn curves over each other, in the axes on which they were drawn."""
    _ = translator()
    (left, right), (low, high) = axes.x, axes.y
    lines = "".join(
        f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}" opacity=".5"/>'
        for points in (
            [(WIDE * (x - left) / (right - left), HIGH * (high - y) / (high - low)) for x, y in curve]
            for curve in curves(guesses)
        )
    )
    label = escape(f"{_(axes.y_title)} / {_(axes.x_title)}")
    return (
        f'<svg viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="{label}" fill="none" stroke="currentColor">'
        f'<path d="M0 0V{HIGH}H{WIDE}" opacity=".4"/>{lines}</svg><p>{label}</p>'
    )
