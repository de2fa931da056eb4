"""A page's choices in its address, so that any state is a link.

The session is the truth while a person stays on a page; the address is written after it. Whoever arrives, by a link, a
click on the bar, Back or Forward, brings an address, and then the address is the truth: each choice is read from it
once. Which changes are steps of Back is decided in the browser, in live/static/core/address.js.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from urllib.parse import unquote, urlsplit

import streamlit as st
from streamlit.navigation.page import Page
from streamlit.runtime.scriptrunner import get_script_run_ctx


def arrive(page: str, language: str) -> None:
    """Notes, once a script run and before its page, whether the person has just come to it, and writes the language
    into the address: not before the browser is told which page this is."""
    state, back = st.session_state, went_back()
    if back or state.get("address_page") != page:
        state["address_page"], state["address_back"] = page, back
        state["address_visit"] = state.get("address_visit", 0) + 1
    rewrite(lang=language)


def know(pages: Iterable[Page]) -> None:
    """Notes which pages there are, by their addresses, and their titles."""
    st.session_state["address_titles"] = {page.url_path: page.title for page in pages}


def titles() -> dict[str, str]:
    """The titles of all pages by the last part of their addresses, "" for the first page."""
    return st.session_state.get("address_titles", {})


def went_back() -> bool:
    """Whether this run of the script is Back's or Forward's doing."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def came_back() -> bool:
    """Whether the person came to where they are by Back or Forward: then nothing is to be added to what the address
    says from what was seen later."""
    return bool(st.session_state.get("address_back"))


def just_arrived(key: str) -> bool:
    """Whether the address is now to be read for this choice: once after each arrival."""
    seen, visit = f"address_seen_{key}", st.session_state.get("address_visit")
    new = st.session_state.get(seen) != visit
    st.session_state[seen] = visit
    return new


def follow_address(key: str, allowed: Collection[str], otherwise: str, name: str | None = None) -> None:
    """Lets a choice be what the address says when one arrives; nonsense is ignored. A widget bound to the address would
    put there the words that it shows: a link must mean the same in every language. name: how the address calls it, if
    not by its key."""
    if just_arrived(key) or key not in st.session_state:
        asked = st.query_params.get(name or key)
        st.session_state[key] = asked if asked in allowed else otherwise


def to_address(key: str, chosen: str | None, otherwise: str, name: str | None = None) -> None:
    """Writes a choice into the address by its name, where it is not the usual one."""
    rewrite(**{name or key: None if chosen == otherwise else chosen})


def rewrite(**changes: str | None) -> None:
    """Changes the address at once; None takes a name out of it."""
    before = st.query_params.to_dict()
    after = {name: value for name, value in (before | changes).items() if value is not None}
    if after != before:
        st.query_params.from_dict(after)


def path_asked() -> str:
    """The last part of the path that the browser shows, "" at the root of the app or where no browser is there."""
    context = get_script_run_ctx()
    url = context.context_info.url if context is not None and context.context_info is not None else ""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    path = unquote(urlsplit(url).path).strip("/")
    return path.removeprefix(base).strip("/").rpartition("/")[2]
