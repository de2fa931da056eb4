"""The playground's page: controls at the left, the toolbar and the stage at the right.

The address is the truth: family, data, run, layers and fan are read from it at every run of the script, and what a
person does is written there first, so that a reload, a second tab and the back button show what they should.
"""

from __future__ import annotations

import streamlit as st

from genlab.views.frame.session import header, translator

# The stage needs the width and the height of a laptop's first screen.
WIDE = """<style>
.stMainBlockContainer { padding-left: 1.6rem; padding-right: 1.6rem; }
.stMainBlockContainer > .stVerticalBlock { gap: .4rem; }
.stMainBlockContainer h1 { font-size: 1.5rem; line-height: 1; }
</style>"""


def playground_page() -> None:
    """Words first: they are painted before torch is there."""
    _ = translator()
    st.html(WIDE)
    header(_("Playground"))
    st.markdown(
        _(
            "A model learns to turn noise (green) into points (orange) that look like the data (blue). "
            "Press **Start**, or look at one step in slow motion."
        )
    )
    from genlab.views.playground.page import playground

    playground()
