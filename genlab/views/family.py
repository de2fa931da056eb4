"""A family's page, painted before torch is there: importing it takes a second, the title need not wait."""

from __future__ import annotations

import streamlit as st

from genlab.views.session import header, translator


def family_page(name: str, title: str, lead: str) -> None:
    """Title and lead, then knobs and the live view."""
    _ = translator()
    header(_(title))
    st.markdown(_(lead))
    from genlab.views.training import training_page

    training_page(name)
