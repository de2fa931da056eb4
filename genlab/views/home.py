"""The three families side by side, in replay, before anything is trained."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from genlab.views.session import N_, header, translator

CARDS = (
    (
        "ae",
        "pages/learn/autoencoder.py",
        N_("Autoencoder"),
        N_("Squeezes x into a few numbers and rebuilds it. Good for compressing; it cannot draw new digits."),
    ),
    (
        "vae",
        "pages/learn/vae.py",
        N_("VAE"),
        N_("Explains x by a latent z with a known prior. Draws new digits, a little soft, and bounds log p(x)."),
    ),
    (
        "gan",
        "pages/learn/gan.py",
        N_("GAN"),
        N_("Two players: one draws, one judges. Sharp new digits; no likelihood, and it may forget some of them."),
    ),
)


def home_page() -> None:
    """Words first (they are painted before torch is there), then the three runs."""
    _ = translator()
    header(_("See generative models learn"))
    st.markdown(
        _(
            "Given examples of p_data(x), learn to draw new ones. Drag a time slider to see each model learn; "
            "open its page to train your own."
        )
    )
    columns = st.columns(3, gap="medium")
    places = []
    for column, (_family, page, title, text) in zip(columns, CARDS, strict=True):
        with column:
            st.subheader(_(title))
            st.markdown(_(text))
            st.page_link(page, label=_("Train one"), icon=":material/arrow_forward:")
            places.append(st.container())
    replay(places)


def replay(places: list[DeltaGenerator]) -> None:
    """The shipped runs, each in its place; imported late, for torch takes a second and the words need not wait."""
    _ = translator()
    from genlab.live.lab import shipped_runs
    from genlab.live.run_view import run_view
    from genlab.views.describe import view_data
    from genlab.views.shown import shown_data

    with st.spinner(_("Unpacking the runs that ship with the app …")):
        shipped = shipped_runs()
    for place, (family, *_rest) in zip(places, CARDS, strict=True):
        run = next((run for run in shipped if run.family == family and not run.id.endswith("-2")), None)
        if run is not None:
            with place:
                run_view(view_data(run, compact=True, shown=shown_data(run)), key=f"home_{family}")
