"""Export is offered where there is something trained to carry away."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest
from views.conftest import SECONDS

from genlab.locale import LANGUAGES, translate
from genlab.runs import Store
from genlab.runs.work.hot import HotRuns


def row() -> None:
    """The actions under one chosen row of the table."""
    import streamlit as st

    from genlab.live.lab import lab
    from genlab.views import runs

    st.session_state["language"] = st.query_params["lang"]
    runs.actions(lab().store.get(st.query_params["run"]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_run_without_a_step_is_not_offered_for_export(store: Store, language: str) -> None:
    settings = {"steps": 20, "hidden": 8, "batch": 8}
    unborn = store.create("ada", "ae", "ring8", settings, preset="classroom")
    untrained = store.create("ada", "ae", "ring8", settings, preset="classroom")
    trained = store.create("ada", "ae", "ring8", settings, preset="classroom")
    hot = HotRuns(store)
    store.set_state(untrained.id, "finished")
    for run in (untrained, trained):
        hot.advance(run.id, 5.0, save=True)
    assert store.get(untrained.id).saved_step == 0
    for run, offered in ((unborn, False), (untrained, False), (trained, True)):
        visitor = AppTest.from_function(row, default_timeout=SECONDS)
        visitor.query_params["run"], visitor.query_params["lang"] = run.id, language
        visitor.run()
        assert not visitor.exception
        (export,) = [one for one in visitor.get("download_button") if one.proto.id.endswith("-export")]
        assert export.proto.disabled is not offered
        assert export.proto.help == ("" if offered else translate("There is nothing trained to export yet.", language))
