"""Which run a script is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from genlab.checkpoint import ALONE, CUT_SHORT, Change, Checkpoint
from genlab.training import POINTS_PLANNED, frame_steps

# From a step on: the settings that were changed there, each with what it was and what it became.
Changes = Mapping[int, Mapping[str, tuple[Any, Any]]]


@dataclass(frozen=True)
class Asked:
    """A run that a script is to repeat, as it ended.

    config: its settings as it ended; changes: what was changed on the way; alone: the steps that one player made alone;
    cut_short: the steps before which Adam's memory was;
    step: the last of which its curve has a point, with its terms `ends`; whole: whether that point is measured on all
    that is held out; threads: with how many it was trained, None where nobody knows.
    """

    family: str
    data: str
    config: Mapping[str, Any]
    seed: int
    step: int
    ends: Mapping[str, float]
    whole: bool = True
    changes: Changes = field(default_factory=dict)
    alone: Mapping[int, str] = field(default_factory=dict)
    cut_short: Sequence[int] = ()
    threads: int | None = None

    @classmethod
    def of(
        cls,
        kept: Checkpoint[Any],
        points: Sequence[tuple[int, Mapping[str, float]]],
        whole: bool,
    ) -> Self:
        """The run of a checkpoint and its curve, as far as that goes. Raises ValueError before its first step."""
        step, ends = points[-1] if points else (0, {})
        if step < 1:
            raise ValueError("script: this run has made no step yet")
        history = [change for change in kept.standing.changes if change[0] < step]
        settings = kept.settings()
        for _, name, old, _ in reversed(kept.standing.changes[len(history) :]):
            if name in settings:
                settings[name] = old  # what was changed after the last point
        return cls(
            kept.family,
            kept.data,
            settings,
            kept.seed,
            step,
            ends,
            whole,
            by_step([change for change in history if change[1] not in (ALONE, CUT_SHORT)]),
            {at: part for at, name, _, part in history if name == ALONE},
            [at for at, name, _, _ in history if name == CUT_SHORT],
            kept.standing.threads or None,
        )

    @property
    def began_with(self) -> dict[str, Any]:
        """The settings before any change."""
        first = dict(self.config)
        for step in sorted(self.changes, reverse=True):
            first |= {name: old for name, (old, _) in self.changes[step].items()}
        return first

    @property
    def mean_from(self) -> int:
        """The step after which the last point's mean begins: that of the point before it."""
        plan = self.config["steps"]
        interval, moments = max(1, plan // POINTS_PLANNED), set(frame_steps(plan))
        before = range(self.step - 1, 0, -1)
        due = (at for at in before if at % interval == 0 or at == 1 or at in moments or at - 1 in self.alone)
        return next(due, 0)


def by_step(changes: Sequence[Change]) -> dict[int, dict[str, tuple[Any, Any]]]:
    """Changes by their step, in their order; one that was taken back at once is none."""
    found: dict[int, dict[str, tuple[Any, Any]]] = {}
    for step, name, old, new in changes:
        here = found.setdefault(step, {})
        here[name] = (here[name][0] if name in here else old, new)
        if here[name][0] == new:
            del here[name]
    return {step: changed for step, changed in found.items() if changed}
