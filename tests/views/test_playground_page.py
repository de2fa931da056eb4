"""The playground's page without a browser: what is there, what the address sets, what the buttons do."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from sqlalchemy import event
from streamlit.testing.v1 import AppTest
from views.conftest import Visit

from genlab.data.drawn import drawn_name
from genlab.locale import LANGUAGES
from genlab.models import FAMILIES
from genlab.models.gan.play import WASSERSTEIN
from genlab.runs import Store
from genlab.runs.work.hot import HotRuns
from genlab.views.playground.actions import TARGETS

PAGE = "play/playground"
BUTTONS = ("start", "pause", "step", "stop")


def enabled(visitor: AppTest) -> set[str]:
    return {key for key in BUTTONS if not visitor.button(key).disabled}


def asked(visitor: AppTest, key: str) -> Any:
    """A parameter of the address, None where it is absent."""
    value = visitor.query_params.get(key)
    return value[0] if isinstance(value, list) else value


def stage_of(visitor: AppTest) -> dict[str, Any]:
    """What the stage is handed."""
    (part,) = [part for part in visitor.get("bidi_component") if part.proto.component_name == "genlab_playground"]
    return json.loads(part.proto.json)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("family", ["gan", "vae", "ae"])
def test_each_model_in_each_language(visit: Visit, store: Store, family: str, language: str) -> None:
    visitor = visit(PAGE, family=family, lang=language)
    assert not visitor.exception
    assert not visitor.error
    assert visitor.session_state["family"] == family
    assert enabled(visitor) == {"start", "step"}
    visitor.button("start").click().run()
    assert not visitor.exception
    (run,) = store.list()
    assert (run.family, run.data, run.state) == (family, "ring8", "running")
    assert asked(visitor, "run") == run.id
    assert enabled(visitor) == {"pause", "stop"}


def test_only_a_gan_has_players_to_step(visit: Visit) -> None:
    gan = {button.key for button in visit(PAGE).button}
    assert {"step_discriminator", "step_generator"} <= gan
    assert not {"step_discriminator"} & {button.key for button in visit(PAGE, family="vae").button}


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({}, {"data": "ring8", "family": "gan", "latents": 2, "ema": 0.0, "feature_matching": 0.0}),
        ({"data": "spiral", "loss": "wgan_gp", "latents": "1"}, {"data": "spiral", "loss": "wgan_gp", "latents": 1}),
        ({"family": "vae", "beta": "3"}, {"family": "vae", "beta": 3.0, "likelihood": "gaussian"}),
        ({"family": "diffusion", "data": "mnist", "d_steps": "99"}, {"family": "gan", "data": "ring8", "d_steps": 1}),
        ({"layers": "all,of,them", "fan": "nobody,none", "run": "nobody"}, {"family": "gan", "data": "ring8"}),
    ],
)  # fmt: skip
def test_the_address_sets_the_page(visit: Visit, store: Store, query: dict[str, str], shown: dict[str, Any]) -> None:
    visitor = visit(PAGE, **query)
    assert not visitor.exception
    assert not visitor.error
    assert {key: visitor.session_state[key] for key in shown} == shown
    assert store.list() == []


def test_the_run_in_the_address_brings_its_settings(visit: Visit, store: Store) -> None:
    run = store.create("somebody", "vae", "spiral", {"beta": 2.0}, preset="classroom", state="paused")
    visitor = visit(PAGE, run=run.id)
    assert not visitor.exception
    assert (visitor.session_state["family"], visitor.session_state["data"]) == ("vae", "spiral")
    assert visitor.session_state["beta"] == 2.0
    assert enabled(visitor) == {"start", "step"}  # somebody else's: it cannot be steered


def test_a_run_that_is_not_of_points_is_not_played_with(visit: Visit, store: Store) -> None:
    run = store.create("somebody", "vae", "mnist5k", preset="classroom", state="paused")
    visitor = visit(PAGE, run=run.id)
    assert not visitor.exception
    assert visitor.session_state["data"] == "ring8"


def test_another_model_on_the_same_points_pauses_the_first(visit: Visit, store: Store) -> None:
    visitor = visit(PAGE, data="spiral")
    visitor.button("start").click().run()
    (first,) = store.list()
    visitor.button_group(key="family").set_value("vae").run()
    assert not visitor.exception
    assert store.get(first.id).state == "paused"
    assert (asked(visitor, "family"), asked(visitor, "run")) == ("vae", None)
    visitor.button("start").click().run()
    second = next(run for run in store.list() if run.id != first.id)
    assert (second.family, second.data) == ("vae", "spiral")
    usual = FAMILIES["vae"].preset("classroom", "points").model_dump()
    assert second.config == usual


def test_a_live_knob_reaches_the_run_and_another_makes_a_new_model(visit: Visit, store: Store) -> None:
    visitor = visit(PAGE, data="spiral")
    visitor.slider("d_steps").set_value(3).run()
    assert asked(visitor, "d_steps") == "3"
    visitor.button("start").click().run()
    (run,) = store.list()
    assert run.config["d_steps"] == 3
    assert asked(visitor, "d_steps") is None  # the run says it
    visitor.slider("d_steps").set_value(5).run()
    assert store.get(run.id).config["d_steps"] == 5
    assert visitor.button("start").disabled
    visitor.slider("hidden").set_value(16).run()
    assert not visitor.exception
    # The run rests, nothing of it is lost, and the knobs stand as they were left, for the next one.
    assert store.get(run.id).state == "paused"
    assert (asked(visitor, "run"), asked(visitor, "data")) == (None, "spiral")
    assert (asked(visitor, "hidden"), asked(visitor, "d_steps")) == ("16", "5")
    assert [toast.value for toast in visitor.toast] == [
        "That makes another model: press Start. The run before rests under Runs."
    ]
    visitor.button("start").click().run()
    second = next(other for other in store.list() if other.id != run.id)
    assert (second.data, second.config["hidden"], second.config["d_steps"]) == ("spiral", 16, 5)


def test_a_wasserstein_critic_gets_the_knobs_that_go_with_it(visit: Visit, store: Store) -> None:
    visitor = visit(PAGE)
    usual = {name: visitor.session_state[name] for name in WASSERSTEIN}
    visitor.selectbox("loss").set_value("wgan_gp").run()
    assert {name: visitor.session_state[name] for name in WASSERSTEIN} == WASSERSTEIN
    assert asked(visitor, "d_steps") == "5"
    visitor.selectbox("loss").set_value("hinge").run()
    assert {name: visitor.session_state[name] for name in WASSERSTEIN} == usual
    visitor.button("start").click().run()
    (run,) = store.list()
    visitor.selectbox("loss").set_value("wgan_gp").run()  # in a run nothing moves but what one moved
    assert (store.get(run.id).config["loss"], store.get(run.id).config["d_steps"]) == ("wgan_gp", usual["d_steps"])


def test_choices_are_words_on_the_page_and_names_in_the_address(visit: Visit) -> None:
    visitor = visit(PAGE, lang="zh", loss="least_squares")
    assert visitor.selectbox("loss").value == "least_squares"
    assert visitor.selectbox("loss").options[:2] == ["极小极大", "非饱和"]
    gan = visit("learn/gan", loss="hinge")
    assert gan.selectbox("loss").value == "hinge"
    assert gan.selectbox("loss").options[1] == "Non-saturating"
    gan.selectbox("loss").set_value("least_squares").run()
    assert asked(gan, "loss") == "least_squares"
    gan.selectbox("loss").set_value("non_saturating").run()
    assert asked(gan, "loss") is None  # the usual one


def test_whoever_leaves_the_eight_seeds_lets_them_rest(visit: Visit, store: Store) -> None:
    visitor = visit(PAGE)
    visitor.button("eight").click().run()
    visitor.button("start").click().run()
    (mine,) = [run for run in store.list() if run.id == asked(visitor, "run")]
    assert {run.state for run in store.list() if run.id != mine.id} == {"paused"}
    assert mine.state == "running"


def test_the_run_of_somebody_else_and_one_that_is_gone_are_said(visit: Visit, store: Store) -> None:
    theirs = store.create("somebody", "gan", "ring8", {}, preset="classroom")
    stage = stage_of(visit(PAGE, run=theirs.id))
    assert (stage["run"], stage["mine"]) == (theirs.id, False)
    assert [info.value for info in visit(PAGE, run="nobody").info] == [
        "The run of this address is not here (any more), or cannot be shown on this page."
    ]


def test_a_fork_knows_its_parent(visit: Visit, store: Store) -> None:
    run = store.create("ada", "gan", "ring8", {}, preset="classroom")
    HotRuns(store).advance(run.id, 0.0, save=True)
    child = store.fork(run.id, store.checkpoint_steps(run.id)[0], "ada")
    assert stage_of(visit(PAGE, run=child.id))["parent"]["run"] == run.id
    assert stage_of(visit(PAGE, run=run.id))["parent"] is None


def test_eight_seeds_and_stop(visit: Visit, store: Store) -> None:
    visitor = visit(PAGE, latents="1")
    visitor.button("eight").click().run()
    assert not visitor.exception
    runs = store.list()
    assert sorted(run.seed for run in runs) == list(range(8))
    assert {run.config["latents"] for run in runs} == {1}
    assert set(asked(visitor, "fan").split(",")) == {run.id for run in runs}
    assert asked(visitor, "run") is None
    visitor.button("stop_all").click().run()
    assert {run.state for run in store.list()} == {"finished"}


def test_a_drawn_data_set_in_the_address(visit: Visit, store: Store) -> None:
    name = drawn_name([[0.0, 0.5], [0.5, -0.5]])
    visitor = visit(PAGE, data=name)
    assert not visitor.exception
    visitor.button("start").click().run()
    assert [run.data for run in store.list()] == [name]


@pytest.mark.parametrize("name", ["draw", "drawn-", "drawn-!!", "drawn-A"])
def test_nothing_starts_before_something_is_drawn(visit: Visit, store: Store, name: str) -> None:
    visitor = visit(PAGE, data=name)
    assert not visitor.exception
    keys = {button.key for button in visitor.button}
    assert ("start" in keys) == (name != "draw")


def test_a_run_comes_back_with_its_page(visit: Visit, store: Store) -> None:
    visitor = visit(PAGE)
    visitor.button("step").click().run()
    (run,) = store.list()
    visitor.query_params.clear()
    visitor.run()
    assert not visitor.exception
    assert asked(visitor, "run") == run.id


def test_a_rerun_with_eight_seeds_reads_the_store_once(visit: Visit, store: Store) -> None:
    visitor = visit(PAGE)
    visitor.button("eight").click().run()
    assert len(store.list()) == 8
    statements: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *arguments: statements.append(arguments[2]))
    visitor.run()
    assert len(statements) == 1, statements
    assert stage_of(visitor)["fan"] == asked(visitor, "fan").split(",")


@pytest.mark.parametrize("language", LANGUAGES)
def test_data_sets_are_pictures_with_names(visit: Visit, language: str) -> None:
    visitor = visit(PAGE, lang=language, data="spiral")
    choice = visitor.radio(key="data")
    pictures = [re.fullmatch(r'!\[(.+)\]\((data:image/svg\S+) "(.+)"\)', text) for text in choice.options]
    named = [(picture[1], picture[2]) for picture in pictures if picture]
    assert len(named) == len(TARGETS) + 1
    assert all(len(set(column)) == len(named) for column in zip(*named, strict=True))  # each another name, and picture
    choice.set_value("two_gaussians_1d").run()
    assert not visitor.exception
    assert asked(visitor, "data") == "two_gaussians_1d"
    assert stage_of(visitor)["form"]["shape"] == "mixture"
    visitor.radio(key="data").set_value("draw").run()
    assert not visitor.exception
    assert not [part for part in visitor.get("bidi_component") if part.proto.component_name == "genlab_playground"]
