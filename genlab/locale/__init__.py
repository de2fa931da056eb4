"""Languages. The English text in the code is the key; a language is a gettext catalogue beside this file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Self

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


class Message(str):
    """An English sentence that knows what it was made of, so that it can be said in another language where it is shown.

    text: with {names}, as N_ marks it; parts: what stands for the names, a Message where that has words itself.
    """

    text: str
    parts: Mapping[str, object]

    def __new__(cls, text: str, **parts: object) -> Self:
        """The English sentence."""
        message = super().__new__(cls, text.format(**parts))
        message.text, message.parts = text, parts
        return message

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, object]]:
        """How it comes whole from another process."""
        return (self.text,), dict(self.parts)

    def packed(self) -> dict[str, Any]:
        """As JSON has it."""
        parts = {name: part.packed() if isinstance(part, Message) else str(part) for name, part in self.parts.items()}
        return {"text": self.text, "parts": parts}

    @classmethod
    def unpacked(cls, packed: Mapping[str, Any]) -> Self:
        """What `packed` has packed."""
        parts = packed["parts"].items()
        return cls(
            packed["text"], **{name: part if isinstance(part, str) else cls.unpacked(part) for name, part in parts}
        )


def told(sentence: str, _: Callable[[str], str]) -> str:
    """A sentence in the language of `_`: whole where it is a text of the catalogue, else in its parts."""
    if not isinstance(sentence, Message):
        return _(sentence)
    return _(sentence.text).format(
        **{name: told(part, _) if isinstance(part, Message) else part for name, part in sentence.parts.items()}
    )


def said(error: BaseException) -> str:
    """What an error says, as it was given: a Message where it is one."""
    return error.args[0] if error.args and isinstance(error.args[0], Message) else str(error)


def N_(text: str) -> str:
    """Marks a text for translation where it is written; it is translated where it is shown."""
    return text
