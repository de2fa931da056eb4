"""A family's page, painted before torch is there: importing it takes a second, the title need not wait."""

from __future__ import annotations

import streamlit as st

from genlab.views.frame.address import rewrite
from genlab.views.frame.session import N_, header, translator


def bench_page() -> None:
    """The page of a family that has none of its own: of the address' run, or the one that the address names."""
    _ = translator()
    from genlab.models import FAMILIES
    from genlab.views.bench.asked_run import found

    names = [family.name for family in FAMILIES.values() if not family.page]
    run = found(st.query_params.get("run"), lambda run: run.family in names)
    asked = run.family if run else st.query_params.get("family")
    if not names:
        header(_("Model"))
        st.info(_("Every model has a page of its own: choose one above."), icon=":material/info:")
        return
    name = asked if asked in names else names[0]
    rewrite(family=name)
    family_page(name, FAMILIES[name].title, N_("Press **Start** and watch it learn."))


def family_page(name: str, title: str, lead: str) -> None:
    """Title and lead, then knobs and the live view."""
    _ = translator()
    header(_(title))
    st.markdown(_(lead))
    from genlab.views.bench.training import training_page

    training_page(name)
