"""The three families side by side, in replay, before anything is trained."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from genlab.views.session import header, translator

Card = tuple[str, str, str, str]


def home_page(cards: tuple[Card, ...]) -> None:
    """Words first (they are painted before torch is there), then a run of each family. cards: a family's name, its
    page, a title and what it is good for."""
    _ = translator()
    header(_("See generative models learn"))
    st.markdown(
        _(
            "Given examples of p_data(x), learn to draw new ones. Drag a time slider to see each model learn; "
            "open its page to train your own."
        )
    )
    columns = st.columns(len(cards), gap="medium")
    places = []
    for column, (_family, page, title, text) in zip(columns, cards, strict=True):
        with column:
            st.subheader(_(title))
            st.markdown(_(text))
            st.page_link(page, label=_("Train one"), icon=":material/arrow_forward:")
            places.append(st.container())
    replay([family for family, *_rest in cards], places)
    others([family for family, *_rest in cards])


def replay(families: list[str], places: list[DeltaGenerator]) -> None:
    """The shipped runs, each in its place; imported late, for torch takes a second and the words need not wait."""
    _ = translator()
    from genlab.live.lab import shipped_runs
    from genlab.live.run_view import run_view
    from genlab.models import FAMILIES
    from genlab.views.describe import view_data
    from genlab.views.shown import most_usual, shown_data

    with st.spinner(_("Unpacking the runs that ship with the app …")):
        shipped = shipped_runs()
    for place, family in zip(places, families, strict=True):
        run = most_usual(FAMILIES[family], shipped)
        if run is not None:
            with place:
                run_view(view_data(run, compact=True, shown=shown_data(run)), key=f"home_{family}")


def others(families: list[str]) -> None:
    """Where the families are trained that have no card here."""
    _ = translator()
    from genlab.models import FAMILIES
    from genlab.views.shown import page_of

    for family in FAMILIES.values():
        if family.name not in families:
            st.page_link(page_of(family), label=_(family.title), query_params={"family": family.name})
