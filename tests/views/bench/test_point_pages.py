"""Runs on points and on drawings, on the pages that show any run."""

from __future__ import annotations

import json
from typing import Any

import pytest
from views.conftest import Visit

from genlab.data import drawn_name
from genlab.locale import LANGUAGES, translate
from genlab.runs import Store
from genlab.runs.work.hot import HotRuns

DRAWN = drawn_name([[0.1, 0.2], [-0.5, 0.4]])
MEASURED = ("js", "kl_pg_pdata", "modes", "high_quality", "best_value")
SMALL: dict[str, Any] = {"hidden": 8, "generator_hidden": 8, "batch": 8, "steps": 12}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_run_on_a_drawing_is_shown_on_its_family_s_page(visit: Visit, store: Store, language: str) -> None:
    run = store.create("ada", "gan", DRAWN, SMALL, preset="classroom")
    visitor = visit("learn/gan", run=run.id, lang=language)
    assert not visitor.exception
    assert visitor.selectbox("data").value == DRAWN
    assert translate("Drawn by hand", language) in visitor.selectbox("data").options
    visitor.selectbox("data").select("ring8").run()
    assert not visitor.exception


def test_the_address_of_a_drawing_trains_on_it(visit: Visit, store: Store) -> None:
    visitor = visit("learn/gan", data=DRAWN)
    assert not visitor.exception
    assert visitor.selectbox("data").value == DRAWN
    visitor.button("start").click().run()
    assert not visitor.exception
    assert [run.data for run in store.list()] == [DRAWN]


def test_an_address_with_a_wrong_drawing_is_ignored(visit: Visit) -> None:
    visitor = visit("learn/gan", data="drawn-AP9")
    assert not visitor.exception
    assert visitor.selectbox("data").value == "mnist5k"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_of_runs_names_a_drawing(visit: Visit, store: Store, language: str) -> None:
    visitor = visit("measure/runs", lang=language)
    run = store.create(visitor.session_state["owner"], "gan", DRAWN, SMALL, preset="classroom")
    HotRuns(store).advance(run.id, 0.0, save=True)
    visitor.run()
    assert not visitor.exception
    table = visitor.dataframe[0].value
    assert translate("Drawn by hand", language) in table.to_numpy().ravel().tolist()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("family", ["ae", "vae", "gan"])
def test_the_view_is_told_of_what_is_measured(store: Store, family: str, language: str, monkeypatch: Any) -> None:
    from genlab.views.bench import describe

    monkeypatch.setattr(describe, "translator", lambda: lambda text: translate(text, language))
    monkeypatch.setattr(describe, "language", lambda: language)
    view = describe.view_data(store.create("ada", family, "ring8", preset="classroom"))
    terms = {term["key"]: term for term in view["terms"]}
    assert {"js", "modes", "high_quality"} <= terms.keys()
    assert ("best_value" in terms) == (family == "gan")
    low, high = terms["js"]["band"]
    assert 0 <= low < high < 0.005
    assert all(term["heldOut"] == (key in MEASURED) for key, term in terms.items())
    assert [value for value, _ in terms["modes"]["lines"]] == [8]
    json.dumps(view, allow_nan=False)

    images = describe.view_data(store.create("ada", family, "mnist5k", preset="classroom"))
    assert not {"js", "modes", "high_quality", "best_value"} & {term["key"] for term in images["terms"]}
    assert all(term["band"] is None for term in images["terms"])


@pytest.mark.parametrize("view", ["explore", "draw", "walks"])
@pytest.mark.parametrize("family", ["vae", "gan"])
def test_latent_space_of_a_run_on_a_drawing(visit: Visit, store: Store, family: str, view: str) -> None:
    run = store.create("ada", family, DRAWN, {"hidden": 8, "batch": 8, "steps": 12}, preset="classroom")
    HotRuns(store).advance(run.id, 5.0, save=True)
    visitor = visit("play/latent", run=run.id, view=view)
    assert not visitor.exception
    assert [title.value for title in visitor.title] == ["Latent space"]
