"""What can be taken home of a run: offered once there is something, in both languages, written as the visitor does."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from views.conftest import SECONDS

from genlab.live.routes.taken_api import KINDS
from genlab.locale import LANGUAGES
from genlab.runs import Store
from genlab.runs.work.hot import HotRuns
from genlab.views.bench import take_away


def menu() -> None:
    """The menu of the address' run, as the browser is handed it."""
    import json

    import streamlit as st

    from genlab.live.lab import lab
    from genlab.views.bench.shown import shown_data

    st.session_state["language"] = st.query_params["lang"]
    st.text(json.dumps(shown_data(lab().store.get(st.query_params["run"]), forks=st.query_params["forks"] == "1")))


def taken(run: str, lang: str, forks: str) -> list[dict[str, Any]]:
    """The menu's groups."""
    visitor = AppTest.from_function(menu, default_timeout=SECONDS)
    visitor.query_params["run"], visitor.query_params["lang"], visitor.query_params["forks"] = run, lang, forks
    visitor.run()
    assert not visitor.exception
    return json.loads(visitor.text[0].value)["takes"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_everything_is_in_one_menu(store: Store, lang: str) -> None:
    run = store.create("ada", "vae", "ring8", {"steps": 20, "hidden": 8, "batch": 8}, preset="classroom", seed=3)
    assert taken(run.id, lang, "0") == []  # where no moment is looked at, nothing is offered before it is there
    HotRuns(store).advance(run.id, 60.0, save=True)
    groups = taken(run.id, lang, "0")
    assert groups == taken(run.id, lang, "1")
    files = [file for group in groups for file in group["files"]]
    assert [file["testid"].removeprefix("take-") for file in files] == ["script", "notebook", *KINDS]
    assert all(file["name"] and file["href"].startswith(f"/lab/runs/{run.id}/") for file in files)
    assert [group["charts"] for group in groups] == [False, True, False, False, False]
    assert run.id in groups[-1]["cite"]
    assert "3" in groups[-1]["cite"]


@pytest.mark.parametrize(
    ("locale", "mark"),
    [("de-DE", ","), ("fr", ","), ("en-US", "."), ("zh-CN", "."), ("ar-EG", "."), ("no such place", "."), (None, ".")],
)
def test_numbers_are_written_as_the_browsers_language_does(
    monkeypatch: pytest.MonkeyPatch, locale: str | None, mark: str
) -> None:
    monkeypatch.setattr(take_away.st, "context", SimpleNamespace(locale=locale))
    assert take_away.decimal() == mark
