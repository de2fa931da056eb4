"""What a page is told of a run's symptoms, with its points."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from genlab.runs.store.record import Run

if TYPE_CHECKING:
    from genlab.runs import Store

DIGITS = 4


def told_symptoms(store: Store, run: Run, after: int, _: Callable[[str], str]) -> dict[str, Any]:
    """What is wrong with a run after a step: {"seen", "words"}.

    "seen": [step, [[name, numbers, cure] of each symptom]] of the moments at which there is one, the cure as {knob:
    [present value, new value]}; "words": by name the title, the sentence with the numbers' names in braces, and why it
    is so. _ translates.
    """
    from genlab.runs.looks.diagnosis import symptoms_of  # late: it imports torch

    moments = symptoms_of(store, run, after)
    words = {
        one.symptom.name: {"title": _(one.symptom.title), "says": _(one.symptom.says), "why": _(one.symptom.why)}
        for _step, found in moments
        for one in found
    }
    seen = [
        [
            step,
            [
                [one.symptom.name, rounded(one.numbers), {name: list(pair) for name, pair in one.cure.items()}]
                for one in found
            ],
        ]
        for step, found in moments
    ]
    return {"seen": seen, "words": words}


def rounded(numbers: Any) -> dict[str, float]:
    """As many digits as anybody reads; whole numbers whole."""
    return {
        name: int(value) if value == int(value) else float(f"{value:.{DIGITS}g}") for name, value in numbers.items()
    }
