"""The chapters in their order, each from its folder: adding a chapter is adding a folder."""

from __future__ import annotations

import base64
import importlib
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from genlab.lessons.anatomy import Chapter, Lines
from genlab.lessons.text import Text, parse

FOLDER = Path(__file__).parent / "chapters"
# A name without a folder: what lies elsewhere is not looked for.
PICTURE = re.compile(r'src="([\w-]+\.png)"')


class UnknownChapter(LookupError):
    """No chapter of that name."""


@cache
def by_name() -> dict[str, tuple[Chapter, str]]:
    """Each chapter with its folder's name, in the order of their numbers."""
    folders = [path.parent.name for path in FOLDER.glob("*/chapter.py")]
    found = [(importlib.import_module(f"genlab.lessons.chapters.{name}.chapter").CHAPTER, name) for name in folders]
    return {chapter.name: (chapter, folder) for chapter, folder in sorted(found, key=lambda pair: pair[0].number)}


def chapters() -> tuple[Chapter, ...]:
    """All chapters, by their numbers."""
    return tuple(chapter for chapter, _folder in by_name().values())


def looked_up(name: str) -> tuple[Chapter, str]:
    """A chapter and its folder's name; raises UnknownChapter."""
    if name not in by_name():
        raise UnknownChapter(name)
    return by_name()[name]


def chapter_named(name: str) -> Chapter:
    """A chapter by its name; raises UnknownChapter."""
    return looked_up(name)[0]


def folder_of(name: str) -> str:
    """The folder's name of a chapter; raises UnknownChapter."""
    return looked_up(name)[1]


def after(chapter: Chapter) -> Chapter | None:
    """The chapter that follows."""
    return next((other for other in chapters() if other.number > chapter.number), None)


@cache
def text_of(name: str, language: str) -> Text:
    """A chapter's words in a language."""
    return parse((FOLDER / folder_of(name) / f"{language}.md").read_text(encoding="utf-8"))


def numbered(name: str, language: str) -> str:
    """A chapter's title as the course counts it: "7. Two terms that pull apart"."""
    return f"{chapter_named(name).number}. {text_of(name, language).title}"


def illustrated(html: str, name: str) -> str:
    """HTML of a chapter's text with the pictures that lie in its folder, as they are named in the text."""

    def inline(found: re.Match[str]) -> str:
        picture = (FOLDER / folder_of(name) / found[1]).read_bytes()
        return f'src="data:image/png;base64,{base64.b64encode(picture).decode()}"'

    return PICTURE.sub(inline, html)


@cache
def curves_to_mark(name: str, number: int) -> Lines | None:
    """The curves on which a chapter's question (from 1) asks for a place; None where it asks for something else."""
    marks = chapter_named(name).questions[number - 1].marks
    return experiment_function(name, marks.function)() if marks else None


def experiment_function(name: str, function: str) -> Callable[..., Any]:
    """A function of a chapter's experiments.py."""
    return getattr(importlib.import_module(f"genlab.lessons.chapters.{folder_of(name)}.experiments"), function)
