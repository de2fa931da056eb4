"""What the first page would wait for, made ready while the browser still fetches Streamlit's own scripts."""

from __future__ import annotations

import inspect

from genlab.live.web.modules import modules

# Data's curve and the generated one's. For an emoji Streamlit would compile its list of all of them.
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" fill="none" stroke-width="4" stroke-linecap="round">'
    '<path stroke="#0072B2" d="M2 27C9 27 8 6 13 6s4 21 11 21"/>'
    '<path stroke="#E69F00" d="M8 27c7 0 6-15 11-15s4 15 11 15"/>'
    "</svg>"
)


def get_ready() -> None:
    """Imports what a page needs for its first words, and reads the chapters that the bar names."""
    modules().version  # noqa: B018  read and kept: the first answer names it
    import streamlit.material_icon_names  # noqa: F401

    import genlab.views.classroom.mark
    import genlab.views.course.home
    import genlab.views.frame.address
    import genlab.views.frame.nowhere
    import genlab.views.frame.present
    import genlab.views.frame.troubles
    from genlab.lessons.loader import chapters, text_of
    from genlab.locale import LANGUAGES, translate

    # Streamlit asks with its first element who has started it, and inspect walks over all modules for that, but once.
    inspect.stack()
    for language in LANGUAGES:
        translate("", language)
        for chapter in chapters():
            text_of(chapter.name, language)

    # Last, for no first words need them: the routes that live views ask.
    import genlab.live.api  # noqa: F401
