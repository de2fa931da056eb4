"""The checks of what people ask for; only these import the models (and with them torch), and only when called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LARGEST_SEED = 2**31 - 1


def settings(family: str, data: str, config: Mapping[str, Any], preset: str | None = None) -> dict[str, Any]:
    """All settings of a run as plain values; raises ConfigError, or ValueError for an unknown data set."""
    from genlab.data import describe
    from genlab.models import family_named

    found, kind = family_named(family), describe(data).kind
    if preset is not None:
        return found.preset(preset, kind, config).model_dump()
    parsed = found.config.parse(config)
    found.check(parsed, kind)
    return parsed.model_dump()


def changed(family: str, data: str, config: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """`config` with the knobs in `values` turned; raises ConfigError for fields that are fixed in a run."""
    from genlab.models import ConfigError, family_named
    from genlab.models.base import flag

    fields = family_named(family).config.model_fields
    new = settings(family, data, dict(config) | dict(values))
    for name, value in new.items():
        if value != config[name] and not flag(fields[name], "live"):
            raise ConfigError(f"{name}: fixed once a run has begun; fork or start a new run to change it")
    return new


def part(family: str, name: str | None) -> None:
    """Raises ConfigError where `name` is not a part of the family that can make a step alone."""
    from genlab.models import ConfigError, family_named

    parts = family_named(family).parts
    if name is not None and name not in parts:
        raise ConfigError(f"part: got {name!r}, allowed: {', '.join(parts) or f'none ({family} is one piece)'}")


def seed(value: int) -> int:
    """The seed itself; raises ConfigError where it is no whole number from 0 to 2^31 - 1."""
    from genlab.models import ConfigError

    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST_SEED:
        raise ConfigError(f"seed: got {value!r}, allowed: whole numbers from 0 to {LARGEST_SEED}")
    return value
