"""Runs compared: what differs between them is their legend and their table, and the choice is in the address."""

from __future__ import annotations

import math

import pytest
from streamlit.testing.v1 import AppTest
from views.conftest import SECONDS, Visit

from genlab.data.images import tiled
from genlab.runs import Store
from genlab.runs.store.record import Run
from genlab.runs.taken.film import IN_A_ROW
from genlab.runs.work.hot import HotRuns
from genlab.views.compared.curves import smoothed

SMALL = {"steps": 20, "hidden": 8, "batch": 8}


def trained(store: Store, family: str = "vae", owner: str = "ada", seed: int = 0, **settings: float) -> Run:
    """A run of twenty steps."""
    run = store.create(owner, family, "ring8", SMALL | settings, preset="classroom", seed=seed)
    HotRuns(store).advance(run.id, 60.0, save=True)
    return store.get(run.id)


def said() -> None:
    """What is said of the runs of the address."""
    import streamlit as st

    from genlab.live.lab import lab
    from genlab.views.compared.differences import differences, legend

    st.session_state["language"] = st.query_params.get("lang", "en")
    runs = lab().store.several(st.query_params["ids"].split(","))
    st.session_state["said"] = legend(runs), differences(runs)


def told(*runs: Run, lang: str = "en") -> tuple[list[str], dict[str, list[str]]]:
    """Legend and differences of these runs."""
    visitor = AppTest.from_function(said, default_timeout=SECONDS)
    visitor.query_params["ids"], visitor.query_params["lang"] = ",".join(run.id for run in runs), lang
    visitor.run()
    assert not visitor.exception
    return visitor.session_state["said"]


def test_runs_are_named_by_what_differs(store: Store) -> None:
    one, five = trained(store, beta=1), trained(store, beta=5)
    assert told(one, five) == (["β 1", "β 5"], {"β": ["1", "5"]})
    longer = trained(store, beta=1, latents=1)
    assert told(one, longer, lang="zh")[0] == ["隐变量维数 2", "隐变量维数 1"]
    assert told(one, trained(store, "ae", latents=2))[0] == ["VAE", "AE"]
    assert told(one, trained(store, beta=1, seed=3)) == (["Seed 0", "Seed 3"], {"Seed": ["0", "3"]})


def test_a_setting_that_one_family_lacks_has_a_dash_and_is_in_no_legend(store: Store) -> None:
    names, apart = told(trained(store, beta=5), trained(store, "ae", latents=2, noise=0.5))
    assert names == ["VAE", "AE"]
    assert "Denoising noise" not in apart  # only one of them has it: there is nothing to compare
    betas = told(trained(store, beta=1), trained(store, beta=5), trained(store, "ae", latents=2))[1]["β"]
    assert betas == ["1", "5", "–"]


def test_runs_that_are_alike_have_their_own_names(store: Store) -> None:
    one, other = trained(store), trained(store)
    store.rename(one.id, "mine")
    assert told(store.get(one.id), other) == (["mine", f"vae {other.id[:6]}"], {})


def test_a_knob_that_was_turned_says_from_what(store: Store) -> None:
    one, other = trained(store, beta=1), trained(store, beta=1)
    store.change(other.id, {"beta": 5, "steps": 30})
    assert told(one, store.get(other.id))[1]["β"] == ["1", "1 → 5"]


def test_smoothing_is_a_fair_mean_and_off_changes_nothing() -> None:
    values = [4.0, 2.0, 0.0, 8.0]
    assert smoothed(values, 0.0) == values
    assert smoothed([3.0] * 5, 0.9) == pytest.approx([3.0] * 5)
    assert math.isclose(smoothed(values, 0.5)[1], (0.5 * 4 + 2) / 1.5)


def test_samples_stand_in_rows_of_eight() -> None:
    import numpy as np

    images = np.stack([np.full((28, 28), number, dtype=np.uint8) for number in range(64)])
    picture = tiled(images, IN_A_ROW)
    assert picture.shape == (224, 224)
    assert [picture[0, 28 * column] for column in range(8)] == list(range(8))
    assert picture[28, 0] == 8


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_address_compares_runs_whosever_they_are(visit: Visit, store: Store, lang: str) -> None:
    one, five = trained(store, beta=1, owner="somebody"), trained(store, beta=5, owner="somebody else")
    visitor = visit("measure/runs", compare=f"{one.id},{five.id},nothing", lang=lang)
    assert not visitor.exception
    assert visitor.selectbox("term").value == "negative_elbo"
    assert visitor.select_slider("smoothing").value == 0.0
    (settings,) = [frame.value for frame in visitor.dataframe if "β" in frame.value]
    assert set(settings["β"]) == {"1", "5"}
    assert len(settings.columns) == 2  # the run's name, and what differs
    assert set(visitor.query_params["compare"].split(",")) == {one.id, five.id}
    visitor.toggle("log_steps").set_value(True).run()
    visitor.select_slider("compared_moment").set_value(0).run()
    assert not visitor.exception
