"""The playground's page without a browser: what is there, what the address sets, what the buttons do."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from views.conftest import Visit

from genlab.data.drawn import drawn_name
from genlab.locale import LANGUAGES
from genlab.models import FAMILIES
from genlab.runs import Store

PAGE = "play/playground"
BUTTONS = ("start", "pause", "step", "stop")


def enabled(visitor: AppTest) -> set[str]:
    return {key for key in BUTTONS if not visitor.button(key).disabled}


def asked(visitor: AppTest, key: str) -> Any:
    """A parameter of the address, None where it is absent."""
    value = visitor.query_params.get(key)
    return value[0] if isinstance(value, list) else value


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


@pytest.mark.parametrize("data", ["mnist5k", "two_gaussians_1d"])
def test_a_run_that_is_not_of_the_plane_is_not_played_with(visit: Visit, store: Store, data: str) -> None:
    run = store.create("somebody", "vae", data, preset="classroom", state="paused")
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


def test_a_live_knob_reaches_the_run_and_another_waits(visit: Visit, store: Store) -> None:
    visitor = visit(PAGE)
    visitor.slider("d_steps").set_value(3).run()
    assert asked(visitor, "d_steps") == "3"
    visitor.button("start").click().run()
    (run,) = store.list()
    assert run.config["d_steps"] == 3
    assert asked(visitor, "d_steps") is None  # the run says it
    visitor.slider("d_steps").set_value(5).run()
    assert store.get(run.id).config["d_steps"] == 5
    assert visitor.slider("hidden").disabled
    assert visitor.button_group(key="latents").disabled


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
