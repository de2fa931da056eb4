"""The settings of a run: a Config whose fields are knobs, with all that a widget and an error message need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Self, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo

from genlab.locale import N_, Message


class ConfigError(ValueError):
    """A setting out of range: what, got, allowed."""

    @classmethod
    def of(cls, field: str, got: object, allowed: str) -> Self:
        """The error for a setting's name, the value it got and what it may have."""
        return cls(Message(N_("{field}: got {got}, allowed: {allowed}"), field=field, got=repr(got), allowed=allowed))


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
    images: Sequence[Any] = (),
    points: Sequence[Any] = (),
) -> Any:
    """A Config field with all a widget, the command line and an error message need.

    low, high: the allowed range, ends included; live: may be changed while the run trains; more: kept behind
    "more" on a page; logarithmic: its slider moves in powers of ten; telling: how it is said of a run, {value} standing
    for its value ("N = {value}"): of every run where `always`, else of one that has another value than the default;
    images, points: the only values that it may have on such data, where not all may be had there.
    """
    extra: Any = {
        "live": live, "more": more, "logarithmic": logarithmic, "telling": telling, "always": always,
        "images": list(images), "points": list(points),
    }  # fmt: skip
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
            if info is not None:
                raise ConfigError.of(field, first["input"], allowed(info)) from None
            names = Message(N_("one of {names}"), names=", ".join(cls.model_fields))
            raise ConfigError.of("setting", field, names) from None

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
    whole, ends = info.annotation is int, limits(info)
    if ends is None:
        return Message(N_("whole numbers")) if whole else Message(N_("numbers"))
    text = N_("whole numbers from {low} to {high}") if whole else N_("numbers from {low} to {high}")
    form = "d" if whole else "g"
    return Message(text, low=format(ends[0], form), high=format(ends[1], form))


def flag(info: FieldInfo, name: Literal["live", "more", "logarithmic", "always"]) -> bool:
    """One of the marks that `knob` left on a field."""
    extra = info.json_schema_extra
    return bool(extra.get(name)) if isinstance(extra, dict) else False


def fitting(info: FieldInfo, kind: str) -> list[Any]:
    """The only values that a field may have on a kind of data (images or points); empty where all may be had."""
    extra = info.json_schema_extra
    found = extra.get(kind) if isinstance(extra, dict) else None
    return found if isinstance(found, list) else []


def plain(value: Any) -> str:
    """A setting's value as one writes it: true, 0.5, conv."""
    return str(value).lower() if isinstance(value, bool) else str(value)


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
