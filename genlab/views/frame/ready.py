"""What the first page would wait for, made ready while the browser still fetches Streamlit's own scripts."""

from __future__ import annotations

import inspect

from genlab.live.web.modules import modules


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
