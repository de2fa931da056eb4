"""What the buttons and knobs of a training page do to its run."""

from __future__ import annotations

import pytest
from views.conftest import Visit
from views.frame.page_cases import TRAINING, enabled

from genlab.models import FAMILIES
from genlab.runs import Store
from genlab.runs.store.record import Run


def only(store: Store) -> Run:
    """The one run that there is."""
    (run,) = store.list()
    return run


@pytest.mark.parametrize(("page", "family"), TRAINING.items())
def test_start_makes_a_run_of_the_knobs(visit: Visit, store: Store, page: str, family: str) -> None:
    visitor = visit(page, latents="7")
    visitor.button("start").click().run()
    assert not visitor.exception
    run = only(store)
    assert (run.family, run.data, run.state, run.config["latents"]) == (family, "mnist5k", "running", 7)
    assert run.id in visitor.query_params["run"]
    assert enabled(visitor) == {"pause", "stop"}


def test_pause_resume_stop(visit: Visit, store: Store) -> None:
    visitor = visit("learn/vae")
    visitor.button("start").click().run()
    visitor.button("pause").click().run()
    assert only(store).state == "paused"
    assert enabled(visitor) == {"start", "step", "stop"}
    assert visitor.button("start").label == "Resume"

    visitor.button("start").click().run()
    assert only(store).state == "running"

    visitor.button("stop").click().run()
    assert only(store).state == "finished"
    assert enabled(visitor) == {"start", "step"}
    assert visitor.button("start").label == "Start"

    visitor.button("start").click().run()
    assert [run.state for run in store.list()] == ["running", "finished"]
    assert not visitor.exception


@pytest.mark.parametrize(
    ("page", "key", "part"),
    [
        ("learn/vae", "step", None),
        ("learn/gan", "step", None),
        ("learn/gan", "step_discriminator", "discriminator"),
        ("learn/gan", "step_generator", "generator"),
    ],
)
def test_step_asks_for_one_step(visit: Visit, store: Store, page: str, key: str, part: str | None) -> None:
    visitor = visit(page, data="ring8")
    visitor.button(key).click().run()
    run = only(store)
    assert run.state == "paused"
    asked = store.asked(run.id)
    assert asked is not None
    assert asked.part == part
    visitor.button(key).click().run()
    assert only(store).id == run.id
    assert not visitor.exception


def test_a_live_knob_reaches_the_run_and_the_others_wait(visit: Visit, store: Store) -> None:
    visitor = visit("learn/vae")
    visitor.button("start").click().run()
    assert visitor.slider("latents").disabled
    assert not visitor.select_slider("beta").disabled
    visitor.select_slider("beta").set_value(5.0).run()
    assert not visitor.exception
    assert only(store).config["beta"] == 5.0
    (event,) = store.events(only(store).id)
    assert (event.kind, event.details) == ("change", {"field": "beta", "old": 1.0, "new": 5.0})


@pytest.mark.parametrize(
    ("page", "query", "said"),
    [
        ("learn/vae", {"net": "conv"}, "net: got 'conv', allowed on points: mlp"),
        ("learn/vae", {"likelihood": "bernoulli"}, "likelihood: got 'bernoulli', allowed on points: gaussian"),
        ("learn/gan", {"net": "conv"}, "net: got 'conv', allowed on points: mlp"),
    ],
)
@pytest.mark.parametrize("key", ["start", "step"])
def test_settings_that_do_not_go_together(
    visit: Visit, store: Store, page: str, query: dict[str, str], said: str, key: str
) -> None:
    visitor = visit(page, data="ring8", **query)
    visitor.button(key).click().run()
    assert not visitor.exception
    assert [error.value for error in visitor.error] == [said]
    assert store.list() == []
    visitor.run()
    assert not visitor.error


def test_another_data_set_brings_its_settings(visit: Visit, store: Store) -> None:
    visitor = visit("learn/vae")
    visitor.selectbox("data").set_value("ring8").run()
    usual = FAMILIES["vae"].preset("classroom", "points").model_dump()
    assert {key: visitor.session_state[key] for key in usual} == usual
    assert "ring8" in visitor.query_params["data"]
    visitor.button("start").click().run()
    assert (only(store).data, only(store).config) == ("ring8", usual)
    assert not visitor.exception


def test_a_link_to_a_run_shows_it_to_others_who_cannot_steer_it(visit: Visit, store: Store) -> None:
    run = store.create("somebody", "vae", "ring8", {"latents": 3, "likelihood": "gaussian"})
    visitor = visit("learn/vae", run=run.id)
    assert not visitor.exception
    assert visitor.session_state["data"] == "ring8"
    assert visitor.session_state["latents"] == 3
    assert enabled(visitor) == {"start", "step"}
    visitor.button("start").click().run()
    assert {found.owner == "somebody" for found in store.list()} == {True, False}


def test_what_another_tab_has_done_meanwhile(visit: Visit, store: Store) -> None:
    visitor = visit("learn/vae", data="ring8")
    visitor.button("step").click().run()
    store.set_state(only(store).id, "finished")
    visitor.button("start").click().run()
    assert not visitor.exception
    assert len(visitor.error) == 1

    visitor.button("start").click().run()
    running = store.list()[0]
    store.delete(running.id)
    visitor.button("pause").click().run()
    assert not visitor.exception
    assert len(visitor.error) == 1
    assert enabled(visitor) == {"start", "step"}
