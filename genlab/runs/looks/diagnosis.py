"""What is wrong with a run at each of its moments: computed once a point, for all who watch it."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from genlab.models import Config, Family, family_named
from genlab.models.cures import within
from genlab.runs.store.record import Event, Point, Run
from genlab.runs.store.store import Store
from genlab.symptoms import Symptom, divergence

KEPT = 64
# As NonFinite says it; what made it fail is then the last thing that is seen of the run.
BROKEN = re.compile(r"step (\d+): .+ is not finite")
LEFT = "divergence"

_lock = threading.Lock()
_known: OrderedDict[tuple[str, str, str], _Known] = OrderedDict()


@dataclass(frozen=True)
class Found:
    """A symptom at a moment of a run: the numbers that say so, since which step, and what helps: knobs by their present
    and their new values."""

    symptom: Symptom
    numbers: Mapping[str, float]
    since: int
    cure: Mapping[str, tuple[Any, Any]]


@dataclass
class _Known:
    """What is known of a run: its points so far, and what was found at each."""

    points: list[Point] = field(default_factory=list)
    found: list[tuple[Found, ...]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


def symptoms_of(store: Store, run: Run, after: int = -1) -> list[tuple[int, tuple[Found, ...]]]:
    """The moments after a step at which anything is wrong with the run, with what is. Raises StoreTrouble."""
    known = _of(store, run)
    with known.lock:
        _look(store, run, known)
        seen = [(step, found) for (step, _), found in zip(known.points, known.found, strict=True) if found]
    if run.state == "failed" and (broken := BROKEN.match(run.error or "")):
        seen.append((int(broken[1]), _broken(run, int(broken[1]), dict(seen))))
    return [(step, found) for step, found in seen if step > after]


def symptom_at(store: Store, run: Run, name: str, step: int) -> Found | None:
    """The symptom of that name at the newest moment up to a step at which anything is wrong."""
    moments = [found for at, found in symptoms_of(store, run) if at <= step]
    return next((one for one in moments[-1] if one.symptom.name == name), None) if moments else None


def _of(store: Store, run: Run) -> _Known:
    key = (store.url, run.id, run.created.isoformat())
    with _lock:
        known = _known.setdefault(key, _Known())
        _known.move_to_end(key)
        if len(_known) > KEPT:
            _known.popitem(last=False)
    return known


def _look(store: Store, run: Run, known: _Known) -> None:
    """Looks at the points that are new."""
    new = store.points(run.id, known.points[-1][0] if known.points else -1)
    if not new:
        return
    family, changes = family_named(run.family), store.events(run.id)
    config, begun = _settings(family, run, changes, new[0][0])
    symptoms = family.symptoms_on(config, run.data)
    for point in new:
        step = point[0]
        if any(begun < event.step < step for event in changes if _matters(event)):
            config, begun = _settings(family, run, changes, step)
            symptoms = family.symptoms_on(config, run.data)
        known.points.append(point)
        first = next((i for i, (at, _) in enumerate(known.points) if at > begun), len(known.points) - 1)
        before = {one.symptom.name: one.since for one in known.found[-1]} if known.found else {}
        known.found.append(_found(symptoms, config, known.points[first:], before))


def _found(
    symptoms: Sequence[Symptom], config: Config, points: Sequence[Point], before: Mapping[str, int]
) -> tuple[Found, ...]:
    """What is seen at the last of these points; what was there already has begun then."""
    found = []
    for symptom in symptoms:
        seen = symptom.look(points, config.model_dump()["steps"])
        if seen is not None:
            since = min(seen.since, before.get(symptom.name, seen.since))
            found.append(Found(symptom, seen.numbers, since, _cure(symptom, config, seen.stop)))
    return tuple(found)


def _broken(run: Run, step: int, seen: Mapping[int, tuple[Found, ...]]) -> tuple[Found, ...]:
    """A run that has left the numbers has diverged, whatever its curves said before."""
    said = seen.get(max(seen, default=0), ())
    if any(one.symptom.name == LEFT for one in said):
        return said
    family = family_named(run.family)
    config = family.config.parse(run.config)
    return tuple(
        Found(replace(symptom, says=divergence.BROKEN), {"at": float(step)}, step, _cure(symptom, config))
        for symptom in family.symptoms_on(config, run.data)
        if symptom.name == LEFT
    )


def _matters(event: Event) -> bool:
    """Whether from here on the curves are of another setting. A longer plan is none."""
    return event.kind == "change" and event.details["field"] != "steps"


def _settings(family: Family, run: Run, changes: Sequence[Event], step: int) -> tuple[Config, int]:
    """The settings that a point of that step was made with, and since which step they held (-1: since the beginning).
    What was changed later is taken back, the newest change first."""
    values, begun = dict(run.config), -1
    for event in reversed(changes):
        if event.kind == "change" and event.step >= step:
            values[event.details["field"]] = event.details["old"]
        elif _matters(event):
            begun = max(begun, event.step)
    return family.config.parse(values), begun


def _cure(symptom: Symptom, config: Config, stop: int | None = None) -> dict[str, tuple[Any, Any]]:
    """The knobs that help, from what they are to what they should be; stop: a shorter plan is one of them."""
    now = config.model_dump()
    wanted = dict(symptom.cure) | ({} if stop is None else {"steps": int(within(config, "steps", stop))})
    return {name: (now[name], value) for name, value in wanted.items() if now[name] != value}
