"""What a family of models says of itself: all that pages, routes and commands need to know of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal, NamedTuple

from genlab.data import classes_of, describe
from genlab.data.points import PointData, make_points
from genlab.locale import N_, Message
from genlab.models.config import Config, ConfigError, fitting, limits, options, plain
from genlab.models.model import MOST_CLASSES, Encodes, Explains, Importance, Labelled, Model, Part, Shape
from genlab.models.play import Picture, Play, from_noise, round_trip
from genlab.models.points import measured_terms
from genlab.models.quality import quality_terms, ruled
from genlab.models.size import check_size
from genlab.seeded import drawn_with
from genlab.symptoms import Symptom
from genlab.terms import Term

Noise = Literal["normal", "uniform", "laplace"]
Pieces = tuple[tuple[str, str | None], ...]
# Of a step, where a family does not say which matter most.
TOLD = 3


class Likelihood(NamedTuple):
    """p(x|z): its name, and its deviation where it is Gaussian."""

    name: Literal["bernoulli", "gaussian"]
    deviation: float


# What an example of a kind of data is.
SHAPES: dict[str, Shape] = {"images": (1, 28, 28), "points": (2,)}
# Kinds of data, as sentences have them.
KINDS = {"images": N_("images"), "points": N_("points")}


@dataclass(frozen=True)
class Family:
    """One line of FAMILIES: its name, Config, Model, terms, and presets by (preset, kind of data). The rest may be left
    out; what a family can do is then read from its Model.

    terms: what its steps report; measured: what its samples are measured by where the data is points; parts: the
    players that can be stepped alone. short: its name where there is little room; page: where it is trained, if it has
    a page of its own; prior: whether its decoder was taught to decode draws from p(z); latents: the size of z, by the
    settings and the shape of an example; unfolds: whether its decoder is a way in time, from z at t = 0 to x at t = 1;
    noise: what p(z) is; likelihood: p(x|z), where it has one; reconstruction: the key of the term that says what a
    reconstruction costs; drawn_by: what its frames' samples are; refusals: why a place has nothing to show of it, by
    the place; notes: what is to be known of its numbers; remedy: what helps besides a lower learning rate where it
    leaves the numbers; of_training: settings that its untrained model does not depend on; play: what the playground
    draws; symptoms: what can befall a run of these settings on that data, given the usual settings there; compared:
    whether it is trained where all are put side by side.
    """

    name: str
    title: str
    config: type[Config]
    build: Callable[[Any, Shape], Model]
    terms: Callable[[Any], tuple[Term, ...]]
    formula: Callable[[Any], Pieces]
    presets: Mapping[tuple[str, str], Mapping[str, Any]]
    parts: tuple[Part, ...] = ()
    measured: Callable[[Any, PointData], tuple[Term, ...]] = lambda config, data: measured_terms(data)
    short: str = ""
    page: str = ""
    prior: bool = True
    latents: Callable[[Any, Shape], int] = lambda config, shape: config.latents
    unfolds: bool = False
    compared: bool = True
    noise: Callable[[Any], Noise] = lambda config: "normal"
    likelihood: Callable[[Any], Likelihood | None] = lambda config: None
    reconstruction: str = ""
    drawn_by: str = N_("Samples: one fixed noise, through the decoder")
    refusals: Mapping[str, str] = field(default_factory=dict)
    notes: Callable[[Any], tuple[str, ...]] = lambda config: ()
    remedy: Callable[[Any], str] = lambda config: ""
    of_training: tuple[str, ...] = ()
    play: Play = field(default_factory=Play)
    symptoms: Callable[[Any, str, Config], tuple[Symptom, ...]] = lambda config, data, usual: ()

    @cached_property
    def model(self) -> type[Model]:
        """The class of its models."""
        if isinstance(self.build, type):
            return self.build
        with drawn_with(0):  # whoever only asks draws nothing from a generator that others use
            name, kind = next(iter(self.presets))
            return type(self.build(self.preset(name, kind), SHAPES[kind]))

    @property
    def encodes(self) -> bool:
        """Whether an example has a code."""
        return issubclass(self.model, Encodes)

    @property
    def explains(self) -> bool:
        """Whether that code is a distribution q(z|x)."""
        return issubclass(self.model, Explains)

    @property
    def labelled(self) -> bool:
        """Whether its nets are told the class of x."""
        return issubclass(self.model, Labelled)

    @property
    def importance(self) -> Importance:
        """By what its latents are ranked."""
        return self.model.importance_is()

    @property
    def kinds(self) -> set[str]:
        """The kinds of data that it has presets for: images, points."""
        return {kind for _, kind in self.presets}

    def picture(self, config: Any) -> Picture:
        """What the playground draws; where the family does not say, what its Model can do says it."""
        if self.play.picture is not None:
            return self.play.picture(config)
        verdict = tuple((term.key, term.label) for term in self.terms(config)[:TOLD])
        if self.encodes:
            return round_trip(verdict, draws=self.explains, prior=self.prior)
        return from_noise(verdict)

    def variants(self) -> list[Config]:
        """The default settings, and these with one knob at a time at each of its choices or ends: all that may change
        what a family says of itself."""
        default = self.config()
        found = [default]
        for name, info in self.config.model_fields.items():
            choices = options(info) or limits(info) or (False, True)
            found += [default.changed(**{name: choice}) for choice in choices if choice != getattr(default, name)]
        return found

    def latents_on(self, config: Mapping[str, Any], data: str) -> int:
        """The size of z in a run of these settings on that data set."""
        return self.latents(self.config.parse(config), describe(data).shape)

    def terms_on(self, config: Any, data: str) -> tuple[Term, ...]:
        """Every term of a run on that data set: those of its steps, and of samples of points and digits."""
        if describe(data).kind != "points":
            return (*self.terms(config), *(quality_terms() if self.is_ruled(data) else ()))
        # What is a mean over pixels is one over coordinates here.
        own = (replace(term, unit="a coordinate") if term.unit == "a pixel" else term for term in self.terms(config))
        return (*own, *self.measured(config, make_points(data)))

    def is_ruled(self, data: str) -> bool:
        """Whether samples of a run on that data set are laid on the ruler while it trains."""
        return ruled(data) and "quality" in self.model.metrics

    def symptoms_on(self, config: Any, data: str) -> tuple[Symptom, ...]:
        """What can befall a run of these settings on that data set, each with what helps."""
        return self.symptoms(config, data, self.preset(next(iter(self.presets))[0], describe(data).kind))

    def preset(self, name: str, kind: str, overrides: Mapping[str, Any] | None = None) -> Config:
        """The Config of a preset for a kind of data (images or points), some fields overridden."""
        names = sorted({preset for preset, _ in self.presets})
        if name not in names:
            raise ConfigError.of("preset", name, ", ".join(names))
        self.check_kind(kind)
        config = self.config.parse(dict(self.presets[name, kind]) | dict(overrides or {}))
        self.check(config, kind)
        self.check_size(config, kind)
        return config

    def check(self, config: Config, kind: str) -> None:
        """Refuses what this kind of data cannot have."""
        self.check_kind(kind)
        for name, info in type(config).model_fields.items():
            value, allowed = getattr(config, name), fitting(info, kind)
            if allowed and value not in allowed:
                got = repr(value) if isinstance(value, str) else plain(value)
                text = N_("{field}: got {got}, allowed on {kind}: {allowed}")
                choices = ", ".join(map(plain, allowed))
                raise ConfigError(Message(text, field=name, got=got, kind=worded(kind), allowed=choices))

    def check_size(self, config: Config, kind: str) -> None:
        """Refuses a new run whose net is larger than what may be kept of it."""
        check_size(self.build, config, SHAPES[kind])

    def check_kind(self, kind: str) -> None:
        """Refuses a kind of data that the family does not learn."""
        if kind not in self.kinds:
            text, kinds = N_("data: got {kind}, allowed for {family}: {allowed}"), ", ".join(sorted(self.kinds))
            raise ConfigError(Message(text, kind=worded(kind), family=self.name, allowed=kinds))

    def learns(self, data: str) -> bool:
        """Whether it can be trained on that data set."""
        return describe(data).kind in self.kinds and (not self.labelled or 2 <= classes_of(data) <= MOST_CLASSES)

    def check_data(self, data: str) -> None:
        """Refuses data that the family does not learn: another kind, or without the classes that it asks for."""
        self.check_kind(describe(data).kind)
        if not self.learns(data):
            text = N_("data: got {title} with {got} classes, allowed for {family}: data with {least} to {most} classes")
            known = {"title": describe(data).title, "got": classes_of(data), "family": self.name}
            raise ConfigError(Message(text, **known, least=2, most=MOST_CLASSES))


def worded(kind: str) -> str:
    """A kind of data in a sentence."""
    return Message(KINDS[kind]) if kind in KINDS else kind
