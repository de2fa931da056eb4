"""What a teacher sees of the class: how to come in, who is there, what they guessed, where all are asked to look."""

from __future__ import annotations

import time
from collections.abc import Sequence
from io import BytesIO
from pathlib import PurePath
from urllib.parse import urlencode, urlsplit

import streamlit as st

from genlab.classroom.addresses import address_of
from genlab.classroom.led import ask_to_look, end_class, given, members
from genlab.classroom.record import Class, ClassError, Given, Member
from genlab.classroom.tally import reached
from genlab.lessons.loader import chapter_named, chapters
from genlab.live.lab import lab
from genlab.live.web.answers import base_address
from genlab.runs.store.record import Run
from genlab.views.bench.refusals import refusal
from genlab.views.classroom.collected import collected
from genlab.views.classroom.histogram import histograms
from genlab.views.frame.address import titles
from genlab.views.frame.pictures import source
from genlab.views.frame.present import PRESENT, present
from genlab.views.frame.session import owner, plain, translator
from genlab.views.frame.troubles import calm, careful

REFRESH_SECONDS = 2.0
# A page that is seen asks every four seconds; who is heard of so late is not there.
THERE_SECONDS = 60.0
ON_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


def lead(room: Class) -> None:
    """The way in and what is sent stay; what students do comes by itself."""
    left, right = st.columns([1, 2.2], gap="large")
    with left:
        way_in(room)
        with st.container(key="class_controls"):
            look(room)
            for_the_room()
            ending(room)
    with right:
        st.fragment(run_every=REFRESH_SECONDS)(calm_progress)(room)
        collected(room)


def way_in(room: Class) -> None:
    """The class's name, its code in letters for the last row, the link, and the link as a picture."""
    _ = translator()
    st.subheader(plain(room.name))
    link = link_to(room.code)
    st.html(
        f'<div style="font: 600 3rem/1.1 ui-monospace, monospace; letter-spacing: .12em" data-testid="class-code">'
        f"{room.code}</div>"
        f'<img alt="{_("The link to this class as a QR picture")}" src="{qr_picture(link)}" '
        f'style="width: 100%; max-width: 15rem; display: block; margin: .5rem 0">'
    )
    st.code(link, language=None, wrap_lines=True)
    if urlsplit(link).hostname in ON_THIS_MACHINE:
        st.caption(
            _(
                "This link works on this machine only. For others start the lab with --server.address 0.0.0.0 and open "
                "it here by this machine's name or address in your network."
            )
        )


def for_the_room() -> None:
    """Large type and no bar, for the last row."""
    _ = translator()
    if not st.session_state.get(PRESENT):
        st.button(_("Presenter mode"), key="present_begin", on_click=present, args=(True,))


def link_to(code: str) -> str:
    """The address at which a class is joined, as this browser reaches the lab."""
    here = urlsplit(st.context.url or "")
    place = f"{here.scheme}://{here.netloc}" if here.netloc else ""
    return f"{place}{base_address()}/class?code={code}"


def qr_picture(link: str) -> str:
    """The link as a QR code, dark on light in either theme, as a picture's source."""
    import segno  # only who leads a class needs it

    picture = BytesIO()
    segno.make(link, micro=False).save(picture, kind="svg", border=3, dark="#16171C", light="#FFFFFF", scale=6)
    return source(picture.getvalue(), "svg+xml")


def look(room: Class) -> None:
    """Where all are asked to look."""
    _ = translator()
    st.subheader(_("Look here"))
    with st.form("class_look_form", border=False):
        st.text_input(
            _("Address of a page of this lab"),
            key="class_look",
            placeholder="/vae?beta=4",
            help=_(
                "Copy it from your browser: it holds the page, its settings, and the run; of a run that trains, all "
                "see it train. A banner shows it to all; they follow it or not."
            ),
        )
        st.form_submit_button(_("Show it to all"), key="class_send", on_click=send_typed, args=(room,))
    newest = next(iter(lab().store.list(owner())), None)
    if newest is not None:
        words = _("Show my newest run: {name}").format(name=plain(newest.name or newest.id))
        st.button(words, key="class_send_run", on_click=send_run, args=(room, newest))
    if problem := st.session_state.pop("class_look_problem", None):
        st.error(problem, icon=":material/error:")
    if room.look is not None:
        st.caption(_("Shown now: {address}").format(address=f"`{room.look}`"))
        st.button(_("Show nothing"), key="class_unsend", on_click=show_nothing, args=(room,))


def send_typed(room: Class) -> None:
    """Shows all what was typed."""
    send(room, st.session_state["class_look"])


def send_run(room: Class, run: Run) -> None:
    """Shows all a run of the teacher's: as it trains, where it does."""
    from genlab.models import FAMILIES  # late: they import torch
    from genlab.views.bench.shown import page_of

    query = {"family": run.family, "run": run.id}
    send(room, f"/{PurePath(page_of(FAMILIES[run.family])).stem}?{urlencode(query)}")


@careful
def send(room: Class, asked: str) -> None:
    """Shows all an address, where it is a page of this lab."""
    host = urlsplit(st.context.url or "").netloc
    try:
        address = address_of(asked, titles(), host, base_address())
        ask_to_look(lab().store.engine, owner(), room.code, address)
    except ClassError as error:
        st.session_state["class_look_problem"] = refusal(error)


@careful
def show_nothing(room: Class) -> None:
    """Takes the banner away."""
    ask_to_look(lab().store.engine, owner(), room.code, None)


def ending(room: Class) -> None:
    """The end of the class, asked twice."""
    _ = translator()
    with st.popover(_("End the class"), icon=":material/logout:"):
        st.write(_("What the class kept goes for good: who was in it, and what they guessed in it."))
        st.button(_("End it for good"), key="class_end", type="primary", on_click=end, args=(room,))


@careful
def end(room: Class) -> None:
    """Ends it; where another browser leads it by now, the page says so."""
    try:
        end_class(lab().store.engine, owner(), room.code)
    except ClassError as error:
        st.session_state["class_look_problem"] = refusal(error)


def calm_progress(room: Class) -> None:
    """What students do, or why it cannot be shown just now."""
    with calm():
        progress(room)


def progress(room: Class) -> None:
    """Who is there, how far they are, and the histograms."""
    _ = translator()
    engine = lab().store.engine
    try:
        present, guesses = members(engine, owner(), room.code), given(engine, owner(), room.code)
    except ClassError as error:
        st.info(refusal(error))
        return
    there = sum(is_there(one) for one in present)
    with st.container(horizontal=True, key="class_numbers"):
        st.metric(_("Joined"), len(present), width="content")
        st.metric(_("There now"), there, width="content")
    histograms(room, guesses, len(present))
    chapter = chapter_named(st.session_state["class_chapter"])
    words = _("Ask all to come to chapter {n}").format(n=chapter.number)
    st.button(words, key="class_send_chapter", on_click=send, args=(room, f"/{chapter.address}"))
    st.markdown(f"[:material/print: {_('Its plan of 45 minutes, to print')}](/plan?chapter={chapter.name})")
    with st.expander(_("Who is there, and how far")):
        table(present, guesses)


def table(present: Sequence[Member], guesses: Sequence[Given]) -> None:
    """A row a member."""
    _ = translator()
    numbers = {chapter.name: chapter.number for chapter in chapters()}
    far = reached(guesses)
    rows = {
        _("Nickname"): [one.nickname or f"({place})" for place, one in enumerate(present, 1)],
        _("Chapters begun"): [
            ", ".join(
                str(number) for number in sorted(numbers[name] for name in far.get(one.owner, ()) if name in numbers)
            )
            for one in present
        ],
        _("Guesses"): [sum(guess.owner == one.owner for guess in guesses) for one in present],
        _("There now"): [is_there(one) for one in present],
    }
    st.dataframe(rows, hide_index=True, height="content", key="class_members")


def is_there(one: Member) -> bool:
    """Whether a member's page has been heard of just now."""
    return time.time() - one.seen < THERE_SECONDS
