"""Two densities on a line: the words around the picture that computes every divergence between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from genlab.live.widgets.densities import densities
from genlab.terms import Term
from genlab.views.frame.session import N_, language, translator

TERMS = (
    (
        Term(
            key="kl_pq",
            symbol=r"\mathrm{KL}(p\parallel q)=\int p\,\log\frac{p}{q}\,dx",
            label=N_("KL divergence of p from q"),
            unit=N_("nats"),
            better="lower",
            role="kl",
            panel="divergence",
            expect=N_("0: equal · no upper limit"),
        ),
        N_("p log(p/q), nats per unit of x"),
        N_("Kullback–Leibler, of p from q"),
    ),
    (
        Term(
            key="kl_qp",
            symbol=r"\mathrm{KL}(q\parallel p)=\int q\,\log\frac{q}{p}\,dx",
            label=N_("KL divergence of q from p"),
            unit=N_("nats"),
            better="lower",
            role="kl",
            panel="divergence",
            expect=N_("0: equal · no upper limit"),
        ),
        N_("q log(q/p), nats per unit of x"),
        N_("Kullback–Leibler, of q from p"),
    ),
    (
        Term(
            key="js",
            symbol=r"\mathrm{JS}=\tfrac12\mathrm{KL}(p\parallel m)+\tfrac12\mathrm{KL}(q\parallel m)",
            label=N_("Jensen–Shannon divergence, m = (p + q)/2"),
            unit=N_("nats"),
            better="lower",
            role="js",
            panel="divergence",
            expect=N_("0: equal · log 2 = 0.6931: disjoint"),
        ),
        N_("½ p log(p/m) + ½ q log(q/m), m = (p + q)/2, nats per unit of x"),
        N_("Jensen–Shannon"),
    ),
    (
        Term(
            key="tv",
            symbol=r"\mathrm{TV}=\tfrac12\int|p-q|\,dx",
            label=N_("Total variation"),
            unit=N_("probability"),
            better="lower",
            role="variation",
            panel="divergence",
            expect=N_("0: equal · 1: disjoint"),
        ),
        N_("½ |p − q|, probability per unit of x"),
        N_("Total variation"),
    ),
    (
        Term(
            key="w1",
            symbol=r"W_1=\int|F_p-F_q|\,dx",
            label=N_("Wasserstein distance, F: distribution function"),
            unit=N_("units of x"),
            better="lower",
            role="transport",
            panel="divergence",
            expect=N_("the least mean distance to move the mass of q onto p"),
        ),
        N_("|F_p − F_q|, the probability that has to pass x"),
        N_("Wasserstein"),
    ),
    (
        Term(
            key="d_star",
            symbol=r"D^*(x)=\frac{p(x)}{p(x)+q(x)}",
            label=N_("The best discriminator's belief that x is data"),
            unit=N_("probability"),
            better="neither",
            role="discriminator",
            panel="discriminator",
            expect=N_("1: surely data · 0: surely generated · 1/2: cannot tell"),
        ),
        "",
        N_("Best discriminator"),
    ),
    (
        Term(
            key="cost",
            symbol=r"C(G)=2\,\mathrm{JS}-\log 4",
            label=N_("The GAN's value at the best discriminator, the maximum over D"),
            unit=N_("nats"),
            better="lower",
            role="js",
            panel="divergence",
            expect=N_("−log 4 = −1.3863: equal · 0: disjoint · G wants it low"),
        ),
        N_("p log D* + q log(1 − D*), nats per unit of x"),
        N_("V at the best D"),
    ),
)
PRESETS = {
    "missed": (
        N_("One mode missed"),
        N_(
            "q lacks the left mode. KL(p‖q) counts it: p has mass there and q almost none. KL(q‖p) is only log 2: "
            "it looks where q is. JS is 0.2158, far from its limit."
        ),
    ),
    "extra": (
        N_("One mode too many"),
        N_(
            "q draws a mode that p does not have. Now KL(q‖p) is the large one, and KL(p‖q) is only log 2: where p "
            "is, q is merely half as dense. JS is the same as for the mode missed."
        ),
    ),
    "between": (
        N_("Between two modes"),
        N_(
            "q stands between two modes, where there is no data. Fit it both ways from here: by KL(p‖q) it covers "
            "both modes, by KL(q‖p) it settles on one."
        ),
    ),
    "sliding": (
        N_("Disjoint, sliding apart"),
        N_(
            "Move q away. Once they hardly overlap, JS is flat to within rounding, and its slope tells q nothing. W1 "
            "keeps its slope, and KL grows with the square of the distance (truly disjoint: KL = ∞)."
        ),
    ),
    "asymmetric": (
        N_("Narrow and wide"),
        N_(
            "A common slip calls KL a distance. Exchange p and q and the number changes: 0.9175 one way, 6.1137 the "
            "other. It breaks the triangle inequality too. Its integrand is negative where q > p; its integral never "
            "is."
        ),
    ),
    "equal": (
        N_("Equal"),
        N_(
            "p and q are equal: every divergence is 0, D* is 1/2 everywhere, and C(G) is at its minimum, −log 4. "
            "Drag a peak and see which number rises first."
        ),
    ),
}


def densities_view(given: Mapping[str, str] | None = None, key: str = "densities") -> None:
    """The picture and its numbers, in the visitor's language. given: its state, in a chapter, else the address'."""
    _ = translator()
    see = {key: _(sentence) for key, (_title, sentence) in PRESETS.items()}
    see["free"] = _(
        "Choose a number and see where along x it comes from: it is the dark area above 0 less the pale area below."
    )
    covers = _("KL(p‖q): its integrand is large where p has mass and q has little, so q stretches to cover all of p.")
    seeks = _("KL(q‖p): its integrand is large where q has mass and p has little, so q keeps away from there.")
    apart = " " if language() == "en" else ""
    for fit, first, one, many in (
        (
            "fit_kl_pq",
            covers,
            _("A single normal ends with the mean and the standard deviation of p."),
            _("With several components, each takes the part of p that it reaches first; together they leave none out."),
        ),
        (
            "fit_kl_qp",
            seeks,
            _("A single normal settles on one mode, or stays wide where no way down leads to one."),
            _("With several components, each settles on a mode; two may settle on one, and a mode may be left out."),
        ),
    ):
        see[fit], see[f"{fit}_many"] = first + apart + one, first + apart + many
    labels = {
        "see": see,
        "p": "p = p_data",
        "q": "q = p_g",
        "hint": _("Drag peaks and flanks, or use arrow keys."),
        "drag": _("⇆ drag me"),
        "told": _("mean {mean} · width {std} · weight {weight}"),
        "swap": _("Swap p and q"),
        "add": _("One component more"),
        "remove": _("One component fewer"),
        "picture": _("The densities p and q, below them the integrand of the chosen number, and D*(x)"),
        "density": _("density, per unit of x"),
        "discriminator": _("D*(x), the best discriminator"),
        "peak": _("{name}, component {number}: mean and weight"),
        "flank": _("{name}, component {number}: width"),
        "place": _("mean {mean}, weight {weight}"),
        "width": _("standard deviation {std}"),
        "fit_kl_pq": _("Fit q by KL(p‖q)"),
        "fit_kl_qp": _("Fit q by KL(q‖p)"),
        "resume_kl_pq": _("Go on by KL(p‖q)"),
        "resume_kl_qp": _("Go on by KL(q‖p)"),
        "directions": {"kl_pq": _("covering: q by KL(p‖q)"), "kl_qp": _("seeking: q by KL(q‖p)")},
        "outsideLeft": _("← {percent} % outside"),
        "outsideRight": _("{percent} % outside →"),
        "stop": _("Stop"),
        "fitting": _("Step {steps}: {value} nats"),
        "settled": _("Settled after {steps} steps: {value} nats"),
        "stopped": _("Stopped after {steps} steps: {value} nats"),
        "copy": _("Copy link"),
        "copied": _("Copied"),
        "bits": _("bits"),
        "sum": "= −log 4 + KL(p‖m) + KL(q‖m) = −1.3863 + {p} + {q}",
        "at": _("at x = {x} · 1: surely data · 0: surely generated"),
        "slide": {
            "distance": _("Distance of the means"),
            "play": _("Slide"),
            "pause": _("Pause"),
            "chart": _("JS, W1 and KL against the distance of the means"),
            "js": _("JS, nats"),
            "w1": _("W1, units of x"),
            "kl": _("KL(p‖q), nats"),
        },
    }
    terms = [
        (replace(term, label=_(term.label), unit=_(term.unit), expect=_(term.expect)), _(integrand), _(name))
        for term, integrand, name in TERMS
    ]
    presets = [{"key": key, "title": _(title)} for key, (title, _sentence) in PRESETS.items()]
    densities(terms, presets, labels, language(), key, given)
