"""What a VAE reports, and its bound as a formula."""

from __future__ import annotations

from typing import Any

from genlab.models.weighted import OBJECTIVE, minimised, weighted_kl
from genlab.terms import Term

RECONSTRUCTION = Term(
    key="reconstruction",
    symbol=r"\mathbb{E}_{q}[-\log p_\theta(x|z)]",
    label="Reconstruction",
    unit="nats an example",
    better="lower",
    role="reconstruction",
    panel="loss",
    expect="How unlikely x is given a drawn z. Below 0 where a Gaussian p(x|z) is a density above 1: no mistake.",
)
KL = Term(
    key="kl",
    symbol=r"\mathrm{KL}(q_\phi(z|x)\,\|\,p(z))",
    label="KL to the prior",
    unit="nats an example",
    better="neither",
    role="kl",
    panel="loss",
    expect="At 0 z says nothing of x. Mean over x: the information about x that z carries, plus how far all codes "
    "together are from the prior.",
)
NEGATIVE_ELBO = Term(
    key="negative_elbo",
    symbol=r"-\mathrm{ELBO}",
    label="Negative ELBO",
    unit="nats an example",
    better="lower",
    role="total",
    panel="loss",
    expect="An upper bound of −log p(x). Below 0 only where p(x) is a density above 1, as a Gaussian p(x|z) allows.",
)


def importance_weighted(k: int) -> Term:
    """What a run with k importance samples minimises."""
    return Term(
        key="iwae_k",
        symbol=rf"-\mathcal{{L}}_{{{k}}}",
        label="Importance weighted bound",
        unit="nats an example",
        better="lower",
        role="total",
        panel="loss",
        expect="What this run minimises: an upper bound of −log p(x), on average below the negative ELBO, and closer "
        "the more samples it takes.",
        bound=True,
    )


EFFECTIVE_BETA = Term(
    key="effective_beta",
    symbol=r"\beta D",
    label="Effective β",
    unit="",
    better="neither",
    role="kl",
    panel="",
    expect="D, the pixels of an image or the coordinates of a point, times β: what is minimised is the reconstruction "
    "and so many times KL, all divided by D. Dividing all of it changes no optimum, so this is the β of the run.",
)


def averages(config: Any) -> bool:
    """Whether what is minimised has the mean over pixels in it."""
    return config.reduction == "mean" and config.importance == 1


def weighs(config: Any) -> bool:
    """Whether what is minimised has another weight of KL in it than the bound, if only while beta rises."""
    weighed = config.beta != 1 or config.free_bits > 0 or config.warm_up > 0
    return config.importance == 1 and config.reduction == "sum" and weighed


def terms(config: Any) -> tuple[Term, ...]:
    """What a VAE reports; where it is trained by importance samples, their bound too, and by the mean over pixels what
    weight that gives to KL; where KL is weighed, what is minimised."""
    trained = () if config.importance == 1 else (importance_weighted(config.importance),)
    weight = (EFFECTIVE_BETA,) if averages(config) else ()
    if weighs(config):
        weight = (OBJECTIVE, weighted_kl(KL, config.free_bits))
    return (*trained, NEGATIVE_ELBO, RECONSTRUCTION, KL, *weight)


def formula(config: Any) -> tuple[tuple[str, str | None], ...]:
    """The bounds in pieces: (LaTeX, the term whose number stands under it); an empty piece begins a line."""
    k = config.importance
    weights = (
        rf"= -\mathbb{{E}}_{{q}}\,\log\tfrac{{1}}{{{k}}}\sum_{{i=1}}^{{{k}}}\frac{{p_\theta(x,z_i)}}{{q_\phi(z_i|x)}}"
    )
    trained = () if k == 1 else ((importance_weighted(k).symbol, "iwae_k"), (weights, None), ("", None))
    bound = (
        (NEGATIVE_ELBO.symbol, "negative_elbo"),
        ("=", None),
        (RECONSTRUCTION.symbol, "reconstruction"),
        ("+", None),
        (KL.symbol, "kl"),
    )
    if weighs(config):
        return (*bound, *minimised(RECONSTRUCTION, weighted_kl(KL, config.free_bits)))
    if not averages(config):
        return (*trained, *bound)
    # What is minimised is not the bound then: its own line says so.
    return (
        *bound,
        ("", None),
        (r"\min\;\tfrac{1}{D}\bigl(\mathbb{E}_{q}[-\log p_\theta(x|z)]+", None),
        (EFFECTIVE_BETA.symbol, "effective_beta"),
        (r"\cdot\,\mathrm{KL}(q_\phi(z|x)\,\|\,p(z))\bigr)", None),
    )
