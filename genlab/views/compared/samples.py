"""What several runs drew at one moment, side by side: each of its own fixed noise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from genlab.data.images import tiled
from genlab.live.lab import lab
from genlab.live.widgets.run_view import COLORS
from genlab.models.points import VIEW
from genlab.runs.arrays import Arrays, unpack
from genlab.runs.store.record import Run, RunError
from genlab.runs.taken.film import IN_A_ROW
from genlab.views.frame.figures import told
from genlab.views.frame.session import translator

BESIDE = 4


def samples(runs: Sequence[Run], names: Sequence[str]) -> None:
    """Samples of each run at the chosen moment: of its newest frame up to it."""
    _ = translator()
    moments = {run.id: lab().store.frame_steps(run.id) for run in runs}
    steps = sorted({step for of_run in moments.values() for step in of_run})
    if not steps:
        return
    # Where the moment that was chosen is not there any more, as for other runs, the last one is.
    if st.session_state.get("compared_moment") not in steps:
        st.session_state["compared_moment"] = steps[-1]
    step = steps[0]
    if len(steps) > 1:
        step = st.select_slider(_("Samples at step"), steps, key="compared_moment")
    for begin in range(0, len(runs), BESIDE):
        columns = st.columns(BESIDE, gap="small")
        for column, run, name in zip(
            columns, runs[begin : begin + BESIDE], names[begin : begin + BESIDE], strict=False
        ):
            at = max((moment for moment in moments[run.id] if moment <= step), default=None)
            with column:
                one(run, name, at)


def one(run: Run, name: str, step: int | None) -> None:
    """What a run drew at a step of which there is a frame."""
    _ = translator()
    try:
        frame = None if step is None else unpack(lab().store.frame(run.id, step))
    except RunError:  # thinned out since the page heard of it
        frame = None
    if step is None or frame is None or "samples" not in frame:
        st.caption(f"{name}: {_('nothing drawn yet')}")
        return
    caption = _("{name}, step {step}").format(name=name, step=f"{step:,}")
    if frame["samples"].ndim == 3:
        st.image(tiled(frame["samples"], IN_A_ROW), caption=caption, width="stretch")
        return
    probe = lab().store.net(run.id, "probe")
    drawn = cloud(frame["samples"], unpack(probe[1]) if probe else {})
    st.plotly_chart(drawn, alt=told(drawn, caption, _), key=f"cloud_{run.id}")
    st.caption(caption)


def cloud(drawn: np.ndarray, probe: Arrays) -> go.Figure:
    """Points: data blue, generated orange; on a line all at one height."""
    chart = go.Figure()
    for points, role in ((probe.get("examples"), "data"), (drawn, "generated")):
        if points is not None:
            y = points[:, 1] if points.shape[1] > 1 else np.zeros(len(points))
            chart.add_scatter(x=points[:, 0], y=y, mode="markers", marker={"color": COLORS[role], "size": 4})
    reach = {"range": [-VIEW, VIEW], "showticklabels": False, "zeroline": False}
    chart.update_layout(height=240, margin={"l": 0, "r": 0, "t": 0, "b": 0}, showlegend=False, xaxis=reach, yaxis=reach)
    return chart
