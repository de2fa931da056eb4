"""All that was measured of each model, by the names under which `evaluate` prints it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from genlab.locale import N_
from genlab.views.compare.words import title_of

if TYPE_CHECKING:
    from genlab.runs.work.rows import MadeRow
    from genlab.views.frame.session import Translate

# What those say that stand in no column of the table.
SAYS = {
    "pca_mse": N_("error of PCA with as many numbers"),
    "reconstruction": N_("distortion, nats: −log p(x|z) of a drawn z"),
    "kl": N_("rate, nats: KL of q(z|x) to the prior"),
    "negative_elbo": N_("rate and distortion, nats"),
    "active_units": N_("numbers of z in use: their mean varies by more than 0.01"),
    "iwae_k": N_("a closer bound of −log p(x), nats, by k samples"),
    "nll": N_("−log p(x), nats, by importance sampling"),
    "probe": N_("share of digits or classes told from z by a linear classifier"),
    "probe_pca": N_("the same from as many numbers of PCA"),
    "probe_pixels": N_("the same from the pixels"),
    "frechet_floor": N_("real training digits in the place of samples"),
    "frechet_2_floor": N_("the same by the other ruler"),
    "kid_error": N_("standard error"),
}


def measured(rows: Sequence[MadeRow], _: Translate) -> dict[str, list[str]]:
    """Columns of a table: the names, a column a model, and what those say that need a word; empty where nothing was
    measured. Rows of one model, which differ in how they draw only, have one column."""
    models = {title_of(row.model, "", _): row.measured for row in rows if row.measured}
    names = list(dict.fromkeys(name for found in models.values() for name in found))
    if not names:
        return {}
    columns = {"": names}
    for title, found in models.items():
        columns[title] = [f"{found[name]:.5g}" if name in found else "–" for name in names]
    return columns | {_("in words"): [_(SAYS[name]) if name in SAYS else "" for name in names]}
