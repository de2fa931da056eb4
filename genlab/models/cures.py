"""What helps a run in trouble: its settings that may be the cause, put back to the usual ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from genlab.models.config import Config, limits


def usual_again(
    config: Config,
    usual: Config,
    *,
    at_most: Sequence[str] = (),
    at_least: Sequence[str] = (),
    same: Sequence[str] = (),
    otherwise: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The changes that bring fields back to their usual values: those above them, below them, other than they.

    otherwise: what to change where none of these is unusual.
    """
    now, then = config.model_dump(), usual.model_dump()
    found = {
        name: then[name]
        for names, wrong in (
            (at_most, lambda name: now[name] > then[name]),
            (at_least, lambda name: now[name] < then[name]),
            (same, lambda name: now[name] != then[name]),
        )
        for name in names
        if wrong(name)
    }
    return found or dict(otherwise or {})


def slower(config: Config, usual: Config, *rates: str) -> dict[str, float]:
    """Learning rates a quarter of what they are, or of the usual ones where those are lower: what is usual may be too
    much for a net that is deeper, or for a schedule that never slows down."""
    now, then = config.model_dump(), usual.model_dump()
    return {name: within(config, name, float(f"{min(now[name], then[name]) / 4:.1e}")) for name in rates}


def more_of(config: Config, usual: Config, name: str, times: float) -> dict[str, float]:
    """A setting so many times what it is, or what it usually is where that is more."""
    return {name: within(config, name, times * max(config.model_dump()[name], usual.model_dump()[name]))}


def within(config: Config, name: str, value: float) -> float:
    """A value, or the end of the setting's range that it lies beyond."""
    ends = limits(type(config).model_fields[name])
    return value if ends is None else min(max(value, ends[0]), ends[1])
