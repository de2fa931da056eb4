"""Widgets made from a Config: each field knows its range, its label and its help."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from typing import Any

import numpy as np
import streamlit as st
from pydantic.fields import FieldInfo

from genlab.models import Config, ConfigError, Family
from genlab.models.base import flag, limits, options
from genlab.views.frame.address import rewrite
from genlab.views.frame.session import N_, translator

LOG_STOPS = (1, 2, 5)
# Where a logarithmic slider begins at 0: the decades below its end that have stops.
DECADES_ABOVE_0 = 4
# What a person reads in place of a setting's name.
CHOICES = {
    "minimax": N_("Minimax"),
    "non_saturating": N_("Non-saturating"),
    "least_squares": N_("Least squares"),
    "hinge": N_("Hinge"),
    "wgan_gp": "WGAN-GP",
    "mlp": N_("Fully connected"),
    "conv": N_("Convolutional"),
    "deep": N_("Deep convolutional"),
    "residual": N_("Residual"),
    "linear": N_("Linear"),
    "normal": N_("Normal"),
    "uniform": N_("Uniform"),
    "laplace": N_("Laplace"),
    "adam": "Adam",
    "sgd": "SGD",
    "constant": N_("Constant"),
    "one_cycle": N_("One cycle"),
    "flat_then_fall": N_("Flat, then falling"),
    "bernoulli": N_("Bernoulli"),
    "gaussian": N_("Gaussian"),
    "sum": N_("Sum"),
    "mean": N_("Mean"),
    "euler": N_("Euler"),
    "midpoint": N_("Midpoint"),
    "heun": N_("Heun"),
    "velocity": N_("Velocity v"),
    "data": N_("Example x₁"),
}


def stops(low: float, high: float, whole: bool) -> list[Any]:
    """1, 2, 5, 10, ... within a range, its ends among them, for a logarithmic slider; one that begins at 0 has a stop
    there, and four decades."""
    least = low or 10.0 ** (math.ceil(math.log10(high)) - DECADES_ABOVE_0)
    decades = range(math.floor(math.log10(least)), math.ceil(math.log10(high)) + 1)
    found = {m * 10.0**d for d in decades for m in LOG_STOPS if least <= m * 10.0**d <= high} | {low, high}
    return sorted(
        {int(stop) if whole else float(f"{stop:.6g}") for stop in found if stop >= 1 or not whole or not stop}
    )


def shown(value: Any) -> str:
    """A knob's value in all its digits, as the slider shows it and the address says it: 1000000, 0.075, 0.00002."""
    if isinstance(value, float):
        return np.format_float_positional(value, trim="-")
    return str(value).lower() if isinstance(value, bool) else str(value)


def from_link(config: Config) -> Config:
    """The settings with what the address says over them; what makes no sense there is ignored."""
    for name, text in st.query_params.to_dict().items():
        if name in type(config).model_fields:
            with suppress(ConfigError):
                config = config.changed(**{name: text})
    return config


def to_link(base: Config, values: dict[str, Any]) -> None:
    """Writes into the address the knobs that differ from what the page begins with."""
    begun = base.model_dump()
    rewrite(**{name: None if values[name] == usual else shown(values[name]) for name, usual in begun.items()})


def widget(name: str, info: FieldInfo, value: Any, changed: Callable[[str], None], disabled: bool) -> None:
    """One field's widget; its key is the field's name."""
    _ = translator()
    label = _(info.title or name)
    common: dict[str, Any] = {
        "key": name,
        "help": _(info.description) if info.description else None,
        "on_change": changed,
        "args": (name,),
        "disabled": disabled,
    }
    ends = limits(info)
    # A value that the session already holds (from the address, or set by another preset) is not to be given twice.
    present = st.session_state.get(name, value)
    default: dict[str, Any] = {} if name in st.session_state else {"value": value}
    if choices := options(info):
        default = {} if name in st.session_state else {"index": choices.index(value)}
        st.selectbox(label, choices, format_func=lambda one: _(CHOICES.get(str(one), str(one))), **default, **common)
    elif ends is None:
        st.toggle(label, **default, **common)
    elif flag(info, "logarithmic"):
        # A value between the stops is one of them as long as it is there.
        marks = sorted({*stops(*ends, info.annotation is int), value, present})
        st.select_slider(label, marks, **default, format_func=shown, **common)
    elif info.annotation is int:
        st.slider(label, int(ends[0]), int(ends[1]), **default, step=1, **common)
    else:
        step = 0.0001 if name == "ema" else 0.01
        # %g: all the digits that the value has.
        st.slider(label, float(ends[0]), float(ends[1]), **default, step=step, format="%g", **common)


def knobs(
    family: Family,
    base: Config,
    active: bool,
    changed: Callable[[str], None],
    first: Sequence[str] | None = None,
    absent: Collection[str] = (),
) -> None:
    """All widgets of a family but those in `absent`: three or four at once (those in `first`, where a page has its own
    choice), the rest behind "more". While a run is on, only its live fields move; the others wait for the next run."""
    _ = translator()
    fields = {name: info for name, info in family.config.model_fields.items() if name not in absent}
    first = [name for name, info in fields.items() if not flag(info, "more")] if first is None else first
    place = st.container()
    more = st.expander(_("More settings"))
    for name in [*first, *(name for name in fields if name not in first)]:
        info = fields[name]
        with place if name in first else more:
            widget(name, info, getattr(base, name), changed, active and not flag(info, "live"))
