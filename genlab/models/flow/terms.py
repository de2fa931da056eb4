"""What flow matching reports, and its loss as a formula."""

from __future__ import annotations

from typing import Any

from genlab.terms import Term

MATCHING = Term(
    key="matching",
    symbol=r"\mathbb{E}\,\lVert v_\theta(x_t,t) - (x_1 - x_0) \rVert^2",
    label="Flow matching loss",
    unit="",
    better="lower",
    role="total",
    panel="loss",
    expect="It does not fall to 0: where straight lines cross, one velocity has to stand for several, and their "
    "variance stays. So compare it on the same data only.",
)
EXPLAINED = Term(
    key="explained",
    symbol="R^2",
    label="Explained share of the velocities",
    unit="",
    better="higher",
    role="generated",
    panel="explained",
    expect="1 minus the loss over the variance of x₁ − x₀. 0: no better than one velocity for all; 1 only if no two "
    "lines cross. Below 0 before it has learned.",
    lines=((0.0, "0"), (1.0, "1")),
)


def terms(config: Any) -> tuple[Term, ...]:
    """What a flow reports."""
    return (MATCHING, EXPLAINED)


def formula(config: Any) -> tuple[tuple[str, str | None], ...]:
    """The loss in pieces: (LaTeX, the term whose number stands under it); an empty piece begins a line."""
    asked = (
        (("", None), (r"v_\theta = \frac{\hat x_1(x_t, t) - x_t}{1 - t}", None)) if config.predicts == "data" else ()
    )
    return (
        (r"\mathcal{L} =", None),
        (MATCHING.symbol, "matching"),
        (rf"{EXPLAINED.symbol} = 1 - \mathcal{{L}}\,/\,\mathrm{{Var}}(x_1 - x_0)", "explained"),
        ("", None),
        (r"x_t = (1-t)\,x_0 + t\,x_1,", None),
        (r"x_0 \sim \mathcal{N}(0, I)", None),
        *asked,
    )
