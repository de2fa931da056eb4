"""The run that an address names: whether it is here, and a sentence where it is not."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from genlab.live.lab import lab, shipped_ids, shipped_runs
from genlab.runs.store.record import Run, UnknownRun
from genlab.views.frame.session import translator

LOST = "run_of_the_address_lost"


def found(run_id: str | None, fits: Callable[[Run], bool]) -> Run | None:
    """The run of that id, where there is one and the page can show it."""
    if not run_id:
        return None
    try:
        run = lab().store.get(run_id)
    except UnknownRun:
        # A server that has just begun is still unpacking what ships.
        run = next((one for one in shipped_runs() if one.id == run_id), None) if run_id in shipped_ids() else None
    return run if run is not None and fits(run) else None


def asked_run(fits: Callable[[Run], bool]) -> Run | None:
    """The address' run; to be asked when one arrives. Remembers for `with_run` that it named one in vain."""
    asked = st.query_params.get("run")
    run = found(asked, fits)
    st.session_state[LOST] = asked is not None and run is None
    return run


def another_run() -> None:
    """A person has chosen or begun another run: what the address once said matters no more."""
    st.session_state[LOST] = False


def with_run(run: Run | None, none: str, show: Callable[[Run], None]) -> None:
    """The one way in which a page shows its run or says why not: that the address named one in vain, until another one
    is chosen; `none` where there is none to show."""
    if st.session_state.get(LOST):
        lost()
    if run is None:
        st.info(none, icon=":material/play_arrow:")
    else:
        show(run)


def lost() -> None:
    """The sentence."""
    _ = translator()
    st.info(
        _("The run of this address is not here (any more), or cannot be shown on this page."),
        icon=":material/link_off:",
    )
