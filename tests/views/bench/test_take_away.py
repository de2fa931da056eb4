"""What can be taken home of a run: offered once there is something, in both languages, written as the visitor does."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest
from views.conftest import SECONDS

from genlab.locale import LANGUAGES
from genlab.runs import Store
from genlab.runs.work.hot import HotRuns
from genlab.views.bench import take_away


def menu() -> None:
    """The menu of the address' run."""
    import streamlit as st

    from genlab.live.lab import lab
    from genlab.views.bench.take_away import take_away

    st.session_state["language"] = st.query_params["lang"]
    take_away(lab().store.get(st.query_params["run"]))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_everything_is_offered_once_it_is_there(store: Store, lang: str) -> None:
    run = store.create("ada", "vae", "ring8", {"steps": 20, "hidden": 8, "batch": 8}, preset="classroom", seed=3)
    offered = []
    for _ in range(2):
        visitor = AppTest.from_function(menu, default_timeout=SECONDS)
        visitor.query_params["run"], visitor.query_params["lang"] = run.id, lang
        visitor.run()
        assert not visitor.exception
        offered.append([not button.proto.disabled for button in visitor.get("download_button")])
        HotRuns(store).advance(run.id, 60.0, save=True)
    assert offered == [[False] * 5, [True] * 5]
    assert run.id in visitor.code[0].value
    assert "3" in visitor.code[0].value


@pytest.mark.parametrize(
    ("locale", "mark"),
    [("de-DE", ","), ("fr", ","), ("en-US", "."), ("zh-CN", "."), ("ar-EG", "."), ("no such place", "."), (None, ".")],
)
def test_numbers_are_written_as_the_browsers_language_does(
    monkeypatch: pytest.MonkeyPatch, locale: str | None, mark: str
) -> None:
    monkeypatch.setattr(take_away.st, "context", SimpleNamespace(locale=locale))
    assert take_away.decimal() == mark
