"""Fetching a data set from the page that wants it."""

from __future__ import annotations

import streamlit as st

from genlab.data import DataUnavailable, available, get
from genlab.views.session import translator


def offer_download(name: str) -> None:
    """Where a data set is not on this machine: says so, and fetches it when asked. Asking again goes on where an
    interrupted download stopped; what cannot be fetched is said, and the embedded digits remain."""
    if available(name):
        return
    _ = translator()
    st.info(_("This data set is not on this machine yet; MNIST 5k always is."), icon=":material/download:")
    if not st.button(_("Download it"), key="download", width="stretch"):
        return
    try:
        with st.spinner(_("Downloading …")):
            get(name)
    except DataUnavailable as error:
        st.error(str(error), icon=":material/error:")
        return
    st.rerun()
