"""What a GAN reports, and its game as a formula."""

from __future__ import annotations

import math
from typing import Any

from genlab.data.points import PointData
from genlab.models.gan.losses import OBJECTIVES
from genlab.models.points import measured_terms
from genlab.terms import Term

LOG_4 = math.log(4)
NO_QUALITY = (
    "Losses of two players do not measure quality: they only say who is ahead. Without R1, which only steadies D."
)
LOSSES_OF_D = {
    "wgan_gp": "Without the penalty it is minus the mean score of data above that of generated: of the steepest D that "
    "the penalty allows, about the Wasserstein distance. As far as D has learned, nearer to 0 is better."
}
LOSSES_OF_G = {
    "minimax": "The part of V that G can move: −log 2 where D can only guess.",
    "non_saturating": "log 2 where D can only guess. Without feature matching, where that is on.",
    "least_squares": "1/8 where D says 1/2 of all.",
    "hinge": "Minus the mean score of generated.",
    "wgan_gp": "Minus the mean score of generated; scores have no zero, so alone it says nothing.",
}


def terms(config: Any) -> tuple[Term, ...]:
    """What a GAN reports: V only where D(x) is a probability, and what bounds JS only where D is one of a single x."""
    objective = OBJECTIVES[config.loss]
    unit = "nats" if objective.probabilistic else ""
    of_d, of_g = LOSSES_OF_D.get(config.loss, NO_QUALITY), LOSSES_OF_G[config.loss]
    losses = (
        Term("d_loss", r"\mathcal{L}_D", "Loss of D", unit, "neither", "discriminator", "losses", of_d),
        Term("g_loss", r"\mathcal{L}_G", "Loss of G", unit, "neither", "generated", "losses", of_g),
    )
    if not objective.probabilistic:
        return (
            *losses,
            Term("d_real", "D(x)", "Score of data", "", "neither", "data", "scores"),
            Term("d_fake", "D(G(z))", "Score of generated", "", "neither", "generated", "scores"),
        )
    value = (
        Term(
            "value", "V(D,G)", "Value function", "nats", "neither", "value", "value",
            "With the best D it lies between −log 4 (it can only guess) and 0 (it is always right); "
            "a poor D may fall below. "
            "Where it stays clearly lower on held-out data, D has learned its examples by heart.",
            lines=((0.0, "0"), (-LOG_4, r"-\log 4")),
        ),
        Term(
            "log_d_real", r"\mathbb{E}\,\log D(x)", "V, the part of data", "nats", "neither", "data", "",
            "0 where D is sure of all data, −log 2 where it can only guess.",
        ),
        Term(
            "log_d_fake", r"\mathbb{E}\,\log(1 - D(G(z)))", "V, the part of generated", "nats", "neither", "generated",
            "", "0 where D is sure of all generated ones, −log 2 where it can only guess.",
        ),
    )  # fmt: skip
    scores = (
        Term(
            "d_real", "D(x)", "D on data", "", "neither", "data", "scores",
            "A probability. Both near 1/2: D cannot tell data from generated.",
            lines=((0.5, r"\tfrac12"),),
        ),
        Term("d_fake", "D(G(z))", "D on generated", "", "neither", "generated", "scores", "A probability."),
    )  # fmt: skip
    if config.minibatch_deviation:
        return (*value, *losses, *scores)
    bound = Term(
        "js_bound", r"\tfrac12(V + \log 4)", "½(V + log 4), the bound of JS by this D", "nats", "lower", "js", "js",
        "On held-out data it is a lower bound of JS(p_data || p_g), up to the noise of so many examples: that of a "
        "poor D is true but loose. On what D trains on it is none, for D may know that by heart. At most log 2.",
        lines=((0.0, "0"), (math.log(2), r"\log 2")), bound=True,
    )  # fmt: skip
    return (*value, *losses, *scores, bound)


def measured(config: Any, data: PointData) -> tuple[Term, ...]:
    """What the samples are measured by; where D(x) is a probability also C(G), the value that V would have with the
    best D (Goodfellow et al. 2014, theorem 1): of the G in play, not of the average of it that is shown. Not where D
    sees a group (it may then rise above C(G)), nor where the density of the data is not known."""
    if not data.exact or not OBJECTIVES[config.loss].probabilistic or config.minibatch_deviation:
        return measured_terms(data)
    best = Term(
        "best_value", "C(G)", "V with the best D", "nats", "lower", "js", "value",
        "2 JS - log 4, by the measured JS of the G that D plays against: what V lies below it is what D still misses.",
        held_out=True,
    )  # fmt: skip
    return (*measured_terms(data), best)


def formula(config: Any) -> tuple[tuple[str, str | None], ...]:
    """The game in pieces: (LaTeX, the term whose number stands under it); an empty piece begins a line."""
    objective = OBJECTIVES[config.loss]
    losses = (
        (r"\mathcal{L}_D =", None),
        (objective.discriminator_symbol(config.smoothing), "d_loss"),
        (r"\mathcal{L}_G =", None),
        (objective.generator_symbol, "g_loss"),
    )
    if not objective.probabilistic:
        return losses
    return (
        (r"\min_G \max_D", None),
        ("V(D,G)", "value"),
        ("=", None),
        (r"\mathbb{E}\,\log D(x)", "log_d_real"),
        ("+", None),
        (r"\mathbb{E}\,\log(1 - D(G(z)))", "log_d_fake"),
        ("", None),
        *losses,
    )
