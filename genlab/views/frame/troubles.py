"""What a page says where the store is in trouble or training stands still; it looks again by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from itertools import count
from typing import Any

import streamlit as st

from genlab.live.lab import lab, standstill
from genlab.runs.trouble import STANDSTILL, StoreTrouble
from genlab.views.frame.session import translator

SECONDS_BETWEEN_LOOKS = 3.0
_acting: ContextVar[bool] = ContextVar("acting", default=False)


def careful(act: Callable[..., None]) -> Callable[..., None]:
    """A callback whose trouble with the store becomes the page's notice, and ends it: nothing waits twice."""

    @wraps(act)
    def acts(*arguments: Any, **named: Any) -> None:
        if _acting.get():  # within another one, which ends too
            act(*arguments, **named)
            return
        token = _acting.set(True)
        try:
            act(*arguments, **named)
        except StoreTrouble as trouble:
            st.session_state["notice"] = in_words(trouble)
        finally:
            _acting.reset(token)

    return acts


@contextmanager
def calm() -> Iterator[None]:
    """Where a part of a page cannot have what it shows, one sentence stands in its place until it can."""
    try:
        yield
    except StoreTrouble as trouble:
        looks = count()
        st.fragment(run_every=SECONDS_BETWEEN_LOOKS)(wait)(trouble, looks)


def wait(trouble: StoreTrouble, looks: Iterator[int]) -> None:
    """The sentence; from the second look on the page comes back as soon as the store does."""
    if next(looks) and store_answers():
        st.rerun()
    st.warning(in_words(trouble), icon=":material/hourglass_top:")


def store_answers() -> bool:
    """Whether the store can be read and written."""
    try:
        lab().store.try_writing()
    except StoreTrouble:
        return False
    return True


def said(error: Exception) -> bool:
    """For Streamlit, where no page has caught it: says the store's trouble; False for anything else."""
    if not isinstance(error, StoreTrouble):
        return False
    st.warning(in_words(error), icon=":material/hourglass_top:")
    return True


def banner() -> None:
    """Above any page: why nothing trains, as long as that is so."""
    if standstill():
        st.fragment(run_every=SECONDS_BETWEEN_LOOKS)(stands)()


def stands() -> None:
    """The banner's sentence."""
    kind = standstill()
    if kind is None:
        st.rerun()
    with st.container(key="standstill"):
        st.warning(translator()(STANDSTILL[kind]), icon=":material/pause_circle:")


def in_words(trouble: StoreTrouble) -> str:
    """The sentence in the visitor's language."""
    return translator()(str(trouble))
