"""What a student does with a class: comes in, guesses, leaves. A browser's key stands for a student; no account."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from genlab.classroom.codes import as_code
from genlab.classroom.led import SHOWN, open_with
from genlab.classroom.record import NICKNAME_LENGTH, Class, long, no_such, over
from genlab.locale import N_
from genlab.runs.store.tables import CLASS_ANSWERS, CLASSES, MEMBERS

# A member who is there is written down at most so often: thirty who look every few seconds are few writes.
SEEN_SECONDS = 20.0


def join_class(engine: Engine, owner: str, typed: str, nickname: str = "") -> None:
    """Comes into a class, and out of another; in the same one only the nickname changes. Raises ClassError."""
    code, nickname, now = as_code(typed), " ".join(nickname.split()), time.time()
    if len(nickname) > NICKNAME_LENGTH:
        raise long(N_("Nickname"), len(nickname), NICKNAME_LENGTH)
    with engine.begin() as connection:
        # Changes nothing, but keeps the class from ending in between: nobody is left in one that has ended.
        if not connection.execute(update(CLASSES).where(open_with(code)).values(code=code)).rowcount:
            known = connection.execute(select(CLASSES.c.code).where(CLASSES.c.code == code)).first()
            raise over() if known else no_such(code)
        mine = MEMBERS.c.owner == owner
        stays = update(MEMBERS).where(mine, MEMBERS.c.code == code).values(nickname=nickname, seen=now)
        if not connection.execute(stays).rowcount:
            connection.execute(delete(MEMBERS).where(mine))
            row = {"owner": owner, "code": code, "nickname": nickname, "joined": now, "seen": now}
            connection.execute(insert(MEMBERS).values(row))


def leave_class(engine: Engine, owner: str) -> None:
    """Goes out of the class, with what was guessed in it."""
    with engine.begin() as connection:
        connection.execute(delete(MEMBERS).where(MEMBERS.c.owner == owner))


def attended(engine: Engine, owner: str, there: bool = False) -> tuple[Class, str] | None:
    """The open class that this browser is in, and its nickname there. there: whether to note that it is there now."""
    query = (
        select(MEMBERS.c.nickname, MEMBERS.c.seen, *SHOWN)
        .join(CLASSES, CLASSES.c.code == MEMBERS.c.code)
        .where(MEMBERS.c.owner == owner, CLASSES.c.ended.is_(None))
    )
    with engine.connect() as connection:
        row = connection.execute(query).first()
    if row is None:
        return None
    now = time.time()
    if there and now - row.seen > SEEN_SECONDS:
        with engine.begin() as connection:
            connection.execute(update(MEMBERS).where(MEMBERS.c.owner == owner).values(seen=now))
    return Class(row.code, row.name, row.opened, row.look, row.looked), row.nickname


def count_guess(engine: Engine, owner: str, chapter: str, question: int, guess: Any) -> None:
    """Counts a guess for the class that this browser is in, in place of an earlier one; nothing where it is in none."""
    key = {"owner": owner, "chapter": chapter, "question": question}
    this = [CLASS_ANSWERS.c[name] == value for name, value in key.items()]
    while attended(engine, owner) is not None:
        try:
            with engine.begin() as connection:
                if not connection.execute(update(CLASS_ANSWERS).where(*this).values(guess=guess)).rowcount:
                    connection.execute(insert(CLASS_ANSWERS).values(guess=guess, **key))
            return
        except IntegrityError:  # two windows at once, or the class has ended in between
            continue


def forget_guesses(engine: Engine, owner: str, chapter: str) -> None:
    """Takes a member's guesses in a chapter back."""
    with engine.begin() as connection:
        of_chapter = (CLASS_ANSWERS.c.owner == owner, CLASS_ANSWERS.c.chapter == chapter)
        connection.execute(delete(CLASS_ANSWERS).where(*of_chapter))
