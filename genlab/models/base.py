"""What a family of models is: a Config whose fields are knobs, terms, and a Model that makes training steps."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal, Self, get_args, get_origin

import numpy as np
import torch
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo
from torch import Tensor, nn

from genlab.data import describe
from genlab.data.points import PointData, make_points
from genlab.models.points import measured_terms
from genlab.terms import Term

Shape = tuple[int, ...]
Part = Literal["discriminator", "generator"]


class ConfigError(ValueError):
    """A setting out of range: what, got, allowed."""


def knob(
    default: Any,
    label: str,
    help: str,
    *,
    low: float | None = None,
    high: float | None = None,
    live: bool = False,
    more: bool = True,
    logarithmic: bool = False,
    telling: str = "",
    always: bool = False,
) -> Any:
    """A Config field with all a widget, the command line and an error message need.

    low, high: the allowed range, ends included; live: may be changed while the run trains; more: kept behind
    "more" on a page; logarithmic: its slider moves in powers of ten; telling: how it is said of a run, {value} standing
    for its value ("N = {value}"): of every run where `always`, else of one that has another value than the default.
    """
    extra: Any = {"live": live, "more": more, "logarithmic": logarithmic, "telling": telling, "always": always}
    return Field(default, title=label, description=help, ge=low, le=high, json_schema_extra=extra)


class Config(BaseModel):
    """The settings of one run: immutable, checked once, here. Families add their own fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    steps: int = knob(
        4000,
        "Training length",
        "Planned optimiser steps; the learning rate follows this plan.",
        low=10,
        high=1_000_000,
        live=True,
        more=False,
        logarithmic=True,
    )
    batch: int = knob(128, "Batch size", "Examples in one step.", low=8, high=1024)
    schedule: Literal["constant", "one_cycle", "flat_then_fall"] = knob(
        "one_cycle",
        "Learning-rate schedule",
        "One cycle: a short rise, then a straight fall to zero at the planned end; flat, then falling: falls in the "
        "second half only; constant: none.",
    )
    hidden: int = knob(400, "Width", "Units in a hidden layer (channels x 8 in a convolutional net).", low=8, high=1024)
    depth: int = knob(1, "Hidden layers", "Hidden layers of a fully connected encoder.", low=1, high=4)

    @classmethod
    def parse(cls, values: Mapping[str, Any]) -> Self:
        """A Config from plain values or text (`beta="4"`); ConfigError names the field, what it got and the allowed."""
        try:
            return cls.model_validate(dict(values))
        except ValidationError as error:
            first = error.errors()[0]
            field = str(first["loc"][0])
            info = cls.model_fields.get(field)
            what = allowed(info) if info else "one of " + ", ".join(cls.model_fields)
            got = first["input"] if info else field
            raise ConfigError(f"{field if info else 'setting'}: got {got!r}, allowed: {what}") from None

    def changed(self, **values: Any) -> Self:
        """This Config with some fields replaced, checked again."""
        return type(self).parse(self.model_dump() | values)


def options(info: FieldInfo) -> tuple[str, ...]:
    """The choices of a Literal field, in order; empty for other fields."""
    return get_args(info.annotation) if get_origin(info.annotation) is Literal else ()


def limits(info: FieldInfo) -> tuple[float, float] | None:
    """The inclusive range of a numeric field, or None."""
    low = next((m.ge for m in info.metadata if hasattr(m, "ge")), None)
    high = next((m.le for m in info.metadata if hasattr(m, "le")), None)
    return None if low is None or high is None else (low, high)


def allowed(info: FieldInfo) -> str:
    """What a field accepts, in words."""
    if choices := options(info):
        return ", ".join(choices)
    if info.annotation is bool:
        return "true, false"
    kind, form = ("whole numbers", "d") if info.annotation is int else ("numbers", "g")
    ends = limits(info)
    return f"{kind} from {ends[0]:{form}} to {ends[1]:{form}}" if ends else kind


def flag(info: FieldInfo, name: Literal["live", "more", "logarithmic", "always"]) -> bool:
    """One of the marks that `knob` left on a field."""
    extra = info.json_schema_extra
    return bool(extra.get(name)) if isinstance(extra, dict) else False


def phrase(info: FieldInfo) -> str:
    """How a field is said of a run, {value} standing for its value; empty for one that does not tell runs apart."""
    extra = info.json_schema_extra
    return str(extra.get("telling", "")) if isinstance(extra, dict) else ""


def telling(config: Config) -> dict[str, str]:
    """The fields that say what run this is, with their phrases: in the family's order."""
    return {
        name: phrase(info)
        for name, info in type(config).model_fields.items()
        if phrase(info) and (flag(info, "always") or getattr(config, name) != info.default)
    }


@dataclass
class Step:
    """What a model is handed for one step: its number, fresh randomness that depends on nothing but (seed, number),
    and the next batches of data, float32 [batch, *shape]."""

    number: int
    plan: int
    rng: torch.Generator
    next_batch: Callable[[], Tensor]
    part: Part | None = None


@dataclass(frozen=True)
class Probe:
    """What stays fixed through a run, so that its frames can be compared: standard normal noise [64, latents] (points:
    256) and held-out examples [n, *shape] with their labels [n] (zeros for points)."""

    noise: Tensor
    examples: Tensor
    labels: Tensor


class Model(nn.Module, ABC):
    """A trainable model of one family on data of one shape.

    Images are float32 in [0, 1], [n, 1, 28, 28]; points are [n, 1] or [n, 2]; latents [n, latents].
    """

    family: ClassVar[str]
    config: Any

    def configure(self, config: Config) -> None:
        """Takes up changed knobs before the next step."""
        self.config = config

    @property
    @abstractmethod
    def latents(self) -> int:
        """The size of z."""

    @property
    def binarised(self) -> bool:
        """Whether it is trained on pixels drawn black or white, and so has to be measured on such."""
        return False

    def start_from(self, mean: Tensor) -> None:
        """Lets the untrained decoder draw the mean image [1, 1, 28, 28], in [0, 1], where that makes sense."""

    @abstractmethod
    def optimisers(self) -> dict[str, torch.optim.Optimizer]:
        """The optimisers by name; they live as long as the model."""

    @abstractmethod
    def learning_rates(self) -> dict[str, float]:
        """The peak learning rate of each optimiser, read from the present config."""

    @abstractmethod
    def train_step(self, step: Step) -> dict[str, Tensor]:
        """One step of the objective; the terms it reports, each a scalar."""

    @abstractmethod
    def held_out_terms(self, examples: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        """The family's terms on examples [n, *shape] it was not trained on, each a scalar, a mean over them; empty
        where there is nothing to say. Looking changes nothing."""

    @abstractmethod
    def frame(self, probe: Probe) -> dict[str, np.ndarray]:
        """The pictures of this moment: arrays that a page draws."""

    @abstractmethod
    def sample(self, count: int, rng: torch.Generator) -> Tensor:
        """New examples [count, *shape]."""

    def sample_in_play(self, count: int, rng: torch.Generator) -> Tensor | None:
        """Examples by the generator that an opponent meets, [count, *shape]; None where `sample` is by that one."""
        return None

    def prior(self, normal: Tensor) -> Tensor:
        """Standard normal numbers [n, latents] as latents that `sample` may draw: themselves, where p(z) is N(0, I)."""
        return normal

    @abstractmethod
    def decode(self, z: Tensor) -> Tensor:
        """Latents [n, latents] to examples [n, *shape] (a GAN's generator is its decoder)."""

    @abstractmethod
    def live_nets(self) -> dict[str, nn.Sequential]:
        """The nets that a browser may run, by name: decoder (z to x in [0, 1] or points), encoder (x to means)."""


class Encodes(ABC):
    """What families with an encoder can do besides."""

    @abstractmethod
    def encode(self, x: Tensor) -> Tensor:
        """Examples [n, *shape] to latent means [n, latents]."""

    @abstractmethod
    def reconstruct(self, x: Tensor) -> Tensor:
        """decode(encode(x)), [n, *shape]."""


@dataclass(frozen=True)
class Family:
    """One line of FAMILIES: its name, Config, Model, terms, and presets by (preset, kind of data).

    terms: what its steps report; measured: what its samples are measured by where the data is points.
    """

    name: str
    title: str
    config: type[Config]
    build: Callable[[Any, Shape], Model]
    terms: Callable[[Any], tuple[Term, ...]]
    formula: Callable[[Any], tuple[tuple[str, str | None], ...]]
    presets: Mapping[tuple[str, str], Mapping[str, Any]]
    parts: tuple[Part, ...] = ()
    measured: Callable[[Any, PointData], tuple[Term, ...]] = lambda config, data: measured_terms(data)

    def variants(self) -> list[Config]:
        """The default settings, and these with one knob at a time at each of its choices or ends: all that may change
        what a family says of itself."""
        default = self.config()
        found = [default]
        for name, info in self.config.model_fields.items():
            choices = options(info) or limits(info) or (False, True)
            found += [default.changed(**{name: choice}) for choice in choices if choice != getattr(default, name)]
        return found

    def terms_on(self, config: Any, data: str) -> tuple[Term, ...]:
        """Every term of a run on that data set: those of its steps and, on points, those of its samples."""
        if describe(data).kind != "points":
            return self.terms(config)
        # What is a mean over pixels is one over coordinates here.
        own = (replace(term, unit="a coordinate") if term.unit == "a pixel" else term for term in self.terms(config))
        return (*own, *self.measured(config, make_points(data)))

    def preset(self, name: str, kind: str, overrides: Mapping[str, Any] | None = None) -> Config:
        """The Config of a preset for a kind of data (images or points), some fields overridden."""
        names = sorted({preset for preset, _ in self.presets})
        if name not in names:
            raise ConfigError(f"preset: got {name!r}, allowed: {', '.join(names)}")
        config = self.config.parse(dict(self.presets[name, kind]) | dict(overrides or {}))
        self.check(config, kind)
        return config

    def check(self, config: Config, kind: str) -> None:
        """Refuses what this kind of data cannot have."""
        if kind == "images" and (waves := getattr(config, "fourier_features", 0)):
            raise ConfigError(f"fourier_features: got {waves}, allowed on images: 0")
        if kind == "points" and getattr(config, "net", "mlp") == "conv":
            nets = [net for net in options(self.config.model_fields["net"]) if net != "conv"]
            raise ConfigError(f"net: got 'conv', allowed on points: {', '.join(nets)}")
        if kind == "points" and getattr(config, "likelihood", "gaussian") != "gaussian":
            raise ConfigError("likelihood: got 'bernoulli', allowed on points: gaussian")
        if kind == "points" and getattr(config, "binarise", False):
            raise ConfigError("binarise: got true, allowed on points: false")
