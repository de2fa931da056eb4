"""Whose turn it is, for how long, and who waits in line: by a simulated clock, without workers."""

from __future__ import annotations

from collections import Counter
from unittest.mock import Mock

import pytest

from genlab.runs.limits import runs_per_owner
from genlab.runs.store.record import Wanted
from genlab.runs.trouble import WrongSetup
from genlab.runs.work.lanes import Lane
from genlab.runs.work.line import admitted
from genlab.runs.work.turns import Turns, slice_seconds

SECONDS = 60.0


def simulated(owners: dict[str, str], lanes: int = 2) -> tuple[dict[str, float], dict[str, float]]:
    """The seconds that each owner's runs get in a minute, and the longest that each run waits between two turns."""
    turns = Turns([Lane(Mock(), 1) for _ in range(lanes)])
    turns.assign(list(owners), owners)
    got = dict.fromkeys(owners.values(), 0.0)
    waited = dict.fromkeys(owners, 0.0)
    for lane in turns.lanes:
        clock, last = 0.0, dict.fromkeys(lane.runs, 0.0)
        while clock < SECONDS and lane.runs:
            run_id = turns.next(lane)
            turns.begins(lane, run_id)
            waited[run_id] = max(waited[run_id], clock - last[run_id])
            seconds = slice_seconds(len(lane.runs))
            clock += seconds
            last[run_id] = clock
            turns.took(run_id, seconds)
            got[owners[run_id]] += seconds
        for run_id in lane.runs:
            waited[run_id] = max(waited[run_id], clock - last[run_id])
    return got, waited


def test_slices_shrink_as_runs_grow() -> None:
    lengths = [slice_seconds(count) for count in range(1, 100)]
    assert lengths[0] == 0.5
    assert slice_seconds(15) == pytest.approx(0.15)  # of thirty on two cores
    assert lengths == sorted(lengths, reverse=True)
    assert all(slice_seconds(count) * count <= 2.5 for count in range(1, 16))


def test_thirty_runs_move_every_two_and_a_half_seconds() -> None:
    owners = {f"run {number}": f"student {number}" for number in range(30)}
    got, waited = simulated(owners)
    assert max(waited.values()) <= 2.5
    assert max(got.values()) - min(got.values()) <= 0.2


@pytest.mark.parametrize("lanes", [1, 2, 4, 16])
def test_who_starts_many_costs_the_others_at_most_half(lanes: int) -> None:
    others = {f"run {number}": f"student {number}" for number in range(29)}
    alone, _ = simulated(others, lanes)
    many = {f"greedy {number}": "greedy" for number in range(96)}
    beside, waited = simulated(many | others, lanes)
    assert all(beside[owner] >= 0.5 * alone[owner] - 0.2 for owner in others.values())
    assert max(waited[run_id] for run_id in others) < 5


def test_the_runs_of_an_owner_take_its_turns_in_turn() -> None:
    turns = Turns([Lane(Mock(), 1)])
    owners = {"a1": "ada", "a2": "ada", "a3": "ada", "b1": "bob"}
    turns.assign(list(owners), owners)
    order = []
    for _ in range(8):
        order.append(turns.next(turns.lanes[0]))
        turns.begins(turns.lanes[0], order[-1])
    assert order == ["a1", "b1", "a2", "b1", "a3", "b1", "a1", "b1"]


def test_a_newcomer_is_next_and_then_one_of_all() -> None:
    turns = Turns([Lane(Mock(), 1)])
    owners = {"a": "ada", "b": "bob"}
    turns.assign(["a"], owners)
    for _ in range(100):
        turns.begins(turns.lanes[0], turns.next(turns.lanes[0]))
        turns.took("a", 0.5)
    turns.assign(["a", "b"], owners)
    order = []
    for _ in range(4):
        order.append(turns.next(turns.lanes[0]))
        turns.begins(turns.lanes[0], order[-1])
    assert order == ["b", "a", "b", "a"]


def queue(*owners: str, trains: bool = True) -> list[Wanted]:
    """Runs of these owners, oldest first, named by owner and number."""
    seen: Counter[str] = Counter()
    runs = []
    for owner in owners:
        seen[owner] += 1
        runs.append(Wanted(f"{owner}{seen[owner]}", owner, trains))
    return runs


def test_an_owner_trains_so_many_and_the_rest_wait_in_line() -> None:
    runs, places = admitted(queue("a", "a", "a", "a", "b"), (), per_owner=2, at_most=10)
    assert [run.id for run in runs] == ["a1", "a2", "b1"]
    assert places == {"a3": 1, "a4": 2}


def test_what_trains_keeps_its_place_from_an_older_run_that_goes_on() -> None:
    runs, places = admitted(queue("a", "a", "a"), {"a2", "a3"}, per_owner=2, at_most=10)
    assert {run.id for run in runs} == {"a2", "a3"}
    assert places == {"a1": 1}


def test_a_full_server_gives_everybody_one_before_anybody_two() -> None:
    wanted = queue("a", "a", "a", "b", "c", "d")
    runs, places = admitted(wanted, {"a1", "a2", "a3"}, per_owner=3, at_most=4)
    assert [run.id for run in runs] == ["a1", "b1", "c1", "d1"]
    assert places == {"a2": 1, "a3": 2}


def test_what_only_rests_is_saved_without_waiting() -> None:
    runs, places = admitted([*queue("a", "a"), *queue("b", "b", trains=False)], (), per_owner=1, at_most=1)
    assert [run.id for run in runs] == ["a1", "b1", "b2"]
    assert places == {"a2": 1}


def test_the_setting_of_runs_an_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GENLAB_RUNS_PER_OWNER", raising=False)
    assert runs_per_owner() == 12
    monkeypatch.setenv("GENLAB_RUNS_PER_OWNER", "3")
    assert runs_per_owner() == 3
    for wrong in ("0", "-1", "many", "1.5"):
        monkeypatch.setenv("GENLAB_RUNS_PER_OWNER", wrong)
        with pytest.raises(WrongSetup, match=r"GENLAB_RUNS_PER_OWNER: got '.*', allowed: whole numbers from 1"):
            runs_per_owner()
