"""A page's views, of which one is shown: the switch between them, and its place in the address."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from genlab.views.frame.address import follow_address, to_address
from genlab.views.frame.session import translator

KEY = "view"


def switch(views: Mapping[str, str], usual: str, changed: Callable[[], None] | None = None) -> str:
    """The view that is chosen: by the address when one arrives, else by hand. views: names and titles."""
    _ = translator()
    follow_address(KEY, views, usual)
    view = st.segmented_control(
        _("View"),
        list(views),
        format_func=lambda name: _(views[name]),
        key=KEY,
        required=True,
        on_change=changed,
        label_visibility="collapsed",
    )
    to_address(KEY, view, usual)
    return view or usual
