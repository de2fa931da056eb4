"""The families. Adding one is a file in this folder and a line here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from genlab.models import ae, cvae, flow, gan, vae
from genlab.models.base import Config, ConfigError, Encodes, Explains, Family, Labelled, Model, Part, Probe, Step


class Run(Protocol):
    """What is asked of a run: its family, its settings, its data."""

    @property
    def family(self) -> str: ...
    @property
    def config(self) -> Mapping[str, Any]: ...
    @property
    def data(self) -> str: ...


FAMILIES: dict[str, Family] = {
    family.name: family for family in (ae.FAMILY, vae.FAMILY, gan.FAMILY, flow.FAMILY, cvae.FAMILY)
}


def family_named(name: str) -> Family:
    """The family of that name; ConfigError says which there are."""
    if name not in FAMILIES:
        raise ConfigError.of("family", name, ", ".join(FAMILIES))
    return FAMILIES[name]


def latents_of(run: Run) -> int:
    """The size of z in a run."""
    return FAMILIES[run.family].latents_on(run.config, run.data)


def encoder(model: Model) -> Encodes | None:
    """The model as one that encodes; None where it has no encoder."""
    return model if isinstance(model, Encodes) else None


def explainer(model: Model) -> Explains | None:
    """The model as one with q(z|x) and p(x|z); None where it has none."""
    return model if isinstance(model, Explains) else None


def labelled(model: Model) -> Labelled | None:
    """The model as one that is told the class of x; None where it is not."""
    return model if isinstance(model, Labelled) else None


__all__ = [
    "FAMILIES", "Config", "ConfigError", "Encodes", "Explains", "Family", "Labelled", "Model", "Part", "Probe", "Step",
    "encoder", "explainer", "family_named", "labelled", "latents_of",
]  # fmt: skip
