"""Why a run failed, for a person: in their language, with the term by the name that the page gives it and what helps.

The store keeps one English sentence, which the command line prints as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from genlab.locale import told as in_parts
from genlab.runs.store.record import Run

# As genlab.training.NonFinite and genlab.runs.work.hot write it.
LEFT_THE_NUMBERS = re.compile(r"step (\d+): (.+) is not finite; try a lower learning rate(.*)")
HELD_OUT = "test_"


def told(run: Run, _: Callable[[str], str]) -> str | None:
    """The sentence for a run's page; _ translates. None where nothing is wrong with it."""
    if run.error is None:
        return None
    found = LEFT_THE_NUMBERS.fullmatch(run.error)
    if found is None:
        return in_parts(run.error, _)
    from genlab.models import FAMILIES  # late: it imports torch, and few runs fail

    step, term, besides = found.groups()
    if besides.startswith(" or a larger deviation"):
        advice = _("Lower the learning rate or raise the Gaussian deviation")
    elif FAMILIES[run.family].parts:
        advice = _("Lower the learning rates of D and G")
    else:
        advice = _("Lower the learning rate")
    sentence = _(
        "At step {step} training left the numbers: {term} became infinite or undefined. {advice}, and press Start; or "
        "fork this run from an earlier moment."
    )
    return sentence.format(step=step, term=name_of(run, term, _), advice=advice)


def name_of(run: Run, term: str, _: Callable[[str], str]) -> str:
    """What a page calls that which left the numbers."""
    from genlab.models import FAMILIES  # late: it imports torch, and few runs fail

    if term.startswith("model."):
        return _("a weight")
    if term == "a sample":
        return _("a sample")
    if term == "the size of the gradients":
        return _("the size of the gradients")
    family = FAMILIES[run.family]
    terms = family.terms_on(family.config.parse(run.config), run.data)
    labels = {each.key: _(each.label) for each in terms}
    key = term.removeprefix(HELD_OUT)
    label = labels.get(term) or labels.get(key)
    if label is None:
        return _("a picture")  # of a frame, which pages call by no name of their own
    return f"{label} ({_('held out')})" if key != term else label
