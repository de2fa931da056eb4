"""Languages. The English text in the code is the key; a language is a gettext catalogue beside this file."""

from __future__ import annotations

from functools import cache
from pathlib import Path

LANGUAGES = {"en": "English", "zh": "中文"}
SOURCE = "en"


@cache
def catalogue(language: str) -> dict[str, str]:
    """English text to its translation; empty for English itself."""
    if language == SOURCE:
        return {}
    from babel.messages.pofile import (
        read_po,
    )  # only when a translation is asked for: it costs a tenth of a second

    with (Path(__file__).parent / f"{language}.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id and message.string}


def translate(text: str, language: str) -> str:
    """The text in that language; the English where the catalogue lacks it (a test keeps that from happening)."""
    return catalogue(language).get(text, text)


def N_(text: str) -> str:
    """Marks a text for translation where it is written; it is translated where it is shown."""
    return text
