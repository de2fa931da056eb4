"""The walks as a page hands them to the browser, in both languages, for each kind of run."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from views.conftest import APP, Visit

from genlab.live import lab as lab_module
from genlab.locale import LANGUAGES, translate
from genlab.runs import Store
from genlab.runs.store.record import Run


def given(visitor: AppTest) -> dict[str, Any]:
    """What the component was given."""
    (walks,) = [part for part in visitor.get("bidi_component") if part.proto.component_name == "genlab_walks"]
    return json.loads(walks.proto.json)


def walk_page(visit: Visit, run: Run, language: str = "en") -> AppTest:
    visitor = visit("play/latent", view="walks", run=run.id, lang=language)
    assert not visitor.exception
    assert not visitor.error
    return visitor


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_run_is_walked_in_every_language(visit: Visit, store: Store, language: str) -> None:
    run = store.create("me", "vae", "mnist5k", {"latents": 3}, preset="classroom", name="mine")
    data = given(walk_page(visit, run, language))
    assert data["language"] == language
    assert data["parts"] == ["between", "arithmetic", "traversals", "holes"]
    assert data["labels"]["straight"] == translate("straight", language)
    assert all(data["labels"].values())
    (described,) = data["runs"]
    assert described["title"] == translate("Variational autoencoder", language)
    assert described["caption"].startswith("mine · 3 ")
    assert (data["examples"], data["classes"], data["missing"]) == ("mnist5k", list("0123456789"), "")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("family", "data", "parts", "reason"),
    [("gan", "mnist5k", ["between", "traversals"], "encoder"), ("vae", "ring8", ["between"], "Points")],
)
def test_what_is_not_there_is_said(
    visit: Visit, store: Store, family: str, data: str, parts: list[str], reason: str, language: str
) -> None:
    told = given(walk_page(visit, store.create("me", family, data, preset="classroom"), language))
    assert told["parts"] == parts
    assert told["missing"]
    if language == "en":
        assert reason in told["missing"]


def test_a_run_stands_beside_the_shipped_ones(visit: Visit, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab_module, "PRETRAINED", APP.parent / "pretrained")
    run = store.create("me", "vae", "mnist5k", {"latents": 20}, preset="classroom")
    runs = given(walk_page(visit, run))["runs"]
    assert [one["id"] for one in runs] == ["ae-20", run.id, "gan"]
    assert [one["chosen"] for one in runs] == [False, True, False]
    points = store.create("me", "ae", "ring8", {"latents": 2}, preset="classroom")
    assert [one["id"] for one in given(walk_page(visit, points))["runs"]] == [points.id]


def test_nothing_changes_while_the_run_trains(visit: Visit, store: Store) -> None:
    run = store.create("me", "ae", "mnist5k", preset="classroom")
    visitor = walk_page(visit, run)
    before = given(visitor)
    store.set_state(run.id, "finished")
    visitor.run()
    assert given(visitor) == before
