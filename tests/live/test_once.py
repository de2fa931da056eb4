"""Costly answers are made once and one at a time, whoever asks."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from genlab.live.queues.once import Crowded, Once


def test_many_who_ask_the_same_are_given_one_answer() -> None:
    made: list[int] = []
    once = Once(lambda n: made.append(n) or object(), 8, 8, "test")
    with ThreadPoolExecutor(12) as visitors:
        answers = list(visitors.map(lambda _: once.ask(1).result(), range(48)))
    assert made == [1]
    assert len(set(answers)) == 1


def test_one_is_made_at_a_time() -> None:
    busy, worst = [0], [0]

    def make(n: int) -> int:
        busy[0] += 1
        worst[0] = max(worst[0], busy[0])
        busy[0] -= 1
        return n

    once = Once(make, 8, 64, "test")
    with ThreadPoolExecutor(12) as visitors:
        assert list(visitors.map(lambda n: once.ask(n).result(), range(40))) == list(range(40))
    assert worst == [1]


def test_a_failure_is_told_and_not_kept() -> None:
    tries: list[int] = []

    def make(n: int) -> int:
        tries.append(n)
        if len(tries) == 1:
            raise ValueError("not today")
        return n

    once = Once(make, 8, 8, "test")
    with pytest.raises(ValueError, match="not today"):
        once.ask(5).result()
    assert once.ask(5).result() == 5


def test_only_so_many_wait_and_only_so_many_are_kept() -> None:
    go = threading.Event()
    made: list[int] = []

    def make(n: int) -> int:
        assert go.wait(30)
        made.append(n)
        return n

    once = Once(make, 2, 3, "test")
    waiting = [once.ask(n) for n in range(3)]
    with pytest.raises(Crowded, match="ask again in a moment"):
        once.ask(3)
    assert once.ask(0) is waiting[0]  # who asks for what is being made need not wait longer
    go.set()
    assert [answer.result() for answer in waiting] == [0, 1, 2]
    assert once.ask(4).result() == 4
    once.ask(1).result()
    assert made == [0, 1, 2, 4, 1]  # 1 had to make room
    once.clear()
    once.ask(4).result()
    assert made[-1] == 4
