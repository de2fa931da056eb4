"""The first page: the course's contents, three models to tell apart, and the lab's instruments."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

import streamlit as st

from genlab.lessons.anatomy import Chapter
from genlab.lessons.loader import chapters, text_of
from genlab.views.course.chapter import page_of
from genlab.views.course.home_pictures import PICTURES
from genlab.views.frame.session import header, language, owner, translator

# A page of the lab: its file, its title and what one does there. A model of the parade: a shipped run and its name.
Instrument = tuple[str, str, str]
Paraded = tuple[str, str]

CLASS = "pages/learn/class.py"


def home_page(lab: tuple[Instrument, ...], paraded: tuple[Paraded, ...]) -> None:
    """Words first (they are painted before torch is there), then how far one has come, then the runs."""
    _ = translator()
    header(_("See generative models learn"))
    st.markdown(
        _(
            "From examples of p_data(x), learn to draw new ones. {n} chapters ask; guess, and let an experiment answer."
        ).format(n=len(chapters()))
    )
    with st.container(key="home"):
        left, right = st.columns([1.15, 1], gap="medium")
    with left:
        place = st.empty()
        with place.container():
            contents(set())
    with right:
        stage = st.container()
    instruments(lab)
    done = chapters_done()
    if done:
        with place.container():
            contents(done)
    with stage:
        parade(paraded)
    others({page for page, *_rest in lab})


def contents(done: Set[str]) -> None:
    """The chapters by their questions; those whose core question has been answered are ticked."""
    _ = translator()
    ahead = next((chapter for chapter in chapters() if chapter.name not in done), chapters()[0])
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(_("The course"), width="content")
        with st.container(key="go_on", width="content"):
            words = _("Begin") if not done else _("Go on: {n}").format(n=ahead.number)
            st.page_link(page_of(ahead.name), label=f"**{words}**", icon=":material/arrow_forward:")
        st.page_link(CLASS, label=_("Class"), icon=":material/groups:", width="content")
    with st.container(key="contents", gap=None):
        for chapter in chapters():
            tick = " :material/check:" if chapter.name in done else ""
            st.page_link(
                page_of(chapter.name),
                label=f"{chapter.number}  {question_of(chapter)}{tick}",
            )


def question_of(chapter: Chapter) -> str:
    """The question that a chapter answers: the one that the chapter before ends with; the first one's is its title."""
    before = [other for other in chapters() if other.number < chapter.number]
    spoken = language()
    return text_of(before[-1].name, spoken).next if before else text_of(chapter.name, spoken).title


def chapters_done() -> set[str]:
    """The chapters whose core question this visitor has answered by its experiment."""
    from genlab.live.lab import lab  # late: the store's library takes a quarter of a second

    core = {
        (chapter.name, number)
        for chapter in chapters()
        for number, question in enumerate(chapter.questions, 1)
        if question.core
    }
    answers = lab().store.answers(owner())
    return {answer.chapter for answer in answers if answer.result and (answer.chapter, answer.question) in core}


def instruments(pages: tuple[Instrument, ...]) -> None:
    """The lab: each page with a picture of what one sees there."""
    _ = translator()
    with st.container(key="lab"):
        st.subheader(_("The lab"))
        for column, (page, title, text) in zip(st.columns(len(pages), gap="small"), pages, strict=True):
            with column:
                st.html(PICTURES[page])
                st.page_link(page, label=f"**{_(title)}**")
                st.caption(_(text))


def others(pages: Set[str]) -> None:
    """Where the families are trained that have no page among these."""
    _ = translator()
    from genlab.models import FAMILIES
    from genlab.views.bench.shown import page_of as bench_of

    for family in FAMILIES.values():
        if family.page not in pages:
            st.page_link(bench_of(family), label=_(family.title), query_params={"family": family.name})


def parade(paraded: tuple[Paraded, ...]) -> None:
    """The shipped models under one time slider, their names to be guessed."""
    _ = translator()
    from genlab.live.lab import shipped_runs
    from genlab.live.widgets.parade import parade as mount

    with st.spinner(_("Unpacking the runs that ship with the app …")):
        runs = {run.id: run for run in shipped_runs()}
    sheets: list[dict[str, Any]] = [
        {"run": run_id, "name": name, "plan": runs[run_id].step} for run_id, name in paraded if run_id in runs
    ]
    if sheets:
        mount({"sheets": sheets, "language": language(), "words": parade_words()}, "parade")


def parade_words() -> dict[str, Any]:
    """The words around the sheets."""
    _ = translator()
    return {
        "title": _("Which is which?"),
        "lead": _("Three models, the same digits, random z: name each one."),
        "sheet": _("Digits drawn by model {n}"),
        "moment": _("Share of its training"),
        "play": _("Play what was recorded"),
        "stop": _("Stop playing"),
        "right": _("{n} of {all} right."),
        "told": _(
            "An autoencoder (AE) was never asked to draw: its digits are pale and half-made. The VAE's are whole and "
            "soft, the GAN's sharp, and some of them are no digits at all."
        ),
        "again": _("Guess again"),
        "offline": _("The server does not answer; what is drawn stays."),
    }
