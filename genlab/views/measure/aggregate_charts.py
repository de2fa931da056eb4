"""The charts of the aggregate posterior: figures that stay."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from genlab.aggregate import Decomposition
from genlab.live.widgets.run_view import COLORS
from genlab.views.frame.session import Translate

HEIGHT = 290
ACTIVE_NATS = 0.01
# As the browser's modules colour digits (static/core/palette.js).
DIGITS = (
    "#4e79a7", "#f28e2b", "#59a14f", "#e15759", "#b07aa1", "#9c755f", "#ff9da7", "#bab0ac", "#76b7b2", "#edc948",
)  # fmt: skip
GOLDEN = 137.508
BINS = 60


def class_colour(label: int) -> str:
    """A class' colour, as static/core/palette.js has it: after the ten come hues far apart from their neighbours'."""
    return DIGITS[label] if label < len(DIGITS) else f"hsl({round(label * GOLDEN % 360)}, 55%, 55%)"


def blank(height: int, across: str, up: str) -> go.Figure:
    """An empty figure with named axes."""
    figure = go.Figure()
    figure.update_layout(
        height=height, margin={"l": 8, "r": 8, "t": 8, "b": 8}, showlegend=False, dragmode=False, hovermode="closest"
    )
    figure.update_xaxes(title=across, fixedrange=True, automargin=True)
    figure.update_yaxes(title=up, fixedrange=True, automargin=True)
    return figure


def identity(parts: Decomposition, _: Translate) -> go.Figure:
    """E KL(q(z|x) || p(z)) as one bar: what is information for certain, what is divergence for certain, and between
    them what so few examples cannot tell."""
    least, most = parts.information
    pieces = [
        (_("information I(x; z)"), least, COLORS["latent"], ""),
        (_("one or the other"), most - least, COLORS["latent"], "/"),
        ("KL(q(z) ‖ p(z))", parts.kl - most, COLORS["kl"], ""),
    ]
    figure = blank(140, _("nats"), "")
    for name, nats, colour, pattern in pieces:
        figure.add_bar(
            x=[nats],
            y=[""],
            orientation="h",
            name=name,
            marker={
                "color": colour,
                "pattern": {"shape": pattern, "fgcolor": COLORS["kl"], "bgcolor": colour, "fillmode": "replace"},
            },
            hovertemplate=f"{name}: %{{x:.2f}} {_('nats')}<extra></extra>",
        )
    figure.update_layout(
        barmode="stack",
        showlegend=True,
        legend={"orientation": "h", "y": 1.15, "yanchor": "bottom", "traceorder": "normal"},
    )
    figure.update_xaxes(range=[0, max(parts.kl, 0.01)], nticks=8)
    return figure


def kl_bars(values: np.ndarray, order: np.ndarray, _: Translate) -> go.Figure:
    """KL(q(z_j|x) || p(z_j)) of each latent, the largest first."""
    figure = blank(HEIGHT, _("latents, by their KL"), _("nats"))
    colours = [COLORS["kl"] if value > ACTIVE_NATS else COLORS["prior"] for value in values]
    names = [f"z{number + 1}" for number in order]
    figure.add_bar(
        x=list(range(1, len(values) + 1)),
        y=values,
        marker_color=colours,
        customdata=names,
        hovertemplate=f"%{{customdata}}: %{{y:.3f}} {_('nats')}<extra></extra>",
    )
    figure.update_xaxes(nticks=6)
    figure.update_yaxes(rangemode="tozero")
    return figure


def prior_line(figure: go.Figure, at: np.ndarray) -> None:
    """N(0, 1), above the other lines: where they lie on it, it must be seen."""
    figure.add_scatter(
        x=at,
        y=np.exp(-(at**2) / 2) / np.sqrt(2 * np.pi),
        line={"color": COLORS["prior"], "width": 4, "dash": "dash"},
        hoverinfo="skip",
    )


def density(at: np.ndarray, densities: np.ndarray, order: np.ndarray, kl: np.ndarray, _: Translate) -> go.Figure:
    """Each latent's aggregate posterior on the prior."""
    figure = blank(HEIGHT, "z", _("density"))
    for number, row, nats in zip(order, densities, kl, strict=True):
        figure.add_scatter(
            x=at,
            y=row,
            line={"color": COLORS["latent"], "width": 1.5},
            opacity=0.8,
            hovertemplate=f"z{number + 1}: KL(q(z) ‖ p(z)) {max(0.0, nats):.3f} {_('nats')}<extra></extra>",
        )
    prior_line(figure, at)
    figure.update_yaxes(rangemode="tozero")
    return figure


def code_density(codes: np.ndarray, order: np.ndarray, _: Translate) -> go.Figure:
    """Histograms of an autoencoder's codes, as lines, beside N(0, 1)."""
    figure = blank(HEIGHT, "z", _("density"))
    reach = max(4.0, float(np.quantile(np.abs(codes), 0.995)))
    edges = np.linspace(-reach, reach, BINS + 1)
    middles = (edges[1:] + edges[:-1]) / 2
    for number, column in zip(order, codes.T, strict=True):
        counts, _edges = np.histogram(column, edges, density=True)
        figure.add_scatter(
            x=middles,
            y=counts,
            line={"color": COLORS["latent"], "width": 1.5, "shape": "hvh"},
            opacity=0.8,
            hovertemplate=f"z{number + 1}<extra></extra>",
        )
    prior_line(figure, np.linspace(-reach, reach, 301))
    figure.update_yaxes(rangemode="tozero")
    return figure


def plane(z: np.ndarray, order: np.ndarray, labels: Any, prior: bool, _: Translate) -> go.Figure:
    """Codes on the plane of the first two latents in order, coloured by class, with N(0, I)'s circles."""
    first, second = int(order[0]), int(order[1]) if len(order) > 1 else int(order[0])
    figure = blank(HEIGHT, f"z{first + 1}", f"z{second + 1}")
    spread = float(np.quantile(np.abs(z[:, [first, second]]), 0.995))
    reach = 4.0 if prior else max(4.0, spread)
    colours = [class_colour(int(label)) for label in labels] if labels is not None else COLORS["latent"]
    kind = _("class")
    figure.add_scattergl(
        x=z[:, first],
        y=z[:, second],
        mode="markers",
        marker={"size": 4, "color": colours},
        customdata=labels,
        hovertemplate="<extra></extra>" if labels is None else f"{kind} %{{customdata}}<extra></extra>",
    )
    for radius in (1, 2, 3):
        figure.add_shape(
            type="circle",
            x0=-radius, x1=radius, y0=-radius, y1=radius,
            line={"color": COLORS["prior"], "width": 2},
        )  # fmt: skip
    figure.update_xaxes(range=[-reach, reach], constrain="domain")
    figure.update_yaxes(range=[-reach, reach], scaleanchor="x", constrain="domain")
    return figure
