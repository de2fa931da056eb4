"""What is wrong with a run at each moment, as its pages are told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from genlab.runs import Store
from genlab.runs.looks.diagnosis import Found, symptom_at, symptoms_of
from genlab.runs.store.record import Point, Run
from genlab.runs.store.slices import Slice

PLAN = 100
COLLAPSED = {"kl": 0.001, "reconstruction": 3.7, "negative_elbo": 3.7}


@pytest.fixture
def store(new_url: str) -> Store:
    """An empty store."""
    return Store(new_url)


def run_with(store: Store, points: Sequence[Point], **settings: Any) -> Run:
    """A VAE on points, wide enough to ignore z, with these points."""
    config = {"steps": PLAN, "deviation": 1.0} | settings
    run = store.create("ada", "vae", "ring8", config, preset="classroom")
    return written(store, run, points)


def written(store: Store, run: Run, points: Sequence[Point]) -> Run:
    """The run with these points besides."""
    made = Slice(start=run.step, step=points[-1][0], seconds=1.0, applied=run.version, points=list(points))
    assert store.write_slice(run.id, made)
    return store.get(run.id)


def steps(begin: int, end: int, **terms: float) -> list[Point]:
    """Points that all say the same."""
    return [(step, dict(COLLAPSED) | terms) for step in range(begin, end + 1)]


def said(moments: Sequence[tuple[int, tuple[Found, ...]]]) -> list[Any]:
    """What a page is told of these moments."""
    return [(step, [(one.symptom.name, one.numbers, one.since, one.cure) for one in found]) for step, found in moments]


def test_each_moment_has_what_could_be_seen_then(store: Store) -> None:
    run = run_with(store, [*steps(1, 60), *steps(61, 80, kl=2.0, reconstruction=-9.0)], beta=4.0)
    moments = dict(symptoms_of(store, run))
    assert min(moments) == 21
    assert max(moments) == 60
    (found,) = moments[40]
    assert found.symptom.name == "posterior_collapse"
    assert found.cure == {"beta": (4.0, 1.0), "deviation": (1.0, 0.1)}
    assert found.since == moments[21][0].since == 12
    assert [step for step, _ in symptoms_of(store, run, after=58)] == [59, 60]
    assert symptom_at(store, run, "posterior_collapse", 45) == moments[45][0]
    assert symptom_at(store, run, "overfitting", 45) is None


def test_point_after_point_says_what_all_at_once_says(store: Store) -> None:
    points = [*steps(1, 60), *steps(61, 80, kl=2.0)]
    at_once = said(symptoms_of(store, run_with(store, points)))
    run = run_with(store, points[:1])
    for point in points[1:]:
        run = written(store, run, [point])
        symptoms_of(store, run)
    assert said(symptoms_of(store, run)) == at_once


def test_after_a_knob_was_turned_only_what_came_after_counts(store: Store) -> None:
    run = run_with(store, steps(1, 50), beta=4.0)
    store.change(run.id, {"beta": 8.0})
    run = written(store, store.get(run.id), steps(51, 80))
    moments = dict(symptoms_of(store, run))
    assert moments[50][0].cure["beta"] == (4.0, 1.0)
    assert min(step for step in moments if step > 50) == 71
    assert moments[71][0].cure["beta"] == (8.0, 1.0)


def test_a_longer_plan_is_no_other_setting(store: Store) -> None:
    run = run_with(store, steps(1, 50))
    store.change(run.id, {"steps": 110})
    run = written(store, store.get(run.id), steps(51, 55))
    assert 55 in dict(symptoms_of(store, run))


def test_a_run_that_left_the_numbers_has_diverged(store: Store) -> None:
    run = run_with(store, [(step, {"kl": 2.0, "reconstruction": 1.0}) for step in range(1, 10)], learning_rate=0.1)
    store.fail(run.id, "step 10: negative_elbo is not finite; try a lower learning rate; its last checkpoint is kept")
    ((step, (found,)),) = symptoms_of(store, store.get(run.id))
    assert (step, found.symptom.name, found.numbers) == (10, "divergence", {"at": 10})
    assert found.cure["learning_rate"] == (0.1, 0.0005)


def test_a_healthy_run_has_none(store: Store) -> None:
    assert symptoms_of(store, run_with(store, steps(1, 80, kl=2.0, reconstruction=-1.0))) == []
