"""In what runs differ: what their legend and the column of their settings say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from genlab.data import describe
from genlab.live.lab import lab
from genlab.models import FAMILIES
from genlab.models.base import flag
from genlab.runs.store.record import Run
from genlab.views.bench.told_apart import words
from genlab.views.frame.session import listed, translator

# A legend is read at a glance.
TOLD = 3
ABSENT = "–"
# Curves of two lengths are told apart by their ends.
LENGTH = "steps"


def differences(runs: Sequence[Run]) -> dict[str, list[str]]:
    """What is not the same of all runs, by its name, a value a run in words: family, data, settings (those of all of
    them first), seed. A family that does not have a setting has a dash; one changed on the way says from what."""
    _ = translator()
    found = {
        _("Family"): [_(FAMILIES[run.family].short or FAMILIES[run.family].title) for run in runs],
        _("Data"): [_(describe(run.data).title) for run in runs],
    }
    for name, title in titles(runs).items():
        found[title] = [setting(run, name) for run in runs]
    found[_("Seed")] = [str(run.seed) for run in runs]
    return {name: values for name, values in found.items() if len(set(values) - {ABSENT}) > 1}


def titles(runs: Sequence[Run]) -> dict[str, str]:
    """The settings of these runs' families with their labels: first those that all have, the often used before others,
    the length of training last."""
    _ = translator()
    families = [FAMILIES[run.family] for run in runs]
    fields = {name: info for family in families for name, info in family.config.model_fields.items()}
    lacking = {name: sum(name not in family.config.model_fields for family in families) for name in fields}
    order = sorted(fields, key=lambda name: (lacking[name], name == LENGTH, flag(fields[name], "more")))
    return {name: _(fields[name].title or name) for name in order}


def setting(run: Run, name: str) -> str:
    """One setting of a run, in words."""
    config: dict[str, Any] = FAMILIES[run.family].config.parse(run.config).model_dump()
    if name not in config:
        return ABSENT
    changes = (event.details for event in lab().store.events(run.id) if event.kind == "change")
    first = next((change["old"] for change in changes if change["field"] == name), config[name])
    return words(config[name]) if first == config[name] else f"{words(first)} → {words(config[name])}"


def legend(runs: Sequence[Run]) -> list[str]:
    """A name for each run by what differs between them: "β 1", "β 5"; by their own names where nothing else does, or
    where that leaves two alike."""
    _ = translator()
    apart = {name: values for name, values in differences(runs).items() if ABSENT not in values}
    bare = {_("Family"), _("Data")}  # these say what they are
    names = [
        listed(
            values[place] if name in bare else f"{name} {values[place]}" for name, values in list(apart.items())[:TOLD]
        )
        for place in range(len(runs))
    ]
    alike = {name for name in names if names.count(name) > 1}
    own = [run.name or f"{run.family} {run.id[:6]}" for run in runs]
    return [
        listed(filter(None, (name, mine))) if name in alike else name for name, mine in zip(names, own, strict=True)
    ]
