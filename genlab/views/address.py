"""A page's choices in its address, so that any state is a link."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st


def from_address(key: str, allowed: Collection[str], otherwise: str) -> None:
    """Lets a choice begin with what the address says. A widget bound to the address would put there the words that it
    shows: a link must mean the same in every language."""
    if key not in st.session_state:
        asked = st.query_params.get(key)
        st.session_state[key] = asked if asked in allowed else otherwise


def follow_address(key: str, allowed: Collection[str], otherwise: str, name: str | None = None) -> None:
    """As `from_address`, and lets the choice follow where the address says something else than it last did: the back
    button was pressed. For choices that nothing but their widget and the address makes. name: how the address calls
    it, if not by its key."""
    asked = st.query_params.get(name or key)
    if key not in st.session_state or st.session_state.get(last_said(key), asked) != asked:
        st.session_state[key] = asked if asked in allowed else otherwise
    st.session_state[last_said(key)] = asked


def last_said(key: str) -> str:
    """Where the session keeps what the address last said of a choice."""
    return f"address_{key}"


def to_address(key: str, chosen: str | None, otherwise: str, name: str | None = None) -> None:
    """Writes a choice into the address by its name, where it is not the usual one: a step of the back button."""
    wanted = None if chosen == otherwise else chosen
    st.session_state[last_said(key)] = wanted
    key = name or key
    if st.query_params.get(key) == wanted:
        return
    if wanted is None:
        del st.query_params[key]
    else:
        st.query_params[key] = wanted


def rewrite(**changes: str | None) -> None:
    """Changes the address at once (None takes a name out of it): one step of the back button, not one a name."""
    before = st.query_params.to_dict()
    after = {name: value for name, value in (before | changes).items() if value is not None}
    if after != before:
        st.query_params.from_dict(after)
