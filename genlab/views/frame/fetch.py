"""Fetching a data set from the page that wants it."""

from __future__ import annotations

import streamlit as st

from genlab.data import OWN, CannotWrite, DataUnavailable, available, get, missing_files
from genlab.runs.trouble import SENTENCES, of_disk
from genlab.views.bench.refusals import refusal
from genlab.views.frame.session import N_, listed, translator

NOT_HERE = N_(
    "These data are somebody's own and not on this machine: what was recorded is shown all the same. To train on them, "
    "bring the same file below."
)


def offer_download(name: str) -> None:
    """Where a data set is not on this machine: says so, and fetches it when asked. Asking again goes on where an
    interrupted download stopped; what cannot be fetched is said, and the embedded digits remain."""
    if available(name):
        return
    _ = translator()
    if name.startswith(OWN):
        st.info(_(NOT_HERE), icon=":material/help:")
        return
    if missing := missing_files(name):
        said = _("This data set is incomplete on this machine; missing: {files}").format(files=listed(missing))
    else:
        said = _("This data set is not on this machine yet; MNIST 5k always is.")
    st.info(said, icon=":material/download:")
    if not st.button(_("Download it"), key="download", width="stretch"):
        return
    try:
        with st.spinner(_("Downloading …")):
            get(name)
    except CannotWrite as error:
        st.error(_(SENTENCES[of_disk(error.errno)]), icon=":material/error:")
        return
    except DataUnavailable as error:
        st.error(refusal(error), icon=":material/error:")
        return
    st.rerun()
