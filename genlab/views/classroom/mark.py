"""On every page of who is in a class: which, a way out, and where the teacher asks to look."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from genlab.views.frame.address import titles
from genlab.views.frame.session import language, owner, translator

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from genlab.classroom.record import Class

KEPT = "attended"
# Where one joins and leaves.
CLASS_PAGE = "class"


def class_mark(place: DeltaGenerator, page: str) -> None:
    """The mark, in its place above the page; nothing for who is in no class. It asks the server by itself for what is
    new: no page is run again for it."""
    found = attended_on(page)
    if found is None:
        return
    from genlab.live.widgets.classroom import classroom

    room, nickname = found
    _ = translator()
    told = {"name": room.name, "nickname": nickname, "look": room.look, "looked": room.looked}
    words = {
        "class": _("Class"),
        "in": _("In the class {name}"),
        "as": _("as {nickname}"),
        "leave": _("Leave the class"),
        "leaving": _("What you guessed is no longer counted there; on this browser it stays."),
        "over": _("You are in no class any more: it has ended, or you left it."),
        "look": _("Your teacher asks all to look here:"),
        "stay": _("Not now"),
    }
    with place:
        classroom({"room": told, "language": language(), "pages": titles(), "words": words}, "class_mark", forget)


def attended_on(page: str) -> tuple[Class, str] | None:
    """The class that one is in and one's nickname there: asked of the store when one comes to a page, and not again
    when the page runs anew, but where one joins."""
    from genlab.classroom.attended import attended
    from genlab.live.lab import lab

    kept = st.session_state.get(KEPT)
    if kept is None or page == CLASS_PAGE or kept[0] != page:
        kept = st.session_state[KEPT] = (page, attended(lab().store.engine, owner()))
    return kept[1]


def forget() -> None:
    """One has left: the next run asks."""
    st.session_state.pop(KEPT, None)
