"""Posterior collapse: the code says nothing of x, and the decoder draws one picture for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from genlab.locale import N_
from genlab.symptoms.seen import Point, Seen, Symptom, column, mean, recent

# Of the plan, and how many points.
WINDOW, LEAST = 0.1, 5
# Nats of KL a latent below which it is taken to say nothing; an active one has some tenths at least.
SILENT = 0.02
# By so much of what the constant costs, or so many nats, may the reconstruction be better than it.
NEAR, NATS = 0.02, 0.5


def posterior_collapse(points: Sequence[Point], plan: int, latents: int, constant: float | None) -> Seen | None:
    """Whether q(z|x) is the prior for (nearly) every x (Bowman et al. 2016; Lucas et al. 2019).

    Seen where through the last tenth of the plan KL stays below 0.02 nats a latent, and the reconstruction is within
    2 % (or half a nat) of what the best constant answer costs, the data's mean. latents: the size of z; constant: that
    cost, nats an example, None where it is not known: then KL alone decides.
    """
    window = recent(points, plan, WINDOW, LEAST)
    kl, reconstruction = column(window, "kl"), column(window, "reconstruction")
    if not kl or not reconstruction or max(kl) > SILENT * latents:
        return None
    cost = mean(reconstruction)
    if constant is not None and cost < constant - max(NATS, NEAR * abs(constant)):
        return None
    numbers = {"kl": mean(kl), "each": mean(kl) / latents, "latents": float(latents), "reconstruction": cost}
    return Seen(numbers | ({} if constant is None else {"constant": constant}), window[0][0])


def symptom(latents: int, constant: float | None, cure: Mapping[str, Any]) -> Symptom:
    """The symptom of a model with so many latents; see `posterior_collapse`."""
    beside = N_(
        "KL is {kl} nats over all {latents} latents; reconstruction {reconstruction}, the mean alone {constant}."
    )
    return Symptom(
        "posterior_collapse",
        N_("Posterior collapse"),
        N_("KL is {kl} nats over all {latents} latents.") if constant is None else beside,
        N_(
            "q(z|x) is the prior whatever x is, so z says nothing and the decoder answers every z with the same mean. "
            "It comes where telling x by z costs more KL than it saves in the reconstruction: a large β, a wide "
            "p(x|z), a mean over pixels. A cheaper KL (or some of it free) makes z worth using again."
        ),
        partial(posterior_collapse, latents=latents, constant=constant),
        cure,
    )
