"""The families. Adding one is a file in this folder and a line here."""

from genlab.models import ae, gan, vae
from genlab.models.base import Config, ConfigError, Encodes, Explains, Family, Model, Part, Probe, Step

FAMILIES: dict[str, Family] = {family.name: family for family in (ae.FAMILY, vae.FAMILY, gan.FAMILY)}


def family_named(name: str) -> Family:
    """The family of that name; ConfigError says which there are."""
    if name not in FAMILIES:
        raise ConfigError.of("family", name, ", ".join(FAMILIES))
    return FAMILIES[name]


def encoder(model: Model) -> Encodes | None:
    """The model as one that encodes; None where it has no encoder."""
    return model if isinstance(model, Encodes) else None


def explainer(model: Model) -> Explains | None:
    """The model as one with q(z|x) and p(x|z); None where it has none."""
    return model if isinstance(model, Explains) else None


__all__ = [
    "FAMILIES", "Config", "ConfigError", "Encodes", "Explains", "Family", "Model", "Part", "Probe", "Step", "encoder",
    "explainer", "family_named",
]  # fmt: skip
