"""Explicit and implicit models of two peaks in one dimension: what each says of a place, and what it draws."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from genlab.live.widgets.explicit import explicit
from genlab.views.frame.session import Translate, language, translator

# The data set two_gaussians_1d, without importing torch for two numbers; a test holds them together.
TRUTH = [{"mean": mean, "std": 0.12, "weight": 0.5} for mean in (-0.6, 0.6)]


def explicit_view(state: Mapping[str, Any]) -> None:
    """The instrument in a state: {"x": the place asked about, "normal": {"mean", "std"}, "seed": of the examples}."""
    _ = translator()
    explicit({"language": language(), "words": words(_), "state": dict(state), "truth": TRUTH}, "explicit")


def words(_: Translate) -> dict[str, Any]:
    """What the instrument says."""
    return {
        "fit": _("Fit by maximum likelihood"),
        "one": _("Give me a new x"),
        "many": _("1,000 new ones"),
        "again": _("Other examples"),
        "place": _("How likely is this x?"),
        "mean": _("mean"),
        "std": _("deviation"),
        "rows": {
            "data": _("1,000 examples"),
            "normal": _("One normal"),
            "mixture": _("A mixture of two normals"),
            "bounded": _("A VAE"),
            "implicit": _("A GAN"),
        },
        "kinds": {
            "data": _("all that is known of p_data"),
            "normal": _("explicit: p(x) is a formula"),
            "mixture": _("explicit: p(x) is a formula"),
            "bounded": _("explicit: a lower bound of p(x)"),
            "implicit": _("implicit: it only draws"),
        },
        "counted": _("{n} near x"),
        "ofExamples": _("of 1,000, within 0.05"),
        "mean_log": _("mean of log p over the examples: {n}"),
        "bound": _("exp of the ELBO: at least so much"),
        "none": _("no answer"),
        "drawsOnly": _("it has no p(x)"),
    }
