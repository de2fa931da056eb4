"""The page of a class: who leads one sees it, who is in one is told so, all others may come in or open one."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from genlab.classroom.attended import attended, join_class
from genlab.classroom.codes import LENGTH
from genlab.classroom.guessed import guessing
from genlab.classroom.led import led_by, open_class, take_up
from genlab.classroom.record import DAYS_AT_MOST, ClassError
from genlab.live.lab import lab
from genlab.runs.trouble import StoreTrouble
from genlab.views.bench.refusals import refusal
from genlab.views.classroom.lead import lead
from genlab.views.frame.address import just_arrived, rewrite
from genlab.views.frame.session import header, owner, plain, translator


def class_page() -> None:
    """What this browser is to a class decides what is on the page."""
    _ = translator()
    header(_("Class"))
    engine = lab().store.engine
    room = led_by(engine, owner())
    if room is not None:
        lead(room)
        return
    st.markdown(
        _(
            "In a class the guesses of all are counted as they come. Students need no account: a code of {n} letters "
            "is enough."
        ).format(n=LENGTH)
    )
    left, right = st.columns(2, gap="large")
    with left:
        come_in()
    with right:
        open_one()


def come_in() -> None:
    """A student's part: the code, a nickname if they like."""
    _ = translator()
    found = attended(lab().store.engine, owner())
    if just_arrived("code"):
        st.session_state["class_code"] = st.query_params.get("code", "")[:40]
    if found is None:
        st.subheader(_("Join a class"))
        pressed, code, nickname = join_form()
    else:
        st.subheader(_("Your class"))
        st.success(
            _("You are in the class {name}. Go on to the course: your guesses count.").format(name=plain(found[0].name))
        )
        st.page_link("pages/learn/home.py", label=_("The course"), icon=":material/arrow_forward:")
        # Who is in a class has joined: the form folds, unless there is the code of another in it, as a link brings it.
        asked = st.session_state.get("class_code", "").strip().upper()
        with st.expander(_("Join another class"), expanded=asked not in ("", found[0].code)):
            pressed, code, nickname = join_form()
    if pressed:
        attempt(lambda: join_class(lab().store.engine, owner(), code, nickname))


def join_form() -> tuple[bool, str, str]:
    """Whether Join was pressed, the code, the nickname."""
    _ = translator()
    with st.form("class_join_form", border=False):
        code = st.text_input(_("Code of the class"), key="class_code")
        nickname = st.text_input(_("Nickname (may stay empty; your teacher sees it)"), key="class_nickname")
        st.caption(_("Your teacher also sees what you guess, and the runs that you train, from now on."))
        pressed = st.form_submit_button(_("Join"), key="class_join", type="primary")
    return pressed, code, nickname


def open_one() -> None:
    """A teacher's part: a class of one's own, or one that another browser leads."""
    _ = translator()
    st.subheader(_("For teachers"))
    with st.form("class_open_form", border=False):
        name = st.text_input(_("Name of the class"), key="class_name")
        password = st.text_input(_("Password, to lead it from another browser"), type="password", key="class_password")
        pressed = st.form_submit_button(_("Open a class"), key="class_open")
    st.caption(_("Until you end it, at most {n} days. Ending it deletes what it kept.").format(n=DAYS_AT_MOST))
    if pressed:
        attempt(lambda: open_class(lab().store.engine, owner(), name, password))
    with st.expander(_("Lead a class that was opened in another browser")), st.form("class_take_form", border=False):
        code = st.text_input(_("Code of the class"), key="class_take_code")
        secret = st.text_input(_("Password"), type="password", key="class_take_password")
        taken = st.form_submit_button(_("Lead it from here"), key="class_take")
    if taken:
        attempt(lambda: take_up(lab().store.engine, owner(), code, secret))


def attempt(act: Callable[[], object]) -> None:
    """Acts and shows the page anew; what cannot be done is said."""
    try:
        with guessing(owner(), st.context.ip_address):
            act()
    except (ClassError, StoreTrouble) as error:
        st.error(refusal(error), icon=":material/error:")
    else:
        rewrite(code=None)
        st.rerun()
