"""Guess first: whose samples will lie nearest to the data? The table says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from genlab.side_by_side.names import PCA, REAL, RULES
from genlab.views.compare.words import title_of
from genlab.views.frame.session import translator

if TYPE_CHECKING:
    from genlab.runs.work.rows import MadeRow

KEY = "compare_guess"
# By which measure samples are called near.
NEAR = ("frechet", "js")


def choices(kind: str) -> list[str]:
    """The rows that one press makes, by their names."""
    from genlab.side_by_side.trained import entrants

    found = [f"{PCA} normal"]
    for family in entrants(kind):
        found += [f"{family.name} "] if family.prior else [f"{family.name} {rule}" for rule in RULES]
    return found


def title(name: str) -> str:
    """A row's name as a person reads it."""
    model, _space, rule = name.partition(" ")
    return title_of(model, rule, translator())


def guess(kind: str) -> None:
    """The question, which may be left open."""
    _ = translator()
    st.pills(
        _("Guess first: whose samples will lie nearest to the data?"),
        choices(kind),
        format_func=title,
        key=KEY,
    )


def judged(rows: list[MadeRow]) -> None:
    """Whose samples are nearest, beside what was guessed."""
    _ = translator()
    models = [row for row in rows if row.model != REAL]
    measure = next((name for name in NEAR if all(name in row.metrics for row in models)), None)
    if measure is None or len({row.model for row in models}) < 2:
        return
    nearest = min(models, key=lambda row: row.metrics[measure])
    answer = _("Nearest of these: {model}.").format(model=title_of(nearest.model, nearest.rule, _))
    guessed = st.session_state.get(KEY)
    if guessed is not None:
        said = title(guessed)
        right = guessed == f"{nearest.model} {nearest.rule}"
        answer += " " + (_("As you guessed.") if right else _("You guessed: {model}.").format(model=said))
    st.markdown(answer)
