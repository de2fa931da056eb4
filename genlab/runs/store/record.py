"""What is known of a run without its pictures and weights."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple, get_args

State = Literal["running", "paused", "finished", "failed"]
STATES: tuple[State, ...] = get_args(State)
# A point of a run's curve: its step and its terms by key.
Point = tuple[int, dict[str, float]]
NAME_LENGTH = 80
# Whose the runs are that ship with the app.
SHIPPED = "shipped"
# What is asked of a run, beside single steps: what pages show of its present step.
NETS_ASKED = "nets"
# How many single steps one may ask for at once, and how many of them one slice makes, with a frame of the last.
STEPS_AT_MOST = 1000
STEPS_A_SLICE = 20


class RunError(ValueError):
    """What was asked of a run cannot be done; one sentence says why and what can."""


class UnknownRun(RunError):
    """There is no such run (any more)."""

    def __init__(self, run_id: str) -> None:
        super().__init__(f"run: got {run_id!r}, but there is no such run here")


class NotYours(RunError):
    """The run is another's, who alone may change it."""

    def __init__(self, run_id: str) -> None:
        super().__init__(f"run: {run_id!r} is somebody else's; fork it, and change the copy")


@dataclass(frozen=True)
class Run:
    """One row of the store.

    step, seconds: how far the run is and how long it has trained; saved_step: the step of its newest checkpoint;
    version, applied: how many times its knobs were changed, and how many of these changes training has taken up;
    pinned: never cleaned away; times in UTC.
    """

    id: str
    owner: str
    name: str
    family: str
    data: str
    preset: str | None
    config: Mapping[str, Any]
    seed: int
    state: State
    step: int
    seconds: float
    error: str | None
    parent_id: str | None
    parent_step: int | None
    created: datetime
    updated: datetime
    saved_step: int | None
    version: int
    applied: int
    pinned: bool


@dataclass(frozen=True)
class Event:
    """Something a person did to a run at a step.

    kind "change": {"field", "old", "new"}; "step": {"part", "count"}; "fork": {"parent", "step"} in the child,
    with "short": true where it began with Adam's memory in short; {"child", "step"} in the parent.
    """

    step: int
    kind: Literal["change", "step", "fork"]
    details: Mapping[str, Any]


@dataclass(frozen=True)
class Asked:
    """Steps of a part that wait to be made in one slice; last: the number of the last of them."""

    last: int
    part: str | None
    count: int


class Wanted(NamedTuple):
    """A run that a worker has something to do for; trains: not only to be saved or shown as it rests."""

    id: str
    owner: str
    trains: bool


def new_id() -> str:
    """An id that cannot be guessed (72 random bits), for addresses and command lines.

    Hexadecimal: of the URL-safe base 64 ids one in 64 begins with "-", which a command line takes for an option.
    """
    return secrets.token_hex(9)


def clean_name(name: str) -> str:
    """A name on one line, of at most 80 characters that can be seen."""
    words = " ".join(name.split())
    return "".join(character for character in words if character.isprintable())[:NAME_LENGTH]
