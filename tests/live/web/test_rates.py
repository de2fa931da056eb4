"""How many requests one visitor and one address may make, told by a clock of the tests' own."""

from __future__ import annotations

import pytest
from live.asked import get

from genlab.live.web import rates
from genlab.live.web.keys import COOKIE, new_key
from genlab.live.web.rates import BY_ADDRESS, BY_KEY, Rates

pytestmark = pytest.mark.usefixtures("own_lab")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The moment it is."""
    moment = [0.0]
    monkeypatch.setattr(rates.time, "monotonic", lambda: moment[0])
    return moment


def test_a_bucket_is_emptied_and_fills_again(clock: list[float]) -> None:
    bucket = Rates(a_second=2, burst=3)
    assert [bucket.take("ada") for _ in range(4)] == [True, True, True, False]
    assert bucket.take("bob")
    clock[0] += 0.5
    assert [bucket.take("ada") for _ in range(2)] == [True, False]
    clock[0] += 1000
    assert [bucket.take("ada") for _ in range(4)] == [True, True, True, False]


def test_no_more_are_remembered_than_may_be(clock: list[float]) -> None:
    bucket = Rates(a_second=1, burst=1, most=10)
    for number in range(100):
        assert bucket.take(str(number))
    assert len(bucket.left) == 10


def test_a_visitor_who_asks_without_end_is_told_so_and_others_are_not(
    clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rates, "BY_KEY", Rates(BY_KEY.a_second, 5))
    monkeypatch.setattr(rates, "BY_ADDRESS", Rates(BY_ADDRESS.a_second, 12))
    ada, bob = (f"{COOKIE}={new_key()}" for _ in range(2))
    for address in ("/lab/class", "/healthz", "/lab/runs/x", "/lab/static/run/index.js", "/lab/untrained"):
        assert get(address, cookie=ada).status != 429, address
    for address in ("/lab/class", "/healthz"):
        answer = get(address, cookie=ada)
        assert (answer.status, answer.headers["retry-after"]) == (429, "5")
        assert answer.json() == {"error": rates.SENTENCE}
    assert get("/lab/class", cookie=bob).status == 200
    # Keys that one thinks of do not help: their address counts.
    thought_of = [get("/lab/class", cookie=f"{COOKIE}={new_key()}").status for _ in range(8)]
    assert (thought_of[0], thought_of[-1]) == (200, 429)
    clock[0] += 5
    assert get("/lab/class", cookie=ada).status == 200


def test_a_class_behind_one_address_is_far_from_an_end(clock: list[float]) -> None:
    # A hundred pages open within ten seconds, eighty files each; then each looks twice a second and fetches a frame.
    by_key, by_address = Rates(BY_KEY.a_second, BY_KEY.burst), Rates(BY_ADDRESS.a_second, BY_ADDRESS.burst)
    for _ in range(100):
        clock[0] += 0.1
        assert all(by_address.take("school") for _ in range(80))
    for _ in range(60):
        clock[0] += 1
        assert all(by_address.take("school") for _ in range(100 * 4))
        assert all(by_key.take("ada") for _ in range(4))
