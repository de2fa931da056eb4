"""Every page in every language, without a browser: what is there, what the address sets, what the buttons do."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from views.conftest import APP, Visit
from views.frame.page_cases import BUTTONS, TRAINING, enabled

from genlab.live import lab as lab_module
from genlab.live.lab import SHIPPED
from genlab.live.widgets.run_view import COLORS
from genlab.locale import LANGUAGES, translate
from genlab.models import FAMILIES
from genlab.runs import Store
from genlab.runs.store.slices import Slice
from genlab.views.bench.told_apart import line
from genlab.views.runs import MAX_COMPARED

TITLES = {
    "learn/home": "See generative models learn",
    "learn/autoencoder": "Autoencoder",
    "learn/vae": "Variational autoencoder",
    "learn/gan": "Generative adversarial network",
    "measure/runs": "Runs",
}


HAN = re.compile(r"[\u4e00-\u9fff]")


def keys(visitor: AppTest) -> set[str]:
    """The keys of the widgets on the page."""
    kinds = ("button", "selectbox", "slider", "select_slider", "toggle", "button_group")
    return {widget.key for kind in kinds for widget in visitor.get(kind) if widget.key}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", TITLES)
def test_every_page_in_every_language(visit: Visit, page: str, language: str) -> None:
    visitor = visit(page, lang=language)
    assert not visitor.exception
    assert not visitor.error
    assert [title.value for title in visitor.title] == [translate(TITLES[page], language)]
    assert visitor.query_params["lang"] == ([language] if isinstance(visitor.query_params["lang"], list) else language)
    words = " ".join(text.value for text in visitor.markdown)
    assert bool(HAN.search(words)) == (language == "zh")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("page", "family"), TRAINING.items())
def test_a_training_page_has_its_buttons_and_knobs(visit: Visit, page: str, family: str, language: str) -> None:
    visitor = visit(page, lang=language)
    assert {*BUTTONS, "data", "preset"} | FAMILIES[family].config.model_fields.keys() <= keys(visitor)
    assert enabled(visitor) == {"start", "step"}


def test_only_a_gan_has_players_to_step(visit: Visit) -> None:
    assert {"step_discriminator", "step_generator"} <= keys(visit("learn/gan"))
    assert not any(key.startswith("step_") for key in keys(visit("learn/vae")))


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"beta": "4"}, {"beta": 4.0}),
        ({"latents": "5", "learning_rate": "0.01"}, {"latents": 5, "learning_rate": 0.01}),
        ({"steps": "1000000"}, {"steps": 1_000_000}),
        ({"likelihood": "gaussian", "binarise": "true"}, {"likelihood": "gaussian", "binarise": True}),
        ({"data": "ring8"}, {"data": "ring8", "latents": 2, "likelihood": "gaussian"}),
        ({"preset": "best"}, {"preset": "best"} | FAMILIES["vae"].preset("best", "images").model_dump()),
        ({"data": "ring8", "latents": "3", "lang": "zh"}, {"data": "ring8", "latents": 3}),
    ],
)
def test_the_address_sets_the_knobs(visit: Visit, query: dict[str, str], shown: dict[str, Any]) -> None:
    visitor = visit("learn/vae", **query)
    assert not visitor.exception
    assert {key: visitor.session_state[key] for key in shown} == shown


@pytest.mark.parametrize(
    "query",
    [
        {"latents": "99999"},
        {"latents": "0"},
        {"beta": "abc"},
        {"beta": "nan"},
        {"beta": "-1"},
        {"steps": ""},
        {"learning_rate": "inf"},
        {"likelihood": "poisson"},
        {"binarise": "perhaps"},
        {"data": "Ring of 8 Gaussians"},
        {"preset": "worst"},
        {"lang": "xx"},
        {"run": "nobody"},
        {"run": "../../etc/passwd"},
        {"nothing": "known"},
        {"start": "true"},
    ],
)
def test_nonsense_in_the_address_is_ignored(visit: Visit, store: Store, query: dict[str, str]) -> None:
    usual = FAMILIES["vae"].preset("classroom", "images").model_dump()
    visitor = visit("learn/vae", **query)
    assert not visitor.exception
    assert not visitor.error
    assert {key: visitor.session_state[key] for key in usual} == usual
    assert visitor.session_state["language"] == "en"
    assert visitor.session_state["data"] == "mnist5k"
    assert store.list() == []


def test_a_run_that_is_gone_or_of_another_family_is_ignored(visit: Visit, store: Store) -> None:
    run = store.create("somebody", "gan", "ring8", preset="classroom")
    visitor = visit("learn/vae", run=run.id)
    assert not visitor.exception
    assert visitor.session_state["data"] == "mnist5k"


@pytest.mark.parametrize("family", ["ae", "vae"])
def test_samples_of_points_say_that_they_lack_the_noise_of_the_likelihood(
    visit: Visit, store: Store, family: str
) -> None:
    page = {"ae": "autoencoder", "vae": "vae"}[family]
    visitor = visit(f"learn/{page}")
    run = store.create(visitor.session_state["owner"], family, "ring8", preset="classroom")
    visitor = visit(f"learn/{page}", run=run.id)
    said = "Samples are decoder means, without the noise of p(x|z)." in [text.value for text in visitor.caption]
    assert said == (family == "vae")


def test_the_language_can_be_changed(visit: Visit) -> None:
    visitor = visit("learn/vae")
    visitor.session_state["language"] = "zh"
    visitor.run()
    assert not visitor.exception
    assert visitor.title[0].value == translate("Variational autoencoder", "zh")
    assert "zh" in visitor.query_params["lang"]


def test_the_runs_page_lists_ones_own(visit: Visit, store: Store) -> None:
    visitor = visit("measure/runs")
    assert len(visitor.info) == 1
    store.create("somebody", "vae", "ring8", preset="classroom", name="not mine")
    mine = store.create(visitor.session_state["owner"], "gan", "ring8", preset="classroom", name="mine")
    store.write_slice(mine.id, Slice(0, 1, 1.0, 0, checkpoints=[(1, True, b"x" * 500_000)]))
    visitor.run()
    assert not visitor.exception
    assert list(visitor.dataframe[0].value["Name"]) == ["mine"]
    assert "Your runs take 0.5 MB here." in [caption.value for caption in visitor.caption]


def test_runs_are_told_apart_by_their_settings_in_words(visit: Visit, store: Store) -> None:
    visitor = visit("measure/runs", lang="zh")
    for changes in ({}, {"beta": 0.075, "binarise": True}, {"latents": 3, "net": "conv"}):
        store.create(visitor.session_state["owner"], "vae", "mnist5k", changes, preset="classroom")
    visitor.run()
    assert not visitor.exception
    rows = visitor.dataframe[0].value[translate("Settings", "zh")]
    assert sorted(rows) == sorted(
        ["N = 20，β = 1", f"N = 20，β = 0.075，{translate('binarised', 'zh')}",
         f"N = 3，{translate('Convolutional', 'zh')}，β = 1"]
    )  # fmt: skip


def test_the_curves_of_eight_runs_differ_from_each_other_and_from_what_colours_mean() -> None:
    lines = [line(place) for place in range(MAX_COMPARED)]
    assert len({(one["color"], one["dash"]) for one in lines}) == MAX_COMPARED
    assert all(
        first["color"] != second["color"] and first["dash"] != second["dash"] for first, second in pairwise(lines)
    )
    assert not {one["color"] for one in lines} & set(COLORS.values())


@pytest.mark.parametrize("page", TITLES)
def test_every_page_with_the_shipped_runs(
    visit: Visit, store: Store, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lab_module, "PRETRAINED", APP.parent / "pretrained")
    visitor = visit(page)
    assert not visitor.exception
    assert {run.id for run in store.list(SHIPPED)} == set(lab_module.shipped_ids())
    if page in TRAINING:
        assert enabled(visitor) == {"start", "step"}
