"""What a person guessed and found at the questions of the chapters."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from genlab.runs.store.tables import ANSWERS


@dataclass(frozen=True)
class Answer:
    """One person's answer to one question of a chapter.

    guess: what was said before; result: what the experiment gave; both as JSON has it, None before; runs: the ids of
    the runs that gave it; updated: seconds since 1970.
    """

    owner: str
    chapter: str
    question: int
    guess: Any
    result: Any
    runs: tuple[str, ...]
    updated: float


def read_answers(engine: Engine, owner: str, chapter: str | None) -> list[Answer]:
    """A person's answers, by chapter and question."""
    query = select(ANSWERS).where(*_whose(owner, chapter)).order_by(ANSWERS.c.chapter, ANSWERS.c.question)
    with engine.connect() as connection:
        return [
            Answer(row.owner, row.chapter, row.question, row.guess, row.result, tuple(row.run_ids), row.updated)
            for row in connection.execute(query)
        ]


def write_answer(
    engine: Engine, owner: str, chapter: str, question: int, guess: Any, result: Any, runs: Sequence[str] | None
) -> None:
    """Puts the parts that are not None in place of those that are kept; new runs have given nothing yet."""
    parts: dict[str, Any] = {"guess": guess, "result": result, "run_ids": None if runs is None else list(runs)}
    given = {name: part for name, part in parts.items() if part is not None} | {"updated": time.time()}
    if runs is not None:
        given = {"result": None} | given
    key = {"owner": owner, "chapter": chapter, "question": question}
    this = [ANSWERS.c[name] == value for name, value in key.items()]
    while True:
        try:
            with engine.begin() as connection:
                if not connection.execute(update(ANSWERS).where(*this).values(given)).rowcount:
                    connection.execute(insert(ANSWERS).values({"run_ids": []} | given | key))
            return
        except IntegrityError:  # two windows of one person at once: by now there is one to update
            continue


def delete_answers(engine: Engine, owner: str, chapter: str | None) -> None:
    """Forgets a person's answers."""
    with engine.begin() as connection:
        connection.execute(delete(ANSWERS).where(*_whose(owner, chapter)))


def _whose(owner: str, chapter: str | None) -> list[Any]:
    return [ANSWERS.c.owner == owner, *([] if chapter is None else [ANSWERS.c.chapter == chapter])]
