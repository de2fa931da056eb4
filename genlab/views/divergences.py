"""The divergences three times: of densities on a line, inside the ELBO, and of images."""

from __future__ import annotations

import streamlit as st

from genlab.views.address import from_address, to_address
from genlab.views.session import N_, header, translator

VIEWS = {
    "densities": N_("Two densities"),
    "elbo": N_("Inside the ELBO"),
    "images": N_("Images"),
}
USUAL = "densities"
LEAD = N_("How far is p_g, the model's density, from p_data? Each divergence has its own answer.")


def divergences_page() -> None:
    """Title and lead, the choice of view, then that view; imported late, so that the words are painted first."""
    _ = translator()
    header(_("Divergences"))
    left, right = st.columns([3, 2], vertical_alignment="center")
    left.markdown(_(LEAD))
    from_address("view", VIEWS, USUAL)
    view = right.segmented_control(
        _("View"),
        list(VIEWS),
        format_func=lambda name: _(VIEWS[name]),
        key="view",
        required=True,
        label_visibility="collapsed",
    )
    to_address("view", view, USUAL)
    if view == "elbo":
        from genlab.views.linear_gaussian import linear_gaussian_view

        linear_gaussian_view()
    elif view == "images":
        from genlab.views.image_divergences import image_divergences_view

        image_divergences_view()
    else:
        from genlab.views.densities import densities_view

        densities_view()
