"""The runs of a class in one figure: of each member the newest, with what it drew last and how its loss went."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from io import BytesIO
from math import isfinite
from typing import TYPE_CHECKING

import streamlit as st

from genlab.classroom.led import members
from genlab.classroom.record import Class, ClassError
from genlab.live.lab import lab
from genlab.runs.store.record import Point, Run, RunError
from genlab.views.bench.refusals import refusal
from genlab.views.frame.pictures import source
from genlab.views.frame.session import owner, translator
from genlab.views.frame.troubles import careful

if TYPE_CHECKING:
    import numpy as np

KEPT = "class_collected"
WIDE, HIGH, SIDE = 160, 40, 160
# As on the page that compares runs: the first that a run reports.
SHOWN = ("negative_elbo", "mse", "value")
DRAWN = 16
STYLE = """<style>
.gl-collected { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); gap: .8rem; }
.gl-collected figure { margin: 0; min-width: 0; }
.gl-collected img { display: block; width: 100%; image-rendering: pixelated; border-radius: 6px; }
.gl-collected figcaption { font-size: .8rem; line-height: 1.3; overflow-wrap: anywhere; }
</style>"""


def collected(room: Class) -> None:
    """The press that collects, and what it brought; pressed again, it brings what is there by then."""
    _ = translator()
    found: tuple[str, str] | None = st.session_state.get(KEPT)
    st.button(_("Collect the runs"), key="class_collect", on_click=collect, args=(room,))
    if found is not None and found[0] == room.code:
        st.html(STYLE + found[1])


@careful
def collect(room: Class) -> None:
    """Makes the figure: the newest run of each member that was begun in the class."""
    _ = translator()
    store, figures = lab().store, []
    try:
        present = members(store.engine, owner(), room.code)
    except ClassError as error:
        st.session_state[KEPT] = (room.code, f"<p>{escape(refusal(error))}</p>")
        return
    for place, member in enumerate(present, 1):
        begun = (run for run in store.list(member.owner) if run.created.timestamp() >= member.joined)
        newest = next(begun, None)
        if newest is not None:
            figures.append(one(newest, member.nickname or f"({place})"))
    nothing = f"<p>{_('Nobody has trained a run in this class yet.')}</p>"
    body = f'<div class="gl-collected" data-testid="collected">{"".join(figures)}</div>' if figures else nothing
    st.session_state[KEPT] = (room.code, body)


def one(run: Run, whose: str) -> str:
    """One run: what it drew, its curve, whose it is and how far."""
    _ = translator()
    from genlab.models import FAMILIES  # late: they import torch
    from genlab.views.compared.curves import term_labels

    points = lab().store.points(run.id)
    key = next((name for name in SHOWN if points and name in points[-1][1]), None)
    last = "" if key is None else f" · {term_labels([run]).get(key, key)} {points[-1][1][key]:.4g}"
    step = _("step {n}").format(n=f"{run.step:,}")
    said = f"{whose}: {_(FAMILIES[run.family].title)}, {step}{last}"
    return f"<figure>{drawing(run)}{curve(points, key) if key else ''}<figcaption>{escape(said)}</figcaption></figure>"


def drawing(run: Run) -> str:
    """The samples of a run's newest frame, "" before there is one."""
    from genlab.runs.arrays import unpack

    store = lab().store
    steps = store.frame_steps(run.id)
    try:
        frame = unpack(store.frame(run.id, steps[-1])) if steps else {}
    except RunError:  # thinned out just now
        frame = {}
    if "samples" not in frame:
        return ""
    samples = frame["samples"]
    return f'<img alt="" src="{digits(samples) if samples.ndim == 3 else cloud(samples)}">'


def digits(samples: np.ndarray) -> str:
    """Some of the pictures in a square, as a picture's source."""
    from PIL import Image

    from genlab.data.images import tiled

    file = BytesIO()
    Image.fromarray(tiled(samples[:DRAWN], 4)).save(file, "PNG")
    return source(file.getvalue(), "png")


def cloud(samples: np.ndarray) -> str:
    """Points in their window, as a picture's source; on a line all at one height."""
    from genlab.live.widgets.run_view import COLORS
    from genlab.models.points import VIEW

    dots = "".join(
        f'<circle cx="{SIDE * (point[0] + VIEW) / (2 * VIEW):.1f}" '
        f'cy="{SIDE * (VIEW - (point[1] if len(point) > 1 else 0)) / (2 * VIEW):.1f}" r="1.5"/>'
        for point in samples.tolist()
    )
    return drawn(SIDE, f'<g fill="{COLORS["generated"]}">{dots}</g>')


def curve(points: Sequence[Point], key: str) -> str:
    """A term's curve without axes: its shape, as far as it is finite."""
    pairs = [(step, values[key]) for step, values in points if key in values and isfinite(values[key])]
    if not pairs:
        return ""
    low, high = min(value for _step, value in pairs), max(value for _step, value in pairs)
    last = max(pairs[-1][0], 1)
    line = " ".join(
        f"{WIDE * step / last:.1f},{2 + (HIGH - 4) * (high - value) / ((high - low) or 1):.1f}" for step, value in pairs
    )
    stroke = f'<polyline points="{line}" fill="none" stroke="#808694" stroke-width="2"/>'
    return f'<img alt="" src="{drawn(HIGH, stroke)}">'


def drawn(high: int, body: str) -> str:
    """A drawing as a picture's source."""
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {high}">{body}</svg>'
    return source(svg, "svg+xml")
