"""Inside the ELBO: a linear Gaussian VAE, whose every term is known exactly, so that the identity can be seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from genlab.formulas import mathml
from genlab.live.widgets.linear_gaussian import linear_gaussian
from genlab.live.widgets.run_view import describe_term
from genlab.symbols import WALKED
from genlab.terms import Term
from genlab.views.bench.describe import formula_data
from genlab.views.frame.session import N_, Translate, language, translator

TERMS = (
    Term(
        key="log_px",
        symbol=r"\log p(x)",
        label=N_("Log-likelihood of x"),
        unit=N_("nats"),
        better="higher",
        role="data",
        panel="",
        expect=N_("Does not depend on q: it stays while you move q."),
    ),
    Term(
        key="elbo",
        symbol=r"\mathrm{ELBO}",
        label=N_("Evidence lower bound"),
        unit=N_("nats"),
        better="higher",
        role="total",
        panel="",
        expect=N_("Never above log p(x)."),
    ),
    Term(
        key="kl_posterior",
        symbol=r"\mathrm{KL}(q\,\|\,p(z|x))",
        label=N_("Gap: KL from q to the true posterior"),
        unit=N_("nats"),
        better="lower",
        role="kl",
        panel="",
        expect=N_("0 where q is the posterior, and only there."),
    ),
    Term(
        key="reconstruction",
        symbol=r"\mathbb{E}_q[\log p(x|z)]",
        label=N_("Reconstruction: how well z ~ q explains x"),
        unit=N_("nats"),
        better="higher",
        role="reconstruction",
        panel="",
        expect=N_("Largest for a narrow q where w z is x; with w = 0 the same for every q."),
    ),
    Term(
        key="kl_prior",
        symbol=r"\mathrm{KL}(q\,\|\,p(z))",
        label=N_("KL from q to the prior"),
        unit=N_("nats"),
        better="lower",
        role="kl",
        panel="",
        expect=N_("0 where q is the prior: q then ignores x."),
    ),
)
FORMULA = (
    ("log_px", None),
    (None, "="),
    ("elbo", None),
    (None, "+"),
    ("kl_posterior", None),
    (None, ""),
    ("elbo", None),
    (None, "="),
    ("reconstruction", None),
    (None, "-"),
    ("kl_prior", None),
)
SLIP = r"\mathbb{E}_q[-\log q(z|x) + \log p(x|z)]"


def linear_gaussian_view() -> None:
    """One sentence, then the stage, which the visitor's browser computes and draws."""
    _ = translator()
    st.markdown(
        _(
            "A VAE small enough to be exact: z ~ N(0, 1), x = w z + noise of deviation s. "
            "**Drag the green q(z|x)**: ELBO and gap always add up to log p(x)."
        )
    )
    linear_gaussian(stage_data(_), "linear_gaussian")


def stage_data(_: Translate, given: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The words, terms and formulas of the stage. given: its state, as the address would have it; without one it is in
    the address, which the browser reads and writes."""
    symbols = {term.key: term.symbol for term in TERMS}
    return {
        "language": language(),
        "labels": words(_),
        "terms": [describe_term(term, _) for term in TERMS],
        "formula": formula_data(tuple((symbols[key] if key else sign or "", key) for key, sign in FORMULA)),
        "slip": slip(_),
        "given": None if given is None else dict(given),
    }


def slip(_: Translate) -> str:
    """The common slip about the bound, as HTML: the browser writes the present number into its output."""
    said = _("A common slip leaves the prior out of the bound and writes {formula}. Here that is {number},")
    above, below = _("which is above log p(x): it bounds nothing."), _("at least 0.919 nats above the ELBO.")
    verdict = f'<span class="gl-lg-above">{above}</span><span class="gl-lg-below">{below}</span>'
    return f"<p>{said.format(formula=mathml(SLIP, language()), number='<output></output>')} {verdict}</p>"


def words(_: Translate) -> dict[str, Any]:
    """What the stage says."""
    return {
        "formula": _(WALKED),
        "climb": _("Climb the ELBO"),
        "stop": _("Stop"),
        "toPosterior": _("Set q to the posterior"),
        "toPrior": _("Set q to the prior"),
        "area": _("Show p(x) as an area"),
        "integral": _("∫ p(z) p(x|z) dz = {value} = p(x), log p(x) = {log}"),
        "scaled": _("blue: p(z) p(x|z) over z, drawn {factor} times as high"),
        "situation": _("Situation"),
        "usual": _("one x, some noise"),
        "sharp": _("little noise"),
        "ignored": _("decoder ignores z (w = 0)"),
        "surprising": _("a surprising x"),
        "own": _("your own"),
        "sliders": {
            "x": _("x, observed"),
            "w": _("w, weight"),
            "s": _("s, noise"),
            "mu": _("μ, mean of q"),
            "sigma": _("σ, deviation of q"),
        },
        "legend": {
            "prior": _("prior p(z)"),
            "q": "q(z|x)",
            "posterior": _("posterior p(z|x)"),
            "likelihood": _("likelihood p(x|z), scaled"),
        },
        "line": "x = w z ± s",
        "data": _("observed"),
        "axisZ": _("latent z"),
        "axisNats": _("nats; further right is better"),
        "logPx": "log p(x)",
        "elbo": "ELBO",
        "gap": _("+ gap KL(q ‖ p(z|x))"),
        "reconstruction": _("reconstruction E[log p(x|z)]"),
        "minusKl": "− KL(q ‖ p(z))",
        "chain": _("IWAE bound, k ="),
        "beyond": _("further left"),
        "nats": _("nats"),
        "names": {term.key: _(term.label) for term in TERMS},
        "pictureSays": _("The densities of z, and the line x = w z; use the sliders to change them by keyboard."),
        "closed": _("The gap is closed: q is the posterior, and the ELBO is log p(x)."),
        "tells": {
            "usual": _("log p(x) does not depend on q, so whatever the ELBO gains the gap loses."),
            "sharp": _(
                "Little noise: x says nearly all about z, so the posterior is narrow and q pays KL to be there."
            ),
            "ignored": _(
                "The decoder ignores z: the posterior is the prior, and the best q is too (posterior collapse)."
            ),
            "surprising": _("x lies far from what the model expects: log p(x) is low, however good q is."),
        },
    }
