"""What is known of a class, and why something cannot be done with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from genlab.locale import N_, Message

NAME_LENGTH, NICKNAME_LENGTH, ADDRESS_LENGTH = 80, 40, 2000
PASSWORD_LENGTH = (4, 200)
# A class that nobody ends goes by itself, when the next one is opened.
DAYS_AT_MOST = 30
# After so many wrong passwords each further try waits this long for the last.
TRIES, WAIT_SECONDS = 5, 60.0


class ClassError(ValueError):
    """What was asked of a class cannot be done; one sentence says why and what can."""


class UnknownClass(ClassError):
    """No class has that code."""


@dataclass(frozen=True)
class Class:
    """A class that is open. opened: seconds since 1970; look: the address at which its teacher asks all to look, and
    since when; None before."""

    code: str
    name: str
    opened: float
    look: str | None
    looked: float | None


@dataclass(frozen=True)
class Member:
    """One of a class. owner: the browser's key; nickname: may be empty; joined, seen: seconds since 1970."""

    owner: str
    nickname: str
    joined: float
    seen: float


@dataclass(frozen=True)
class Given:
    """One member's guess at a question, as JSON has it."""

    owner: str
    chapter: str
    question: int
    guess: Any


def no_such(code: str) -> ClassError:
    """What to say to a code that no class has."""
    return UnknownClass(Message(N_("No class has the code {code}. Compare it letter by letter."), code=code or "–"))


def over() -> ClassError:
    """What to say to the code of a class that has ended."""
    return ClassError(N_("This class has ended."))


def not_led() -> ClassError:
    """What to say to who wants to lead a class that another browser leads."""
    return ClassError(N_("This browser does not lead that class (any more). Take it up with its code and password."))


def long(what: str, got: int, most: int) -> ClassError:
    """What to say of a text with too many letters. what: its name, marked for translation."""
    text = N_("{what}: got {got} letters, allowed: up to {most}")
    return ClassError(Message(text, what=Message(what), got=got, most=most))
