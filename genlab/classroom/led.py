"""What a teacher does with a class. Whoever has the key by which it was opened leads it; with code and password it can
be taken up by another browser, which then leads it in the first one's place."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from genlab.classroom.codes import as_code, fits, hashed, new_code
from genlab.classroom.record import (
    ADDRESS_LENGTH,
    DAYS_AT_MOST,
    NAME_LENGTH,
    PASSWORD_LENGTH,
    TRIES,
    WAIT_SECONDS,
    Class,
    ClassError,
    Given,
    Member,
    long,
    no_such,
    not_led,
    over,
)
from genlab.locale import N_, Message
from genlab.runs.store.tables import CLASS_ANSWERS, CLASSES, MEMBERS

DAY_SECONDS = 24 * 3600
SHOWN = (CLASSES.c.code, CLASSES.c.name, CLASSES.c.opened, CLASSES.c.look, CLASSES.c.looked)


def open_class(engine: Engine, owner: str, name: str, password: str) -> Class:
    """Opens a class under a code of its own; raises ClassError for a name or a password that is none, and where the
    owner leads a class already."""
    name = " ".join(name.split())
    if not name:
        raise ClassError(N_("A class needs a name, by which its students know it."))
    if len(name) > NAME_LENGTH:
        raise long(N_("Name of the class"), len(name), NAME_LENGTH)
    least, most = PASSWORD_LENGTH
    if not least <= len(password) <= most:
        text = N_("Password: got {got} letters, allowed: {least} to {most}")
        raise ClassError(Message(text, got=len(password), least=least, most=most))
    if led_by(engine, owner) is not None:
        raise ClassError(N_("This browser leads a class already. End that one first."))
    end_forgotten(engine)
    row = {"name": name, "password": hashed(password), "owner": owner, "opened": time.time(), "tries": 0, "tried": 0.0}
    while True:
        try:
            with engine.begin() as connection:
                connection.execute(insert(CLASSES).values(code=new_code(), **row))
            break
        except IntegrityError:  # another class has this code
            continue
    opened = led_by(engine, owner)
    assert opened is not None
    return opened


def led_by(engine: Engine, owner: str) -> Class | None:
    """The class that this browser leads, the newest where there are several."""
    query = select(*SHOWN).where(CLASSES.c.owner == owner, CLASSES.c.ended.is_(None)).order_by(CLASSES.c.opened.desc())
    with engine.connect() as connection:
        row = connection.execute(query).first()
    return Class(**row._mapping) if row else None


def take_up(engine: Engine, owner: str, typed: str, password: str) -> None:
    """Lets another browser lead a class, which the former then no longer does. Raises ClassError for a wrong code or
    password, and after some wrong ones for any, for a while."""
    code, now = as_code(typed), time.time()
    wait = ClassError(Message(N_("Too many wrong passwords. Wait {seconds} seconds."), seconds=round(WAIT_SECONDS)))
    waits = (CLASSES.c.tries >= TRIES) & (CLASSES.c.tried > now - WAIT_SECONDS)
    with engine.begin() as connection:
        row = connection.execute(select(CLASSES).where(CLASSES.c.code == code)).first()
        if row is None:
            raise no_such(code)
        if row.ended is not None:
            raise over()
        # Counted before it is looked at: tries that come at once count one by one.
        trying = update(CLASSES).where(CLASSES.c.code == code, ~waits).values(tries=CLASSES.c.tries + 1, tried=now)
        if not connection.execute(trying).rowcount:
            raise wait
    if not fits(password, row.password):
        raise ClassError(N_("This is not the password of that class."))
    with engine.begin() as connection:
        connection.execute(update(CLASSES).where(open_with(code)).values(owner=owner, tries=0))


def ask_to_look(engine: Engine, owner: str, code: str, address: str | None) -> None:
    """Shows all of the class an address of the lab ("/vae?beta=4"); None takes it away. Raises ClassError."""
    if address is not None and len(address) > ADDRESS_LENGTH:
        raise long(N_("Address"), len(address), ADDRESS_LENGTH)
    with engine.begin() as connection:
        values = {"look": address, "looked": None if address is None else time.time()}
        if not connection.execute(update(CLASSES).where(*led(code, owner)).values(values)).rowcount:
            raise not_led()


def end_class(engine: Engine, owner: str, code: str) -> None:
    """Ends the class and deletes what it kept: name, password, members and what they guessed. Raises ClassError."""
    with engine.begin() as connection:
        if not connection.execute(update(CLASSES).where(*led(code, owner)).values(emptied())).rowcount:
            raise not_led()
        connection.execute(delete(MEMBERS).where(MEMBERS.c.code == code))


def end_forgotten(engine: Engine) -> None:
    """Ends the classes that were opened so long ago that nobody comes back to end them."""
    with engine.begin() as connection:
        forgotten = (CLASSES.c.ended.is_(None), CLASSES.c.opened < time.time() - DAYS_AT_MOST * DAY_SECONDS)
        if connection.execute(update(CLASSES).where(*forgotten).values(emptied())).rowcount:
            ended = select(CLASSES.c.code).where(CLASSES.c.ended.is_not(None))
            connection.execute(delete(MEMBERS).where(MEMBERS.c.code.in_(ended)))


def emptied() -> dict[str, Any]:
    """What is left of a class that ends now, beside its code."""
    return {"name": "", "password": "", "owner": "", "look": None, "looked": None, "ended": time.time()}


def members(engine: Engine, owner: str, code: str) -> list[Member]:
    """Who is in the class, in the order in which they came. Raises ClassError."""
    shown = (MEMBERS.c.owner, MEMBERS.c.nickname, MEMBERS.c.joined, MEMBERS.c.seen)
    query = select(*shown).where(MEMBERS.c.code == code).order_by(MEMBERS.c.joined, MEMBERS.c.owner)
    with engine.connect() as connection:
        check(connection, code, owner)
        return [Member(**row._mapping) for row in connection.execute(query)]


def given(engine: Engine, owner: str, code: str) -> list[Given]:
    """All guesses of the class, by chapter and question. Raises ClassError."""
    answers = CLASS_ANSWERS.c
    query = (
        select(answers.owner, answers.chapter, answers.question, answers.guess)
        .join(MEMBERS, MEMBERS.c.owner == answers.owner)
        .where(MEMBERS.c.code == code)
        .order_by(answers.chapter, answers.question, MEMBERS.c.joined)
    )
    with engine.connect() as connection:
        check(connection, code, owner)
        return [Given(**row._mapping) for row in connection.execute(query)]


def led(code: str, owner: str) -> tuple[ColumnElement[bool], ...]:
    """An open class that this browser leads."""
    return (open_with(code), CLASSES.c.owner == owner)


def open_with(code: str) -> ColumnElement[bool]:
    """An open class with this code."""
    return (CLASSES.c.code == code) & CLASSES.c.ended.is_(None)


def check(connection: Connection, code: str, owner: str) -> None:
    """Raises ClassError where this browser does not lead the class."""
    if connection.execute(select(CLASSES.c.code).where(*led(code, owner))).first() is None:
        raise not_led()
