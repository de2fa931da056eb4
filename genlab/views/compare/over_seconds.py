"""How near each model's samples came to the data, over the seconds of its training: quality against compute."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from genlab.side_by_side.names import OVER_SECONDS, REAL
from genlab.views.bench.told_apart import line
from genlab.views.compare.words import COLUMNS, title_of

if TYPE_CHECKING:
    from genlab.runs.work.rows import MadeRow
    from genlab.views.frame.session import Translate

HEIGHT = 300


def chart(rows: Sequence[MadeRow], kind: str, _: Translate) -> go.Figure | None:
    """A line a model; a dot for what was measured once; real examples as a level. None where nothing was measured."""
    shown = [row for row in rows if row.over_seconds]
    if not any(row.model != REAL for row in shown):
        return None
    figure = go.Figure()
    for place, row in enumerate(row for row in shown if row.model != REAL):
        seconds, values = zip(*row.over_seconds, strict=True)
        figure.add_scatter(
            x=seconds, y=values, name=title_of(row.model, row.rule, _), mode="lines+markers", line=line(place),
            marker={"size": 5 if len(seconds) > 1 else 9, "color": line(place)["color"]},
            hovertemplate="%{y:.4~g}, %{x:.1f} s",
        )  # fmt: skip
    for row in shown:
        if row.model == REAL:
            figure.add_hline(
                y=row.over_seconds[0][1], line={"color": "#999999", "width": 1, "dash": "dash"},
                annotation_text=title_of(row.model, row.rule, _), annotation_position="bottom right",
            )  # fmt: skip
    column = COLUMNS[OVER_SECONDS[kind]]
    unit = f" ({_(column.unit)})" if column.unit else ""
    figure.update_layout(height=HEIGHT, margin={"l": 40, "r": 10, "t": 10, "b": 40}, showlegend=True)
    figure.update_xaxes(title=_("seconds of training"), rangemode="tozero")
    figure.update_yaxes(title=_(column.title) + unit, type="log" if kind == "images" else "linear")
    return figure


def caption(kind: str, _: Translate) -> str:
    """What the chart shows."""
    if kind == "images":
        return _(
            "Of 500 samples a moment: among so few the distance lies higher than in the table, that of real examples "
            "(dashed) too. One dot: measured at the end alone."
        )
    return _("Of 2,048 samples a moment. One dot: measured at the end alone.")
