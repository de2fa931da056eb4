"""Two densities on a line, moved by hand in the browser; their divergences follow every move."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from genlab.formulas import mathml
from genlab.live.components import browser_component
from genlab.live.widgets.run_view import COLORS
from genlab.terms import Term

_mount = browser_component("densities", "symbols")


def densities(
    terms: list[tuple[Term, str, str]],
    presets: list[dict[str, str]],
    labels: dict[str, Any],
    language: str,
    key: str,
    given: Mapping[str, str] | None = None,
) -> None:
    """Mounts the picture. given: its state, as the address would have it; without one it is in the address, which it
    reads and writes by itself.

    terms: each number with what its integrand is called and its own short name, in the order of display; presets:
    {key, title}; labels: the words; all in the visitor's language.
    """
    numbers = [
        {
            "key": term.key,
            "name": name,
            "label": term.label,
            "unit": term.unit,
            "expect": term.expect,
            "color": COLORS[term.role],
            "formula": mathml(term.symbol, language),
            "integrand": integrand,
        }
        for term, integrand, name in terms
    ]
    state = None if given is None else dict(given)
    data = {"numbers": numbers, "presets": presets, "labels": labels, "language": language, "given": state}
    _mount(data, key)
