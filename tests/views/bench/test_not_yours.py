"""What a visitor sends for a run that is not theirs, by whatever forged event, is refused in a sentence."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from views.conftest import APP, SECONDS, Visit

from genlab.live.lab import SHIPPED
from genlab.locale import LANGUAGES, translate
from genlab.runs import Run, Store
from genlab.runs.work.hot import HotRuns

CHANGING = {"rename", "pin", "set_state", "delete", "change", "request_step"}
# What only the server itself may call.
SERVERS = {"fail", "write_slice"}
NOT_YOURS = "This run is somebody else's: only a fork of it is yours to change."


def row() -> None:
    """The actions under one chosen row of the table, as if the browser had let through what it disables."""
    import streamlit as st

    from genlab.live.lab import lab
    from genlab.views import runs

    st.session_state["owner"] = "visitor"
    st.session_state["language"] = st.query_params.get("lang")
    runs.actions(lab().store.get(st.query_params["run"]))


def theirs(store: Store, owner: str, state: Any = "running") -> Run:
    """A run of another, that has made steps."""
    run = store.create(
        owner, "gan", "ring8", {"steps": 100, "hidden": 8, "batch": 8}, preset="classroom", name="theirs"
    )
    HotRuns(store).advance(run.id, 0.0, save=True)
    return store.set_state(run.id, state)


def test_every_change_that_a_page_or_a_route_makes_says_whose_it_is() -> None:
    """Whoever calls a changing method from a page passes the visitor's key; the server's own are never called there."""
    seen = set()
    root = APP.parent
    for path in [
        APP,
        *root.glob("pages/**/*.py"),
        *root.glob("genlab/views/**/*.py"),
        *root.glob("genlab/live/**/*.py"),
    ]:
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            assert node.func.attr not in SERVERS, f"{path}:{node.lineno}"
            if node.func.attr not in CHANGING or "store" not in ast.unparse(node.func.value):
                continue
            keywords = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
            # The server itself renews the runs that it ships, as their owner; no visitor's key is that word.
            whose = "SHIPPED" if path.name == "lab.py" else "owner()"
            assert keywords.get("owner") == whose, f"{path}:{node.lineno}"
            seen.add(node.func.attr)
    assert seen == CHANGING


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("whose", [SHIPPED, "somebody"])
def test_the_button_in_the_closed_popover_deletes_nothing(store: Store, whose: str, language: str) -> None:
    run = theirs(store, whose)
    visitor = AppTest.from_function(row, default_timeout=SECONDS)
    visitor.query_params["run"], visitor.query_params["lang"] = run.id, language
    visitor.run()
    assert not visitor.exception
    visitor.button("delete").click().run()
    assert not visitor.exception
    assert [error.value for error in visitor.error] == [translate(NOT_YOURS, language)]
    assert store.get(run.id) == run


def test_ones_own_is_renamed_and_deleted(store: Store) -> None:
    run = theirs(store, "visitor", "finished")
    visitor = AppTest.from_function(row, default_timeout=SECONDS)
    visitor.query_params["run"], visitor.query_params["lang"] = run.id, "en"
    visitor.run()
    assert not visitor.error
    visitor.text_input(f"name_{run.id}").set_value("another").run()
    assert store.get(run.id).name == "another"
    for pinned in (True, False):
        visitor.checkbox(f"pin_{run.id}").set_value(pinned).run()
        assert store.get(run.id).pinned is pinned
    visitor.button("delete").click().run()
    assert store.list() == []


@pytest.mark.parametrize("page", ["learn/gan", "play/playground"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("whose", [SHIPPED, "somebody"])
def test_a_disabled_button_that_is_pressed_all_the_same_does_nothing(
    visit: Visit, store: Store, page: str, whose: str, language: str
) -> None:
    run = theirs(store, whose)
    for key in ("pause", "stop"):
        visitor = visit(page, run=run.id, lang=language)
        button = visitor.button(key)
        assert button.disabled
        button.proto.disabled = False  # in the browser only
        button.click().run()
        assert not visitor.exception
    assert store.list() == [run]


@pytest.mark.parametrize("wish", ["discriminator", "generator", "both"])
def test_what_the_stage_asks_of_a_run_of_another(store: Store, wish: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run = theirs(store, "somebody", "paused")
    monkeypatch.setattr(
        "genlab.views.playground.actions.component_value", lambda key, name: {"do": wish, "run": run.id}
    )

    def forged() -> None:
        import streamlit as st

        from genlab.views.playground.actions import asked

        st.session_state["owner"], st.session_state["family"] = "visitor", "gan"
        asked()

    visitor = AppTest.from_function(forged, default_timeout=SECONDS)
    visitor.query_params["run"] = run.id
    visitor.run()
    assert not visitor.exception
    assert visitor.session_state["notice"] == NOT_YOURS
    assert store.asked(run.id) is None
