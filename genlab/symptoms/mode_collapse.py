"""Mode collapse: G draws only some of what there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from genlab.locale import N_
from genlab.symptoms.seen import Point, Seen, Symptom, column, mean, recent

WINDOW, LEAST = 0.15, 4
MISSED = 2 / 3
# A G that draws one digit has a tenth of the data's variance and less.
NARROW = 0.3


def mode_collapse(points: Sequence[Point], plan: int, modes: int) -> Seen | None:
    """Whether samples keep to some of the data's modes (Goodfellow 2016, section 5.1.1; counted as in Srivastava et al.
    2017, but within three deviations of a mode's middle).

    Seen where through the last 15 % of the plan at most two thirds of the `modes` are captured at every look, and one
    at least at some: samples that lie nowhere near the data have not collapsed.
    """
    window = recent(points, plan, WINDOW, LEAST)
    captured = column(window, "modes")
    if len(captured) < LEAST or not 1 <= max(captured) <= MISSED * modes:
        return None
    return Seen({"modes": mean(captured), "all": float(modes)}, window[0][0])


def narrow_samples(points: Sequence[Point], plan: int) -> Seen | None:
    """The same where modes cannot be counted: whether samples are far more alike than the data.

    Seen where through the last 15 % of the plan `spread`, the total variance of samples over that of held-out
    data, is below 0.3 at every look; 1 where they are as varied.
    """
    window = recent(points, plan, WINDOW, LEAST)
    spread = column(window, "spread")
    if len(spread) < LEAST or max(spread) > NARROW:
        return None
    return Seen({"spread": mean(spread)}, window[0][0])


def symptom(modes: int | None, cure: Mapping[str, Any]) -> Symptom:
    """The symptom of a generator; modes: how many the data has, None where they cannot be counted."""
    return Symptom(
        "mode_collapse",
        N_("Mode collapse"),
        N_("Samples vary {spread} times as much as the data do.")
        if modes is None
        else N_("Samples reach {modes} of the data's {all} modes."),
        N_(
            "G is paid for samples that D takes for data, not for drawing all kinds of them: it may put all of them "
            "where D is wrong just now. It comes where G learns faster than D can answer, or D is not steadied. Equal "
            "rates, R1, and matched features make D answer in time."
        ),
        narrow_samples if modes is None else partial(mode_collapse, modes=modes),
        cure,
    )
