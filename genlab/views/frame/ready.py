"""What the first page would wait for, made ready while the browser still fetches Streamlit's own scripts."""

from __future__ import annotations

import inspect

ICON = "🎛️"


def get_ready() -> None:
    """Imports what a page needs for its first words, and reads the chapters that the bar names."""
    import streamlit.material_icon_names  # noqa: F401

    import genlab.views.classroom.mark
    import genlab.views.course.home
    import genlab.views.frame.address
    import genlab.views.frame.nowhere
    import genlab.views.frame.present
    import genlab.views.frame.troubles  # noqa: F401
    from genlab.lessons.loader import chapters, text_of
    from genlab.locale import LANGUAGES, translate

    for language in LANGUAGES:
        translate("", language)
        for chapter in chapters():
            text_of(chapter.name, language)
    know_emojis()
    # Streamlit asks with its first element who has started it, and inspect walks over all modules for that, but once.
    inspect.stack()


def know_emojis() -> None:
    """Streamlit compiles its list of emojis when it sees the first one: a tenth of a second."""
    from streamlit.string_util import is_emoji

    is_emoji(ICON)
