"""The run view: the component that shows a run, live or in replay, in the visitor's browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from genlab.live.components import browser_component
from genlab.terms import Term

# Okabe and Ito's palette: one colour, one meaning, on every page and in both themes; and for what it has no colour for,
# others that people with any kind of colour blindness can tell from it. A sum of terms has the page's ink.
COLORS = {
    "data": "#0072B2",
    "generated": "#E69F00",
    "latent": "#009E73",
    "prior": "#999999",
    "discriminator": "#A23B72",
    "reconstruction": "#56B4E9",
    "kl": "#D55E00",
    "js": "#CC79A7",
    "value": "#8C5A2B",
    "variation": "#607A50",
    "transport": "#7F3FD9",
    "total": "currentColor",
}

_mount = browser_component(
    "run", "formula", "symbols", "status", "shown/shown", "code", "symptoms/symptoms", "curves/curves"
)


def describe_term(term: Term, translate: Any, band: tuple[float, float] | None = None) -> dict[str, Any]:
    """A term as the browser needs it; band: what it reads where nothing differs, (low, high)."""
    return {
        "key": term.key,
        "label": translate(term.label),
        "unit": translate(term.unit) if term.unit else "",
        "expect": translate(term.expect) if term.expect else "",
        "color": COLORS[term.role],
        "panel": term.panel,
        "heldOut": term.held_out,
        "bound": term.bound,
        "logarithmic": term.logarithmic,
        "band": band,
        "lines": [[value, plain(latex)] for value, latex in term.lines],
    }


def plain(latex: str) -> str:
    """The few LaTeX labels of reference lines as text for a chart."""
    return latex.replace(r"\log", "log").replace(r"\tfrac12", "½").replace("-", "−")


def run_view(
    data: dict[str, Any],
    key: str,
    forked: Callable[[], None] = lambda: None,
    cured: Callable[[], None] = lambda: None,
) -> None:
    """Mounts the view of data["run"]; when the run's state changes while someone watches, the page is drawn anew.
    `forked` is called when the person wants a copy: of the step that the component sends as "fork"; `cured` when it
    shall be one with what helps against a symptom: {"name", "step"}, sent as "cure"."""
    # state is declared, so that the browser may send it
    _mount(data, key, on_state_change=lambda: None, on_fork_change=forked, on_cure_change=cured)
