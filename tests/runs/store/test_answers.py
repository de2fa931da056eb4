"""What people guess and find at the questions of chapters."""

from __future__ import annotations

import threading
import time

import pytest

from genlab.runs import Store

pytestmark = pytest.mark.every_database


def test_a_guess_and_what_came_of_it_are_kept_together(store: Store) -> None:
    before = time.time()
    store.keep_answer("ada", "gaps", 1, guess="a digit")
    (answer,) = store.answers("ada")
    assert (answer.owner, answer.chapter, answer.question) == ("ada", "gaps", 1)
    assert (answer.guess, answer.result, answer.runs) == ("a digit", None, ())
    store.keep_answer("ada", "gaps", 1, result={"share": 0.38}, runs=["a", "b"])
    (answer,) = store.answers("ada", "gaps")
    assert (answer.guess, answer.result, answer.runs) == ("a digit", {"share": 0.38}, ("a", "b"))
    assert before <= answer.updated <= time.time()


@pytest.mark.parametrize("value", [0, 0.0, False, "", [], {}, [1, None], {"a": "隐空间"}])
def test_whatever_json_holds_is_an_answer(store: Store, value: object) -> None:
    store.keep_answer("ada", "gaps", 1, guess=value, result=value)
    store.keep_answer("ada", "gaps", 1)
    (answer,) = store.answers("ada")
    assert (answer.guess, answer.result) == (value, value)


def test_a_new_guess_takes_the_place_of_the_old(store: Store) -> None:
    store.keep_answer("ada", "gaps", 1, guess=1, runs=["a"])
    store.keep_answer("ada", "gaps", 1, guess=2, runs=[])
    assert [(answer.guess, answer.runs) for answer in store.answers("ada")] == [(2, ())]


def test_answers_are_a_persons_own_in_order_and_forgotten_by_chapter(store: Store) -> None:
    for owner, chapter, question in (("ada", "z", 2), ("ada", "z", 1), ("ada", "a", 3), ("bob", "z", 1)):
        store.keep_answer(owner, chapter, question, guess=question)
    assert [(answer.chapter, answer.question) for answer in store.answers("ada")] == [("a", 3), ("z", 1), ("z", 2)]
    store.forget_answers("ada", "z")
    assert [answer.chapter for answer in store.answers("ada")] == ["a"]
    store.forget_answers("ada")
    assert store.answers("ada") == []
    assert [answer.chapter for answer in store.answers("bob")] == ["z"]


def test_two_windows_may_answer_at_once(store: Store) -> None:
    def answer(part: str) -> None:
        for question in range(20):
            store.keep_answer("ada", "gaps", question, **{part: question})

    both = [threading.Thread(target=answer, args=(part,)) for part in ("guess", "result")]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert [(answer.guess, answer.result) for answer in store.answers("ada")] == [(at, at) for at in range(20)]
