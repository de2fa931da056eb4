"""Choosing a run: which are offered, in which lines, and which is there before anybody has chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from genlab.live.lab import is_usual, lab, shipped_runs
from genlab.runs.store.record import Run
from genlab.views.bench.asked_run import asked_run, found
from genlab.views.frame.session import owner, translator


def offered(fits: Callable[[Run], bool], arrived: bool) -> tuple[dict[str, Run], list[Run], Run | None]:
    """The runs that a page offers, by id: the one that the address names, whosever it is, the visitor's and the shipped
    ones, as far as the page can show them; of these the shipped ones, and the named one. arrived: whether the address
    is now to be read."""
    with st.spinner(translator()("Unpacking the runs that ship with the app …")):
        shipped = [run for run in shipped_runs() if fits(run)]
    runs = {run.id: run for run in [*filter(fits, lab().store.list(owner())), *shipped]}
    named = asked_run(fits) if arrived else found(st.query_params.get("run"), fits)
    if named is not None and named.id not in runs:
        runs = {named.id: named} | runs
    return runs, shipped, named


def first_shown(shipped: list[Run]) -> str:
    """The shipped run that a page begins with: one of which all can be seen, of a usual preset, with most latents; ""
    where none is."""
    from genlab.models import FAMILIES, latents_of  # late: it needs torch, and a page's words need not wait

    def seen(run: Run) -> tuple[bool, bool, int]:
        return FAMILIES[run.family].explains, is_usual(run), latents_of(run)

    return max(shipped, key=seen).id if shipped else ""


def chosen_of(runs: Mapping[str, Run], key: str, line: Callable[[Run], str], changed: Callable[[], None]) -> str | None:
    """The id of the run that is chosen among these, each in its line."""
    lines = {run.id: line(run) for run in runs.values()}
    return st.selectbox(
        translator()("Run"),
        list(runs),
        format_func=lines.__getitem__,
        key=key,
        on_change=changed,
        label_visibility="collapsed",
    )
