"""The run view: the component that shows a run, live or in replay, in the visitor's browser."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from latex2mathml.converter import convert
from streamlit.components.v2 import component

from genlab.terms import Term

STATIC = Path(__file__).parent / "static"

# Okabe and Ito's palette: one colour, one meaning, on every page and in both themes.
COLORS = {
    "data": "#0072B2",
    "generated": "#E69F00",
    "latent": "#009E73",
    "prior": "#999999",
    "discriminator": "#882255",
    "reconstruction": "#56B4E9",
    "kl": "#D55E00",
    "js": "#CC79A7",
    "total": "#7f7f7f",
    "value": "#7f7f7f",
}

# The page's script only fetches the module and hands over: the modules stay files, cached by the browser.
LOADER = """
export default function (component) {
  const base = location.origin + component.data.base;
  import(`${base}/lab/static/run.js`).then((module) => module.mount(component));
}
"""

_mount = component(
    "genlab_run", html="<div></div>", css=(STATIC / "run.css").read_text(), js=LOADER, isolate_styles=False
)


@cache
def mathml(latex: str) -> str:
    """LaTeX as MathML, which browsers draw themselves."""
    return convert(latex)


def base_address() -> str:
    """The path under which the app is served, without a slash at its end; empty at the root."""
    path = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


def describe_term(term: Term, translate: Any) -> dict[str, Any]:
    """A term as the browser needs it."""
    return {
        "key": term.key,
        "label": translate(term.label),
        "unit": translate(term.unit),
        "expect": translate(term.expect) if term.expect else "",
        "color": COLORS[term.role],
        "panel": term.panel,
        "lines": [[value, plain(latex)] for value, latex in term.lines],
    }


def plain(latex: str) -> str:
    """The few LaTeX labels of reference lines as text for a chart."""
    return latex.replace(r"\log", "log").replace(r"\tfrac12", "½").replace("-", "−")


def run_view(data: dict[str, Any], key: str) -> None:
    """Mounts the view of data["run"]; when the run's state changes while someone watches, the page is drawn anew."""
    _mount(
        key=key,
        data=data | {"base": base_address()},
        on_state_change=lambda: None,  # declared, so that the browser may send it
    )
