"""What the pages of a member ask: which class, where to look; and that a guess in a chapter counts there."""

from __future__ import annotations

import json

import pytest
from asked import Answer, ask, get

from genlab.classroom.attended import join_class
from genlab.classroom.led import ask_to_look, given, open_class
from genlab.live.lab import lab
from genlab.live.web.keys import COOKIE, new_key

pytestmark = pytest.mark.usefixtures("own_lab")

KEY = new_key()
COOKIES = {"cookie": f"{COOKIE}={KEY}"}


def guessed(guess: int) -> Answer:
    """A guess at a chapter's first question."""
    return ask("POST", "/lab/chapters/gaps/1", json.dumps({"guess": guess}).encode(), COOKIES)


def test_who_is_in_a_class_is_told_which_and_where_to_look() -> None:
    assert get("/lab/class").json() == get("/lab/class", **COOKIES).json() == {"class": None}
    engine = lab().store.engine
    room = open_class(engine, "ada", "Monday", "secret")
    join_class(engine, KEY, room.code, "Bob")
    told = {"name": "Monday", "nickname": "Bob", "look": None, "looked": None}
    assert get("/lab/class", **COOKIES).json() == {"class": told}
    ask_to_look(engine, "ada", room.code, "/vae")
    assert get("/lab/class", **COOKIES).json()["class"]["look"] == "/vae"
    assert ask("DELETE", "/lab/class", b"", COOKIES).json() == {"class": None}


def test_a_guess_in_a_chapter_counts_for_the_class_one_is_in() -> None:
    engine = lab().store.engine
    room = open_class(engine, "ada", "Monday", "secret")
    assert guessed(1).status == 200
    assert given(engine, "ada", room.code) == []
    join_class(engine, KEY, room.code)
    assert guessed(2).status == 200
    assert [(one.chapter, one.question, one.guess) for one in given(engine, "ada", room.code)] == [("gaps", 1, 2)]
    assert guessed(99).status == 422
    ask("DELETE", "/lab/chapters/gaps", b"", COOKIES)
    assert given(engine, "ada", room.code) == []
