"""Who tries codes of classes one after the other has to wait; a school that types its code does not."""

from __future__ import annotations

from contextlib import suppress

import pytest

from genlab.classroom import guessed
from genlab.classroom.guessed import OF_A_BROWSER, OF_AN_ADDRESS, Guesses, guessing
from genlab.classroom.record import ClassError, no_such


class Clock:
    """A clock that a test sets."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(guessed, "guesses", Guesses(clock))
    return clock


def wrong(browser: str, address: str | None = None) -> bool:
    """Is wrong once more; whether another try is left."""
    with suppress(ClassError), guessing(browser, address):
        raise no_such("ABCDEF")
    try:
        with guessing(browser, address):
            return True
    except ClassError:
        return False


def test_a_browser_that_is_wrong_five_times_waits_and_may_then_try_again(clock: Clock) -> None:
    assert [wrong("ada") for _ in range(6)] == [True] * 4 + [False] * 2
    clock.now += OF_A_BROWSER.seconds
    assert wrong("ada") is False  # one more was left, and it was wrong
    clock.now += OF_A_BROWSER.seconds
    with guessing("ada", None):
        pass
    assert wrong("bob")


def test_a_right_code_costs_nothing(clock: Clock) -> None:
    for _ in range(100):
        with guessing("ada", "10.0.0.1"):
            pass
    assert wrong("ada", "10.0.0.1")


def test_new_keys_do_not_help_one_address(clock: Clock) -> None:
    tried = [wrong(f"browser {number}", "10.0.0.1") for number in range(OF_AN_ADDRESS.at_once + 10)]
    assert tried == [True] * (OF_AN_ADDRESS.at_once - 1) + [False] * 11
    assert wrong("browser", "10.0.0.2")
    with (
        pytest.raises(ClassError, match=r"^Too many wrong codes came from here: wait a minute"),
        guessing("x", "10.0.0.1"),
    ):
        pass


def test_what_is_known_of_whom_stays_small(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guessed, "KNOWN_AT_MOST", 10)
    for number in range(50):
        wrong(f"browser {number}")
    assert len(guessed.guesses.until) == 10
