"""The playground's stage in a chapter: what is asked for there moves a run of the visitor's own."""

from __future__ import annotations

from typing import Any

import pytest

from genlab.lessons.loader import chapter_named
from genlab.live.lab import SHIPPED
from genlab.models import FAMILIES
from genlab.runs import Store
from genlab.runs.work.hot import HotRuns
from genlab.views.frame.session import owner
from genlab.views.playground import lesson as play_lesson

CHAPTER = chapter_named("the-game")
HERE: play_lesson.Here = ("here", None)


class Session(dict[str, Any]):
    """A visitor's session, outside of any page."""

    __getattr__ = dict.__getitem__


@pytest.fixture
def wish(monkeypatch: pytest.MonkeyPatch, store: Store) -> Any:
    """wish(run, **what): the stage asks for something; returns the run that it then shows."""
    asked: dict[str, Any] = {}
    state = Session(owner="ada")
    monkeypatch.setattr(play_lesson, "component_value", lambda key, name: asked)
    monkeypatch.setattr(play_lesson.st, "session_state", state)
    config = FAMILIES["gan"].preset("classroom", "points", dict(CHAPTER.stage.state["settings"]))

    def act(run: Any, **what: Any) -> Any:
        asked.clear()
        asked.update(what)
        play_lesson.act(FAMILIES["gan"], "ring8", config.model_dump(), HERE, run)
        return play_lesson.begun_here(HERE) or run

    return act


def test_d_times_100_begins_a_run_whose_d_alone_moves(store: Store, wish: Any) -> None:
    run = wish(None, do="discriminator", count=100)
    assert (run.owner, run.state, run.data, run.config["latents"]) == (owner(), "paused", "ring8", 2)
    hot = HotRuns(store)
    while store.asked(run.id):
        hot.advance(run.id, 1.0, save=False)
    assert {event.details["part"] for event in store.events(run.id)} == {"discriminator"}
    assert store.get(run.id).step == 100
    again = wish(store.get(run.id), do="generator", count=10)
    assert again.id == run.id
    waits = store.asked(run.id)
    assert waits is not None
    assert (waits.part, waits.count) == ("generator", 10)


def test_what_is_another_s_or_done_goes_on_in_a_copy(store: Store, wish: Any) -> None:
    settings = {"hidden": 16, "batch": 32, "steps": 10}
    theirs = store.create(SHIPPED, "gan", "ring8", settings, state="running")
    hot = HotRuns(store)
    while store.get(theirs.id).state != "finished":
        hot.advance(theirs.id, 1.0, save=True)
    mine = wish(store.get(theirs.id), do="discriminator", count=10)
    assert (mine.owner, mine.parent_id, mine.step) == ("ada", theirs.id, 10)
    assert mine.config["steps"] > 10
    assert store.asked(mine.id) is not None
    assert store.asked(theirs.id) is None


@pytest.mark.parametrize("what", [{}, {"do": "delete"}, {"do": "fork", "step": 3}])
def test_nothing_else_is_done_there(store: Store, wish: Any, what: dict[str, Any]) -> None:
    wish(None, **what)
    assert store.list() == []


def test_a_run_of_another_place_is_not_shown(store: Store, wish: Any) -> None:
    assert wish(None, do="discriminator", count=10) is not None
    assert play_lesson.begun_here(("elsewhere", None)) is None
    assert play_lesson.begun_here(("here", "another run")) is None
