"""The divergences three times: of densities on a line, inside the ELBO, and of images."""

from __future__ import annotations

import streamlit as st

from genlab.views.frame.session import N_, header, translator
from genlab.views.frame.switch import switch

VIEWS = {
    "densities": N_("Two densities"),
    "elbo": N_("Inside the ELBO"),
    "images": N_("Images"),
}
USUAL = "densities"
LEAD = N_("How far is p_g, the model's density, from p_data? Each divergence has its own answer.")
# For whoever meets the words for the first time.
WORDS = N_(
    "How far is q from p? KL(p‖q): how much worse q explains data of p than p itself does, in nats "
    "(1 nat = 1.44 bits). A mode is a peak of a density."
)
# The switch stands beside the words, and below them where the window is narrow: it is never cut off.
ROW = """<style>
.st-key-lead > :first-child { flex: 1 1 24rem; width: auto; min-width: 0; }
.st-key-lead > :last-child { flex: 0 0 auto; width: auto; }
</style>"""


def divergences_page() -> None:
    """Title and lead, the choice of view, then that view; imported late, so that the words are painted first."""
    _ = translator()
    header(_("Divergences"))
    st.html(ROW)
    with st.container(key="lead", horizontal=True, vertical_alignment="center", gap="medium"):
        lead = st.container()
        view = switch(VIEWS, USUAL)
    lead.markdown(_(WORDS if view == USUAL else LEAD))
    if view == "elbo":
        from genlab.views.measure.linear_gaussian import linear_gaussian_view

        linear_gaussian_view()
    elif view == "images":
        from genlab.views.measure.image_divergences import image_divergences_view

        image_divergences_view()
    else:
        from genlab.views.measure.densities import densities_view

        densities_view()
