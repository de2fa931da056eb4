"""What a symptom is, and how its detector reads the end of a run's curves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Point = tuple[int, dict[str, float]]


@dataclass(frozen=True)
class Seen:
    """That a symptom is seen at the last of the points: the numbers that say so, by the names that its sentence has,
    and since which step, so that a fork from before begins without it; stop: where such a fork had best end."""

    numbers: Mapping[str, float]
    since: int
    stop: int | None = None


@dataclass(frozen=True)
class Symptom:
    """One trouble of a run: its name for programs, its title, a sentence with its numbers in braces, why it comes
    about and what helps (all English, translated by pages); `look`, its detector: the points up to a moment and the
    planned steps to what is seen at that moment, or None; cure: the knobs that help, by their new values."""

    name: str
    title: str
    says: str
    why: str
    look: Callable[[Sequence[Point], int], Seen | None]
    cure: Mapping[str, Any] = field(default_factory=dict)


def recent(points: Sequence[Point], plan: int, share: float, least: int) -> Sequence[Point]:
    """The points of the last `share` of the plan's steps; none before so much of it has been made twice, or where they
    are fewer than `least`: one step is no trend."""
    if not points:
        return ()
    now, begun, length = points[-1][0], points[0][0], share * plan
    if now - begun < 2 * length:
        return ()
    first = len(points)
    while first > 0 and points[first - 1][0] > now - length:
        first -= 1
    return points[first:] if len(points) - first >= least else ()


def column(points: Sequence[Point], key: str) -> list[float]:
    """The values of a term at the points that carry it."""
    return [values[key] for _, values in points if key in values]


@dataclass(frozen=True)
class Loss:
    """What is minimised: terms by their weights; floors: what a term counts at least, as where some of it is free;
    after: the step from which on the weights are these, the first point apart."""

    weights: Mapping[str, float]
    floors: Mapping[str, float] = field(default_factory=dict)
    after: int = 0

    def of(self, values: Mapping[str, float], prefix: str = "") -> float | None:
        """Its value; prefix: `test_` for held-out data. None where a term is absent."""
        if any(prefix + key not in values for key in self.weights):
            return None
        return sum(
            weight * max(values[prefix + key], self.floors.get(key, values[prefix + key]))
            for key, weight in self.weights.items()
        )


def mean(values: Sequence[float]) -> float:
    """The mean of at least one value."""
    return sum(values) / len(values)
