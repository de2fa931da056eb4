"""Guesses counted: one histogram a question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from genlab.classroom.record import Given

Curve = list[tuple[float, float]]


def of_question(given: Iterable[Given], chapter: str, question: int) -> list[Any]:
    """The guesses at one question, one a member."""
    return [one.guess for one in given if (one.chapter, one.question) == (chapter, question)]


def of_options(guesses: Iterable[Any], options: int) -> list[int]:
    """How many chose each of so many options; what is none (of an older text of the chapter) is not counted."""
    counted = Counter(guess for guess in guesses if type(guess) is int)
    return [counted[option] for option in range(options)]


def of_places(guesses: Iterable[Any]) -> list[tuple[float, int]]:
    """Which places were marked, in their order, and by how many."""
    return sorted(Counter(float(guess) for guess in guesses if isinstance(guess, int | float)).items())


def curves(guesses: Iterable[Any]) -> list[Curve]:
    """The curves that were drawn."""
    return [[(float(x), float(y)) for x, y in guess] for guess in guesses if isinstance(guess, list)]


def reached(given: Sequence[Given]) -> dict[str, list[str]]:
    """The chapters of which each member has guessed at a question, by the member's key."""
    found: dict[str, list[str]] = {}
    for one in given:
        chapters = found.setdefault(one.owner, [])
        if one.chapter not in chapters:
            chapters.append(one.chapter)
    return found
