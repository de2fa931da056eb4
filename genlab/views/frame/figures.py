"""What a chart of the server says of itself to those who do not see it."""

from __future__ import annotations

from itertools import islice
from typing import Any

import numpy as np
import plotly.graph_objects as go

from genlab.views.frame.session import Translate

MOST = 8


def told(figure: go.Figure, about: str, _: Translate) -> str:
    """The chart's words: what it is of, and of its first curves or bars how many values there are, between which they
    lie, and which is the last."""
    sentences = [about.rstrip(".")]
    traces: list[Any] = list(islice(figure.select_traces(), MOST))
    axis: Any = figure.layout
    for trace in traces:
        lying = getattr(trace, "orientation", None) == "h"
        values = np.asarray(trace.x if lying else trace.y, float)
        values = values[np.isfinite(values)]
        if len(values):
            said = _("{name}: {n} values from {low} to {high}, the last {last}").format(
                name=trace.name or axis.yaxis.title.text or "y",
                n=len(values),
                low=f"{values.min():.4g}",
                high=f"{values.max():.4g}",
                last=f"{values[-1]:.4g}",
            )
            sentences.append(said)
    return ". ".join(sentences)
