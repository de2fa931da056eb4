"""What an address answers at which there is no page: Streamlit's own words for it are English, and in a window."""

from __future__ import annotations

import streamlit as st
from streamlit.navigation.page import Page

from genlab.live.web.head import HOME
from genlab.views.frame.session import header, translator

SEEN = "unknown_addresses"


def unknown_pages(asked: str, pages: list[Page]) -> list[Page]:
    """A page for each unknown address that this session was opened with or comes back to, hidden from the bar."""
    _ = translator()
    seen: list[str] = st.session_state.setdefault(SEEN, [])
    if asked not in ("", HOME, *seen, *(page.url_path for page in pages)):
        seen.append(asked)
    visible = [page for page in pages if page.visibility == "visible"]

    def answer() -> None:
        nowhere(visible)

    return [
        st.Page(answer, title=_("No page here"), url_path=name, icon=":material/link_off:", visibility="hidden")
        for name in seen
    ]


def nowhere(pages: list[Page]) -> None:
    """Says that there is no such page, and which there are."""
    _ = translator()
    header(_("No page here"))
    st.markdown(_("There is no page at this address. Perhaps a letter of it is wrong; these are the pages:"))
    for page in pages:
        st.page_link(page)
