"""What training has made, how long it took, and what it raises where it has left the numbers."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

# A step on a crowded machine takes some times as long as its processor's time, which some systems know to 16 ms only.
CROWDED = 5.0
LONGEST_WAIT = 0.1

Point = tuple[int, dict[str, float]]
Frame = tuple[int, dict[str, np.ndarray]]


class NonFinite(ArithmeticError):
    """Training has left the numbers: the step, the term that did, and what helps besides a lower learning rate."""

    def __init__(self, step: int, term: str, besides: str = "") -> None:
        super().__init__(f"step {step}: {term} is not finite; try a lower learning rate{besides}")
        self.step, self.term = step, term


@dataclass
class Progress:
    """What a slice of training has made: curve points and frames, each with its step."""

    points: list[Point] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)


def trained(seconds: float, processor: float) -> float:
    """How much of the seconds that a step took was training, given the processor's seconds in this process.

    A machine that was asleep, or a process that was stopped, did not train meanwhile; whether a clock knows that
    depends on the system. The processor's time always does: what a step waited beyond a few times that is not counted.
    """
    return min(seconds, LONGEST_WAIT + CROWDED * processor)
