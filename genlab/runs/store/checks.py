"""The checks of what people ask for; only these import the models (and with them torch), and only when called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from genlab.locale import N_, Message

LARGEST_SEED = 2**31 - 1


def new_settings(family: str, data: str, config: Mapping[str, Any], preset: str | None = None) -> dict[str, Any]:
    """All settings of a new run as plain values; raises as `settings`, and ConfigError for a net that is too large."""
    from genlab.data import describe
    from genlab.models import family_named

    values, found = settings(family, data, config, preset), family_named(family)
    found.check_size(found.config.parse(values), describe(data).kind)
    return values


def settings(family: str, data: str, config: Mapping[str, Any], preset: str | None = None) -> dict[str, Any]:
    """All settings of a run as plain values; raises ConfigError, or ValueError for an unknown data set."""
    from genlab.data import describe
    from genlab.models import family_named

    found, kind = family_named(family), describe(data).kind
    found.check_data(data)
    if preset is not None:
        return found.preset(preset, kind, config).model_dump()
    parsed = found.config.parse(config)
    found.check(parsed, kind)
    return parsed.model_dump()


def changed(family: str, data: str, config: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """`config` with the knobs in `values` turned; raises ConfigError for fields that are fixed in a run.

    A run of an older version lacks the settings that came later: it has their defaults.
    """
    from genlab.models import ConfigError, family_named
    from genlab.models.base import flag

    fields = family_named(family).config.model_fields
    before, new = settings(family, data, config), settings(family, data, dict(config) | dict(values))
    for name, value in new.items():
        if value != before[name] and not flag(fields[name], "live"):
            fixed = N_("{field}: fixed once a run has begun; fork or start a new run to change it")
            raise ConfigError(Message(fixed, field=name))
    return new


def part(family: str, name: str | None) -> None:
    """Raises ConfigError where `name` is not a part of the family that can make a step alone."""
    from genlab.models import ConfigError, family_named

    parts = family_named(family).parts
    if name is not None and name not in parts:
        none = Message(N_("none ({family} is one piece)"), family=family)
        raise ConfigError.of("part", name, ", ".join(parts) or none)


def seed(value: int) -> int:
    """The seed itself; raises ConfigError where it is no whole number from 0 to 2^31 - 1."""
    from genlab.models import ConfigError

    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST_SEED:
        allowed = Message(N_("whole numbers from {low} to {high}"), low=0, high=LARGEST_SEED)
        raise ConfigError.of("seed", value, allowed)
    return value
