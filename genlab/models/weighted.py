"""A bound whose KL is weighed: what is minimised then is no bound, and a line of its own says what it is."""

from __future__ import annotations

from genlab.terms import Term

OBJECTIVE = Term(
    key="objective",
    symbol=r"\mathcal{L}",
    label="What is minimised",
    unit="nats an example",
    better="lower",
    role="total",
    panel="",
    expect="The negative ELBO counts KL once, whatever β is; this counts KL as it is weighed.",
)


def weighted_kl(kl: Term, free_bits: float = 0.0) -> Term:
    """The part of KL in what is minimised. free_bits: what each latent may use unpunished."""
    punished = kl.symbol
    if free_bits:
        punished = rf"\sum_j\max(\mathrm{{KL}}_j,\,{free_bits:g})"
    return Term(
        key="weighted_kl",
        symbol=rf"\beta\cdot {punished}",
        label="KL as it is weighed",
        unit="nats an example",
        better="lower",
        role="kl",
        panel="",
        expect="What KL costs in what is minimised. While β warms up it is the part that β has reached.",
    )


def minimised(reconstruction: Term, weighted: Term) -> tuple[tuple[str, str | None], ...]:
    """The line: (LaTeX, the term whose number stands under it)."""
    return (
        ("", None),
        (OBJECTIVE.symbol, OBJECTIVE.key),
        ("=", None),
        (reconstruction.symbol, reconstruction.key),
        ("+", None),
        (weighted.symbol, weighted.key),
    )
