"""The latent page: whose runs it offers, what its address says, and what the explorer is handed, in both languages."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from views.conftest import APP, Visit

from genlab.data.drawn import drawn_name
from genlab.live import lab as lab_module
from genlab.locale import LANGUAGES, translate
from genlab.runs import Store
from genlab.runs.store.record import Run

PAGE = "play/latent"


def given(visitor: AppTest) -> dict[str, Any]:
    """What the explorer was given."""
    (part,) = [part for part in visitor.get("bidi_component") if part.proto.component_name == "genlab_explore"]
    return json.loads(part.proto.json)


def fine(visitor: AppTest) -> AppTest:
    assert not visitor.exception
    assert not visitor.error
    return visitor


def chosen(visitor: AppTest) -> str:
    return visitor.selectbox("latent_run").value


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_any_run_it_says_what_to_do(visit: Visit, language: str) -> None:
    visitor = fine(visit(PAGE, lang=language))
    assert [title.value for title in visitor.title] == [translate("Latent space", language)]
    assert len(visitor.info) == 1
    assert not visitor.selectbox


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("family", "data"), [("ae", "mnist5k"), ("vae", "mnist5k"), ("gan", "mnist5k"), ("vae", "ring8")]
)
def test_a_run_is_explored_in_every_language(visit: Visit, store: Store, language: str, family: str, data: str) -> None:
    run = store.create("me", family, data, preset="classroom", name="first")
    told = given(fine(visit(PAGE, run=run.id, lang=language)))
    assert (told["run"], told["language"], told["family"]) == (run.id, language, family)
    assert told["latents"] == run.config["latents"]
    assert told["prior"] == (family != "ae")
    assert told["kind"] == ("points" if data == "ring8" else "images")
    assert told["examples"] == ("mnist5k" if data == "mnist5k" and family != "gan" else None)
    assert told["rests"] is False
    assert told["labels"]["hand"]["random"] == translate("Random z", language)
    words = [word for word in told["labels"].values() if isinstance(word, str)]
    assert all(words)


def test_mnist_runs_are_looked_at_with_the_embedded_digits(
    visit: Visit, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("genlab.data.available", lambda name: name == "mnist5k")
    run = store.create("me", "vae", "mnist", preset="classroom")
    assert given(visit(PAGE, run=run.id))["examples"] == "mnist5k"
    other = store.create("me", "vae", "fashion", preset="classroom")
    assert given(visit(PAGE, run=other.id))["examples"] is None


def test_the_chooser_has_ones_own_and_the_shipped_runs(
    visit: Visit, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lab_module, "PRETRAINED", APP.parent / "pretrained")
    store.create("somebody", "gan", "ring8", preset="classroom", name="not mine")
    visitor = fine(visit(PAGE))
    assert chosen(visitor) == "vae-20"
    assert len(visitor.selectbox("latent_run").options) == len(lab_module.shipped_ids())
    assert given(visitor)["rests"] is True
    mine = store.create(visitor.session_state["owner"], "vae", "ring8", preset="classroom", name="mine")
    visitor.run()
    assert chosen(fine(visitor)) == "vae-20"  # what one looks at stays
    assert len(visitor.selectbox("latent_run").options) == len(lab_module.shipped_ids()) + 1
    first = visitor.selectbox("latent_run").options[0]
    assert first == "mine · Variational autoencoder · Ring of 8 Gaussians · latent size 2 · running · mine"
    visitor.selectbox("latent_run").set_value(mine.id).run()
    assert (given(fine(visitor))["run"], visitor.query_params["run"]) == (mine.id, mine.id)


def test_the_place_in_one_run_is_forgotten_in_another(visit: Visit, store: Store) -> None:
    runs = [store.create("me", "vae", "ring8", preset="classroom") for _ in range(2)]
    visitor = visit(PAGE, run=runs[0].id, z="1_2", across="axis1", codes="1")
    visitor.session_state["owner"] = "me"
    visitor.run()
    assert "z" in visitor.query_params
    visitor.selectbox("latent_run").set_value(runs[1].id).run()
    assert chosen(fine(visitor)) == runs[1].id
    assert {"z", "across"}.isdisjoint(visitor.query_params)
    assert "codes" in visitor.query_params


def test_somebody_elses_run_is_shown_by_its_id(visit: Visit, store: Store) -> None:
    run: Run = store.create("somebody", "vae", "ring8", preset="classroom", name="theirs")
    visitor = fine(visit(PAGE, run=run.id))
    assert given(visitor)["run"] == run.id
    assert "somebody else's" in visitor.selectbox("latent_run").options[0]
    assert "somebody" not in visitor.selectbox("latent_run").options[0].replace("somebody else's", "")


def test_a_run_on_drawn_points(visit: Visit, store: Store) -> None:
    run = store.create("me", "vae", drawn_name([[0.5, 0.5], [-0.5, 0]]), preset="classroom")
    assert given(fine(visit(PAGE, run=run.id)))["kind"] == "points"


@pytest.mark.parametrize(
    "query", [{"run": "nobody"}, {"run": "../x"}, {"view": "upside-down"}, {"z": "a_b"}, {"codes": "9"}]
)
def test_nonsense_in_the_address_is_ignored(
    visit: Visit, store: Store, query: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lab_module, "PRETRAINED", APP.parent / "pretrained")
    visitor = fine(visit(PAGE, **query))
    assert given(visitor)["run"] == "vae-20"


def test_a_run_deleted_meanwhile_gives_way_to_another(visit: Visit, store: Store) -> None:
    runs = [store.create("me", "vae", "ring8", preset="classroom") for _ in range(2)]
    visitor = visit(PAGE, run=runs[0].id)
    visitor.session_state["owner"] = "me"
    visitor.run()
    store.delete(runs[0].id)
    visitor.run()
    assert chosen(fine(visitor)) == runs[1].id


@pytest.mark.parametrize(
    ("view", "component"), [("draw", "genlab_draw"), ("walks", "genlab_walks"), ("explore", "genlab_explore")]
)
def test_each_view_has_its_place(visit: Visit, store: Store, view: str, component: str) -> None:
    run = store.create("me", "vae", "mnist5k", preset="classroom")
    visitor = fine(visit(PAGE, run=run.id, view=view))
    assert component in [part.proto.component_name for part in visitor.get("bidi_component")]
    assert visitor.session_state["view"] == view


def test_a_view_begins_with_a_run_that_fits_it(visit: Visit, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab_module, "PRETRAINED", APP.parent / "pretrained")
    monkeypatch.setattr("genlab.views.bench.chooser.owner", lambda: "me")
    mine = store.create("me", "gan", "ring8", preset="classroom", name="points")
    assert chosen(visit(PAGE)) == mine.id
    assert chosen(visit(PAGE, view="draw")) == "vae-20"
    visitor = visit(PAGE, view="draw", run=mine.id)  # asked for: it says why it cannot be drawn into
    assert chosen(visitor) == mine.id
    assert visitor.info
    (views,) = [group for group in visitor.get("button_group") if group.key == "view"]
    views.set_value("explore").run()
    assert chosen(visitor) == mine.id
    (views,) = [group for group in visitor.get("button_group") if group.key == "view"]
    views.set_value("draw").run()
    assert chosen(visitor) == "vae-20"
    assert not visitor.info
