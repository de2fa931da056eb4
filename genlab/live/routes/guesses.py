"""What a chapter's page sends: read, and refused where it is not of its form."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

from starlette.requests import Request

from genlab.lessons.anatomy import Question

MOST_BYTES = 20_000
MOST_POINTS = 400


class Wrong(ValueError):
    """What a visitor's page sent is not of its form."""


async def body(request: Request) -> dict[str, Any]:
    """What was sent, as JSON; raises Wrong."""
    sent = b""
    async for chunk in request.stream():
        sent += chunk
        if len(sent) > MOST_BYTES:
            raise Wrong(f"answer: got more than {MOST_BYTES} bytes")
    try:
        found = json.loads(sent or b"{}")
    except (ValueError, RecursionError):
        raise Wrong("answer: got no JSON") from None
    if not isinstance(found, dict):
        raise Wrong("answer: got no object")
    return found


def is_finite(value: Any) -> bool:
    """Whether JSON's value is a number with which one can reckon."""
    return type(value) in (int, float) and math.isfinite(value)


def is_point(value: Any) -> bool:
    """Whether JSON's value is a point of a curve, [x, y]."""
    return isinstance(value, list) and len(value) == 2 and all(map(is_finite, value))


def guess_of(question: Question, options: int, places: Sequence[float], sent: dict[str, Any]) -> Any:
    """The guess that was sent, of a question with so many options or places to mark; raises Wrong."""
    guess = sent.get("guess")
    if question.marks is not None:
        if is_finite(guess) and guess in places:
            return guess
        raise Wrong(f"guess: got {str(guess)[:40]!r}, allowed: an x of the curves")
    if question.draws is None:
        if type(guess) is int and 0 <= guess < options:
            return guess
        raise Wrong(f"guess: got {str(guess)[:40]!r}, allowed: 0 to {options - 1}")
    if isinstance(guess, list) and 2 <= len(guess) <= MOST_POINTS and all(map(is_point, guess)):
        return guess
    raise Wrong(f"guess: allowed: 2 to {MOST_POINTS} points")
