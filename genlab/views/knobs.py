"""Widgets made from a Config: each field knows its range, its label and its help."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from typing import Any

import streamlit as st
from pydantic.fields import FieldInfo

from genlab.models import Config, Family
from genlab.models.base import flag, limits, options
from genlab.views.address import from_address, to_address
from genlab.views.session import N_, translator

LOG_STOPS = (1, 2, 5)
# What a person reads in place of a setting's name.
CHOICES = {
    "minimax": N_("Minimax"),
    "non_saturating": N_("Non-saturating"),
    "least_squares": N_("Least squares"),
    "hinge": N_("Hinge"),
    "wgan_gp": "WGAN-GP",
    "mlp": N_("Fully connected"),
    "conv": N_("Convolutional"),
    "linear": N_("Linear"),
    "normal": N_("Normal"),
    "uniform": N_("Uniform"),
    "adam": "Adam",
    "sgd": "SGD",
    "constant": N_("Constant"),
    "one_cycle": N_("One cycle"),
    "flat_then_fall": N_("Flat, then falling"),
    "bernoulli": N_("Bernoulli"),
    "gaussian": N_("Gaussian"),
}


def stops(low: float, high: float, whole: bool) -> list[Any]:
    """1, 2, 5, 10, ... within a range, its ends among them, for a logarithmic slider."""
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    found = {m * 10.0**d for d in decades for m in LOG_STOPS if low <= m * 10.0**d <= high} | {low, high}
    return sorted(int(stop) if whole else float(f"{stop:.6g}") for stop in found)


def choice(name: str, info: FieldInfo, choices: Sequence[str], value: str, common: dict[str, Any], bound: bool) -> None:
    """The widget of a field that is one of some names: in words on the page, by its name in the address, where a bound
    widget would put the words."""
    _ = translator()
    if bound:
        from_address(name, choices, value)
    default: dict[str, Any] = {} if name in st.session_state else {"index": choices.index(value)}
    label = _(info.title or name)
    chosen = st.selectbox(
        label, choices, format_func=lambda one: _(CHOICES.get(str(one), str(one))), **default, **common
    )
    if bound:
        to_address(name, chosen, value)


def widget(
    name: str, info: FieldInfo, value: Any, changed: Callable[[str], None], disabled: bool, bound: bool = True
) -> None:
    """One field's widget; its key is the field's name, also in the address, where it is bound to it."""
    _ = translator()
    label = _(info.title or name)
    common: dict[str, Any] = {
        "key": name,
        "help": _(info.description) if info.description else None,
        "bind": "query-params" if bound else None,
        "on_change": changed,
        "args": (name,),
        "disabled": disabled,
    }
    ends = limits(info)
    # A value that the session already holds (from the address, or set by another preset) is not to be given twice.
    default: dict[str, Any] = {} if name in st.session_state else {"value": value}
    if choices := options(info):
        choice(name, info, choices, value, {key: given for key, given in common.items() if key != "bind"}, bound)
    elif ends is None:
        st.toggle(label, **default, **common)
    elif flag(info, "logarithmic"):
        present = st.session_state.get(name, value)
        marks = sorted({*stops(*ends, info.annotation is int), value, present})
        # The words shown are those in the address: steps=1000000, as on the command line.
        st.select_slider(label, marks, **default, format_func=str, **common)
    elif info.annotation is int:
        st.slider(label, int(ends[0]), int(ends[1]), **default, step=1, **common)
    else:
        step, form = (0.0001, "%.4f") if name == "ema" else (0.01, "%.2f")
        st.slider(label, float(ends[0]), float(ends[1]), **default, step=step, format=form, **common)


def knobs(
    family: Family,
    base: Config,
    active: bool,
    changed: Callable[[str], None],
    first: Sequence[str] | None = None,
    absent: Collection[str] = (),
    bound: bool = True,
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
            widget(name, info, getattr(base, name), changed, active and not flag(info, "live"), bound)
