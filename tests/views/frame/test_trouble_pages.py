"""Pages and clicks while the store is in trouble: one calm sentence in either language; and the page comes back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from views.conftest import Visit

from genlab.live.lab import lab
from genlab.locale import LANGUAGES, translate
from genlab.runs import Store
from genlab.runs.trouble import SENTENCES, STANDSTILL

pytestmark = pytest.mark.usefixtures("impatient")

PAGES = (
    "learn/home", "learn/autoencoder", "learn/vae", "learn/gan",
    "measure/divergences", "measure/runs", "play/latent", "play/playground",
)  # fmt: skip


@contextmanager
def locked(store: Store, whole: bool = False) -> Iterator[None]:
    """Another program in the middle of writing; whole: nobody reads meanwhile."""
    if whole:
        store.close()
    other = sqlite3.connect(str(store.engine.url.database), isolation_level=None)
    if whole:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    other.execute("UPDATE runs SET seed = seed")
    yield
    other.execute("ROLLBACK")
    other.close()


def sentences(visitor: AppTest) -> list[str]:
    """All that the page warns of."""
    return [element.value for kind in ("warning", "error") for element in visitor.get(kind)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_a_locked_store_says_so_and_comes_back(
    page: str, language: str, visit: Visit, store: Store, waits: Callable[[], int]
) -> None:
    visitor = visit(page, lang=language)
    before = sentences(visitor)
    with locked(store, whole=True):
        visitor.run()
    assert not visitor.exception
    assert set(sentences(visitor)) - set(before) <= {translate(SENTENCES["busy"], language)}
    if page not in ("measure/divergences", "play/playground"):  # which need no run to begin with
        assert sentences(visitor) == [translate(SENTENCES["busy"], language)]
    assert waits() <= 1
    visitor.run()
    assert (sentences(visitor), len(visitor.exception)) == (before, 0)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("page", "button"), [("learn/vae", "start"), ("learn/vae", "step"), ("play/playground", "eight")]
)
def test_a_click_that_cannot_be_written_says_so_and_the_page_stays(
    page: str, button: str, language: str, visit: Visit, store: Store, waits: Callable[[], int]
) -> None:
    visitor = visit(page, lang=language)
    with locked(store):
        visitor.button(button).click().run()
    assert waits() == 1
    assert not visitor.exception
    assert sentences(visitor) == [translate(SENTENCES["busy"], language)]
    assert visitor.button(button)
    assert store.list() == []
    visitor.button(button).click().run()
    assert store.list() != []
    assert sentences(visitor) == []


def test_stopping_eight_runs_of_a_locked_store_waits_once(visit: Visit, store: Store, waits: Callable[[], int]) -> None:
    visitor = visit("play/playground")
    visitor.button("eight").click().run()
    with locked(store):
        visitor.button("stop_all").click().run()
    assert waits() == 1
    assert sentences(visitor) == [SENTENCES["busy"]]
    assert {run.state for run in store.list()} == {"running"}


def test_a_removed_home_is_said_and_comes_back(visit: Visit, store: Store, tmp_path: Path) -> None:
    visitor = visit("learn/vae")
    home = tmp_path.rename(tmp_path.with_name("elsewhere"))
    visitor.run()
    assert (sentences(visitor), len(visitor.exception)) == ([SENTENCES["gone"]], 0)
    home.rename(tmp_path)
    visitor.run()
    assert sentences(visitor) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", ["learn/gan", "measure/runs", "play/playground"])
def test_a_standstill_stands_above_every_page_while_it_lasts(
    page: str, language: str, visit: Visit, store: Store
) -> None:
    scheduler = lab().scheduler
    scheduler.wanted = [store.create("ada", "gan", "ring8", preset="classroom").id]
    for lane in scheduler.lanes:
        lane.start_failed(OSError(12, "Cannot allocate memory"))
    visitor = visit(page, lang=language)
    assert translate(STANDSTILL["no_worker"], language) in sentences(visitor)
    for lane in scheduler.lanes:
        lane.starts.worked()
    scheduler.trouble = "full"
    visitor.run()
    assert translate(STANDSTILL["full"], language) in sentences(visitor)
    scheduler.trouble = None
    visitor.run()
    assert not set(sentences(visitor)) & {translate(text, language) for text in STANDSTILL.values()}
    assert not visitor.exception
