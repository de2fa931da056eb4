"""The families. Adding one is a file in this folder and a line here."""

from genlab.models import ae, gan, vae
from genlab.models.base import Config, ConfigError, Encodes, Family, Model, Part, Probe, Step

FAMILIES: dict[str, Family] = {family.name: family for family in (ae.FAMILY, vae.FAMILY, gan.FAMILY)}


def family_named(name: str) -> Family:
    """The family of that name; ConfigError says which there are."""
    if name not in FAMILIES:
        raise ConfigError(f"family: got {name!r}, allowed: {', '.join(FAMILIES)}")
    return FAMILIES[name]


__all__ = [
    "FAMILIES", "Config", "ConfigError", "Encodes", "Family", "Model", "Part", "Probe", "Step", "family_named",
]  # fmt: skip
