"""One term of several runs on the same axes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import plotly.graph_objects as go
import streamlit as st

from genlab.live.lab import lab
from genlab.models import FAMILIES
from genlab.runs.store.record import Run
from genlab.views.bench.describe import named
from genlab.views.bench.told_apart import line
from genlab.views.frame.address import follow_address, to_address
from genlab.views.frame.figures import told
from genlab.views.frame.session import translator

PREFERRED = ("negative_elbo", "mse", "value")
# Of a smoothed curve: how much of its present value is the former one.
SMOOTHINGS = (0.0, 0.5, 0.8, 0.9, 0.95)
FAINT = 0.3

Curve = tuple[list[int], list[float]]


def overlay(runs: Sequence[Run], names: Sequence[str]) -> None:
    """The chart, and what it shows: which term, smoothed or not (it begins so), on linear axes or logarithmic ones."""
    _ = translator()
    histories = [lab().store.points(run.id) for run in runs]
    reported = {key for points in histories for _step, values in points for key in values}
    labels = {key: label for key, label in term_labels(runs).items() if key in reported}
    if not labels:
        st.caption(_("These runs have no curves yet."))
        return
    usual = next((key for key in PREFERRED if key in labels), next(iter(labels)))
    follow_address("term", labels, usual)
    if st.session_state["term"] not in labels:
        st.session_state["term"] = usual
    row = st.container(horizontal=True, vertical_alignment="bottom")
    key = row.selectbox(_("Term"), labels, format_func=labels.__getitem__, key="term", width=340)
    to_address("term", key, usual)
    smoothing = row.select_slider(_("Smoothing"), SMOOTHINGS, key="smoothing", format_func=in_words, width=160)
    curves = [curve(points, key) for points in histories]
    positive = all(value > 0 for _steps, values in curves for value in values)
    log_steps = row.toggle(_("Logarithmic steps"), key="log_steps")
    refused = None if positive else _("Some values are not above 0: they have no logarithm.")
    log_values = row.toggle(_("Logarithmic values"), key="log_values", disabled=not positive, help=refused)
    chart = figure(curves, names, smoothing)
    chart.update_layout(height=380, margin={"l": 40, "r": 10, "t": 10, "b": 40}, uirevision=key, showlegend=True)
    chart.update_xaxes(title=_("step"), type="log" if log_steps else "linear")
    chart.update_yaxes(title=labels[key], type="log" if log_values and positive else "linear")
    # The button that Plotly shows over the chart saves it as it stands.
    saved = {"format": "svg", "filename": f"genlab-{key}"}
    st.plotly_chart(
        chart,
        alt=told(chart, _("Curves of the compared runs"), _),
        key="overlay",
        config={"displaylogo": False, "toImageButtonOptions": saved},
    )


def figure(curves: Sequence[Curve], names: Sequence[str], smoothing: float) -> go.Figure:
    """A line a run; where they are smoothed, each as it is stands faint behind."""
    chart = go.Figure()
    for place, ((steps, values), name) in enumerate(zip(curves, names, strict=True)):
        if not steps:
            continue
        if smoothing:
            chart.add_scatter(
                x=steps, y=values, mode="lines", line=line(place), opacity=FAINT, showlegend=False, hoverinfo="skip"
            )
        chart.add_scatter(x=steps, y=smoothed(values, smoothing), name=name, mode="lines", line=line(place))
    return chart


def curve(points: Iterable[tuple[int, dict[str, float]]], key: str) -> Curve:
    """A term's steps and values."""
    known = [(step, values[key]) for step, values in points if key in values]
    return [step for step, _ in known], [value for _, value in known]


def smoothed(values: Sequence[float], weight: float) -> list[float]:
    """An exponential mean, of which the first values have their fair share (Kingma and Ba 2015, section 3)."""
    found, total, share = [], 0.0, 0.0
    for value in values:
        total, share = weight * total + (1 - weight) * value, weight * share + (1 - weight)
        found.append(total / share)
    return found


def in_words(smoothing: float) -> str:
    """How much a curve is smoothed."""
    return str(smoothing) if smoothing else translator()("off")


def term_labels(runs: Sequence[Run]) -> dict[str, str]:
    """The terms that these runs' families may report, by key, with unit, training before held-out: those of their
    present settings first, for a run whose loss was changed on its way has curves of others too."""
    _ = translator()
    labels: dict[str, str] = {}
    for run in runs:
        family = FAMILIES[run.family]
        for config in (family.config.parse(run.config), *family.variants()):
            for term in family.terms_on(config, run.data):
                unit = [_(term.unit)] if term.unit else []
                labels.setdefault(term.key, named(_(term.label), unit))
                if not term.held_out:
                    labels.setdefault(term.on_held_out().key, named(_(term.label), [*unit, _("held out")]))
    return labels
