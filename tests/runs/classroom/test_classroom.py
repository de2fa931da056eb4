"""A class in the store: opened, joined, counted, ended; and who may do what."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, func, select

from genlab.classroom import led as led_module
from genlab.classroom.addresses import address_of
from genlab.classroom.attended import attended, count_guess, forget_guesses, join_class, leave_class
from genlab.classroom.codes import LENGTH, LETTERS, as_code, fits, hashed, new_code
from genlab.classroom.led import ask_to_look, end_class, given, led_by, members, open_class, take_up
from genlab.classroom.record import NICKNAME_LENGTH, TRIES, Class, ClassError
from genlab.classroom.tally import curves, of_options, of_places, of_question, reached
from genlab.runs import Store
from genlab.runs.store.tables import CLASS_ANSWERS, CLASSES, MEMBERS

pytestmark = pytest.mark.every_database


@pytest.fixture
def engine(store: Store, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """An empty store's; hashes cost little here."""
    monkeypatch.setattr("genlab.classroom.codes.COST", 2)
    return store.engine


@pytest.fixture
def room(engine: Engine) -> Class:
    """A class that "ada" leads."""
    return open_class(engine, "ada", "  Monday   morning ", "secret")


def test_a_code_has_six_letters_that_are_not_mistaken() -> None:
    assert not set("ILO01") & set(LETTERS)
    code = new_code()
    assert len(code) == LENGTH
    assert set(code) <= set(LETTERS)
    assert len({new_code() for _ in range(50)}) == 50
    assert as_code(f" {code[:3].lower()}-{code[3:]} ") == code


def test_of_a_password_only_a_salted_hash_is_kept(engine: Engine, room: Class) -> None:
    with engine.connect() as connection:
        kept = connection.scalar(select(CLASSES.c.password))
    assert kept is not None
    assert "secret" not in kept
    assert fits("secret", kept)
    assert not fits("Secret", kept)
    assert hashed("secret") != hashed("secret")


@pytest.mark.parametrize(
    ("name", "password", "said"),
    [(" ", "secret", "needs a name"), ("n" * 81, "secret", "got 81"), ("Monday", "abc", "got 3"),
     ("Monday", "p" * 201, "got 201")],
)  # fmt: skip
def test_what_is_no_class_is_refused(engine: Engine, name: str, password: str, said: str) -> None:
    with pytest.raises(ClassError, match=said):
        open_class(engine, "ada", name, password)
    assert led_by(engine, "ada") is None


def test_a_browser_leads_one_class_at_a_time(engine: Engine, room: Class) -> None:
    assert room.name == "Monday morning"
    with pytest.raises(ClassError, match="already"):
        open_class(engine, "ada", "Tuesday", "secret")


def test_students_come_in_by_the_code_and_are_seen(engine: Engine, room: Class) -> None:
    join_class(engine, "bob", room.code.lower(), " Bob ")
    join_class(engine, "eve", f"{room.code[:3]} {room.code[3:]}")
    assert [(one.owner, one.nickname) for one in members(engine, "ada", room.code)] == [("bob", "Bob"), ("eve", "")]
    join_class(engine, "bob", room.code, "Robert")
    assert [one.nickname for one in members(engine, "ada", room.code)] == ["Robert", ""]
    assert attended(engine, "bob") == (room, "Robert")
    assert attended(engine, "ada") is None


def test_that_a_member_is_there_is_written_down_now_and_then(engine: Engine, room: Class) -> None:
    join_class(engine, "bob", room.code)
    with engine.begin() as connection:
        connection.execute(MEMBERS.update().values(seen=1.0))
    attended(engine, "bob")
    assert members(engine, "ada", room.code)[0].seen == 1.0
    attended(engine, "bob", there=True)
    seen = members(engine, "ada", room.code)[0].seen
    assert seen > 1.0
    attended(engine, "bob", there=True)
    assert members(engine, "ada", room.code)[0].seen == seen


def test_who_may_not_come_in_is_told_why(engine: Engine, room: Class) -> None:
    with pytest.raises(ClassError, match="No class has the code QQQQQQ"):
        join_class(engine, "bob", "qqqqqq")
    with pytest.raises(ClassError, match=r"Nickname: got 41 letters, allowed: up to 40"):
        join_class(engine, "bob", room.code, "n" * (NICKNAME_LENGTH + 1))
    end_class(engine, "ada", room.code)
    with pytest.raises(ClassError, match="has ended"):
        join_class(engine, "bob", room.code)
    with pytest.raises(ClassError, match="has ended"):
        take_up(engine, "bob", room.code, "secret")


def test_guesses_count_from_joining_on_and_go_with_the_member(engine: Engine, room: Class) -> None:
    count_guess(engine, "bob", "gaps", 1, 3)
    join_class(engine, "bob", room.code)
    join_class(engine, "eve", room.code)
    for owner, question, guess in (("bob", 1, 2), ("bob", 1, 0), ("bob", 2, 1), ("eve", 1, 0)):
        count_guess(engine, owner, "gaps", question, guess)
    found = given(engine, "ada", room.code)
    assert of_options(of_question(found, "gaps", 1), 4) == [2, 0, 0, 0]
    assert of_options(of_question(found, "gaps", 2), 4) == [0, 1, 0, 0]
    assert reached(found) == {"bob": ["gaps"], "eve": ["gaps"]}
    forget_guesses(engine, "eve", "gaps")
    leave_class(engine, "bob")
    assert given(engine, "ada", room.code) == []
    assert attended(engine, "bob") is None


def test_going_into_another_class_leaves_the_first(engine: Engine, room: Class) -> None:
    other = open_class(engine, "mia", "Tuesday", "secret")
    join_class(engine, "bob", room.code)
    count_guess(engine, "bob", "gaps", 1, 1)
    join_class(engine, "bob", other.code)
    assert members(engine, "ada", room.code) == given(engine, "ada", room.code) == []
    assert given(engine, "mia", other.code) == []


def test_nobody_but_who_leads_it_sees_or_changes_a_class(engine: Engine, room: Class) -> None:
    join_class(engine, "bob", room.code)
    for act in (
        lambda: members(engine, "bob", room.code),
        lambda: given(engine, "bob", room.code),
        lambda: ask_to_look(engine, "bob", room.code, "/vae"),
        lambda: end_class(engine, "bob", room.code),
    ):
        with pytest.raises(ClassError, match="does not lead"):
            act()
    assert len(members(engine, "ada", room.code)) == 1


def test_with_the_password_another_browser_leads_it_in_the_firsts_place(engine: Engine, room: Class) -> None:
    with pytest.raises(ClassError, match="not the password"):
        take_up(engine, "tablet", room.code, "Secret")
    take_up(engine, "tablet", room.code.lower(), "secret")
    assert led_by(engine, "tablet") == room
    assert led_by(engine, "ada") is None


def test_after_some_wrong_passwords_even_the_right_one_waits(
    engine: Engine, room: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(TRIES):
        with pytest.raises(ClassError, match="not the password"):
            take_up(engine, "eve", room.code, "wrong")
    with pytest.raises(ClassError, match="Too many wrong passwords"):
        take_up(engine, "eve", room.code, "secret")
    monkeypatch.setattr(led_module, "WAIT_SECONDS", 0.0)
    take_up(engine, "eve", room.code, "secret")


def test_the_end_deletes_what_was_kept_but_the_code(engine: Engine, room: Class) -> None:
    join_class(engine, "bob", room.code, "Bob")
    count_guess(engine, "bob", "gaps", 1, 1)
    ask_to_look(engine, "ada", room.code, "/vae")
    end_class(engine, "ada", room.code)
    with engine.connect() as connection:
        left = connection.execute(select(CLASSES)).one()
        rows = [connection.scalar(select(func.count()).select_from(table)) for table in (MEMBERS, CLASS_ANSWERS)]
    assert rows == [0, 0]
    assert (left.code, left.name, left.password, left.owner, left.look) == (room.code, "", "", "", None)
    assert led_by(engine, "ada") is attended(engine, "bob") is None
    count_guess(engine, "bob", "gaps", 1, 1)


def test_a_class_that_nobody_ends_goes_when_another_is_opened(engine: Engine, room: Class) -> None:
    join_class(engine, "bob", room.code)
    young = open_class(engine, "mia", "Tuesday", "secret")
    join_class(engine, "eve", young.code)
    with engine.begin() as connection:
        connection.execute(CLASSES.update().where(CLASSES.c.code == room.code).values(opened=time.time() - 31 * 86400))
    open_class(engine, "zoe", "Wednesday", "secret")
    assert led_by(engine, "ada") is attended(engine, "bob") is None
    assert [one.owner for one in members(engine, "mia", young.code)] == ["eve"]
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(MEMBERS)) == 1


def test_a_class_guesses_all_at_once(engine: Engine, room: Class) -> None:
    students = [f"student {n}" for n in range(6)]

    def guess(student: str) -> None:
        join_class(engine, student, room.code)
        for question in (1, 2):
            count_guess(engine, student, "gaps", question, question)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(guess, [*students, *students]))  # each in two windows
    found = given(engine, "ada", room.code)
    assert [of_options(of_question(found, "gaps", question), 3) for question in (1, 2)] == [[0, 6, 0], [0, 0, 6]]


def test_all_are_shown_where_to_look(engine: Engine, room: Class) -> None:
    join_class(engine, "bob", room.code)
    ask_to_look(engine, "ada", room.code, "/vae?beta=4")
    found = attended(engine, "bob")
    assert found is not None
    assert found[0].look == "/vae?beta=4"
    assert found[0].looked is not None
    ask_to_look(engine, "ada", room.code, None)
    assert attended(engine, "bob") == (room, "")
    with pytest.raises(ClassError, match="Address: got 2001"):
        ask_to_look(engine, "ada", room.code, "/" * 2001)


KNOWN = ("", "vae", "chapter-gaps")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("/vae?beta=4&lang=zh&present=1", "/vae?beta=4"),
        (" http://lab:8501/vae?run=ab12#x ", "/vae?run=ab12"),
        ("chapter-gaps", "/chapter-gaps"),
        ("/", "/"),
        ("/vae/?a=<b>&c=%20d", "/vae?a=%3Cb%3E&c=+d"),
    ],
)
def test_an_address_is_a_page_of_this_lab(typed: str, found: str) -> None:
    assert address_of(typed, KNOWN, "lab:8501") == found


@pytest.mark.parametrize(
    "typed",
    ["", "https://elsewhere.org/vae", "//elsewhere.org/vae", "javascript:alert(1)", "http:vae", "/nothing", "/../vae",
     "/lab/runs/1", "http://lab:8501.elsewhere.org/vae", "http://[vae", "/vae/x", "data:text/html,vae", "\\\\x\\vae"],
)  # fmt: skip
def test_anything_else_is_refused(typed: str) -> None:
    with pytest.raises(ClassError, match="allowed are pages of this lab"):
        address_of(typed, KNOWN, "lab:8501")


def test_below_a_path_of_the_server() -> None:
    assert address_of("http://lab/course/lab/vae?a=1", KNOWN, "lab", "/course/lab") == "/vae?a=1"
    assert address_of("/vae", KNOWN, "lab", "/course/lab") == "/vae"


def test_marks_and_curves_are_counted_too() -> None:
    assert of_places([3, 3.0, 1, None]) == [(1.0, 1), (3.0, 2)]
    assert curves([[[0, 1], [1, 2]], 4]) == [[(0.0, 1.0), (1.0, 2.0)]]
    assert of_options([0, 1, True, "a", 7], 2) == [1, 1]
