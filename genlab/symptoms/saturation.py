"""D saturated: it is sure of everything, and where it is sure its gradient teaches G little."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from genlab.locale import N_
from genlab.symptoms.seen import Point, Seen, Symptom, column, mean, recent

WINDOW, LEAST = 0.1, 5
# Of what D's loss is where it can only guess: what is left of it in the mean and at most.
SURE, AT_MOST = 0.06, 0.2


def saturation(points: Sequence[Point], plan: int, key: str, chance: float) -> Seen | None:
    """Whether D is right about nearly everything and stays so (Arjovsky and Bottou 2017, theorem 2.4: the better such a
    D, the smaller the gradient that log(1 - D) hands to G).

    Seen where through the last tenth of the plan `key`, V or D's loss, is in the mean below 6 % of what it is where D
    can only guess (`chance`: -log 4 of V), and never above 20 %.
    """
    window = recent(points, plan, WINDOW, LEAST)
    left = [value / chance for value in column(window, key)]
    if len(left) < LEAST or mean(left) > SURE or max(left) > AT_MOST:
        return None
    real, fake = column(window, "d_real"), column(window, "d_fake")
    return Seen({"d_real": mean(real), "d_fake": mean(fake), "left": max(0.0, mean(left))}, window[0][0])


def symptom(key: str, chance: float, probability: bool, cure: Mapping[str, Any]) -> Symptom:
    """The symptom of a game; probability: whether D's verdict is one. See `saturation`."""
    return Symptom(
        "saturation",
        N_("D saturated"),
        N_("D(x) is {d_real} and D(G(z)) is {d_fake}: D is sure of everything.")
        if probability
        else N_("D scores data {d_real} and generated {d_fake}, all that its loss asks for: nothing is left of it."),
        N_(
            "A D that is right about everything is flat there: where it says 0 of all that G draws, it hardly says in "
            "which direction data lie. It comes where D learns faster than G, or meets examples that share nothing "
            "with the data. A slower or a steadied D (R1), and a loss of G that does not saturate, let G follow."
        ),
        partial(saturation, key=key, chance=chance),
        cure,
    )
