"""A plan that ends when its time does."""

from __future__ import annotations

from genlab.training.budget import fitting


def test_a_plan_follows_the_speed_seen() -> None:
    assert fitting(100, 2.0, 600, 20.0) == 1000
    assert fitting(100, 2.0, 1010, 20.0) == 1010  # near enough
    assert fitting(100, 2.0, 600, 1e9) == 1_000_000


def test_slow_first_steps_do_not_make_a_plan_of_pictures() -> None:
    plan, seen = 600, []
    for _ in range(4):
        plan = fitting(1, 1.0, plan, 6.0)
        seen.append(plan)
    assert seen == [150, 37, 10, 10]


def test_what_is_done_is_in_the_plan() -> None:
    assert fitting(500, 30.0, 600, 10.0) == 501
