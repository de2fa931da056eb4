"""The drawing view without a browser: what the component is handed, and what a run that cannot encode says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from views.conftest import APP, Visit

from genlab.data.pictures import Problem
from genlab.live import lab as lab_module
from genlab.locale import LANGUAGES, translate
from genlab.runs import Store

HAN = re.compile(r"[\u4e00-\u9fff：]")  # a colon alone is a label, too
STATIC = Path(lab_module.__file__).parent / "static"


@pytest.fixture
def shipped(monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    """The runs that ship are there."""
    monkeypatch.setattr(lab_module, "PRETRAINED", APP.parent / "pretrained")


def draw(visit: Visit, **query: str) -> AppTest:
    visitor = visit("play/latent", view="draw", **query)
    assert not visitor.exception
    return visitor


def handed(visitor: AppTest) -> dict[str, Any] | None:
    """What the component is given; None where it is not on the page."""
    for element in visitor.get("bidi_component"):
        if element.proto.component_name.endswith("genlab_draw"):
            return json.loads(element.proto.json)
    return None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("run", "likelihood"), [("vae-20", "bernoulli"), ("ae-2", None)])
def test_a_run_with_an_encoder_can_be_drawn_into(
    visit: Visit, shipped: None, language: str, run: str, likelihood: str | None
) -> None:
    data = handed(draw(visit, lang=language, run=run))
    assert data is not None
    assert (data["run"]["id"], data["likelihood"], data["deviations"]) == (run, likelihood, run == "vae-20")
    assert data["classes"] == list("0123456789")
    english = [text for text in data["labels"].values() if not HAN.search(text)]
    assert not english if language == "zh" else len(english) == len(data["labels"])


def test_every_word_of_the_browser_is_handed_over(visit: Visit, shipped: None) -> None:
    data = handed(draw(visit, run="vae-20"))
    assert data is not None
    asked: set[str] = set()
    for module in ("index", "chart", "nearest", "samples", "upload"):
        asked |= set(re.findall(r"labels\.(\w+)", (STATIC / "draw" / f"{module}.js").read_text()))
    asked |= {"undo", "clear", "upload", "nearest_pixels", "nearest_codes", "distance_pixels", "distance_codes"}
    assert asked <= data["labels"].keys()
    problems = {key.removeprefix("problem_") for key in data["labels"] if key.startswith("problem_")}
    assert problems == set(Problem.__args__)  # type: ignore[attr-defined]


def test_a_finished_run_says_what_held_out_digits_cost(visit: Visit, shipped: None) -> None:
    data = handed(draw(visit, run="vae-20"))
    assert data is not None
    # What a drawing costs is told at the mean, what held-out ones cost at a drawn z: the sentence says both.
    assert "at the mean" in data["labels"]["error"]
    assert re.search(r"about \d\d at a drawn z$", data["labels"]["error"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_gan_says_why_not(visit: Visit, shipped: None, language: str) -> None:
    visitor = draw(visit, lang=language, run="gan")
    assert handed(visitor) is None
    sentence = "A GAN has no encoder: nothing in it turns a drawing into a code. Draw into one of these:"
    assert [info.value for info in visitor.info] == [translate(sentence, language)]


def test_a_gan_leads_to_runs_that_can(visit: Visit, shipped: None) -> None:
    visitor = draw(visit, run="gan")
    visitor.button("draw_vae-20").click().run()
    assert not visitor.exception
    data = handed(visitor)
    assert data is not None
    assert data["run"]["id"] == "vae-20"
    assert "vae-20" in visitor.query_params["run"]


def test_points_say_why_not(visit: Visit, shipped: None, store: Store) -> None:
    run = store.create("somebody", "vae", "ring8", preset="classroom")
    visitor = draw(visit, run=run.id)
    assert handed(visitor) is None
    assert len(visitor.info) == 1
    assert {button.key for button in visitor.button} >= {"draw_ae-20", "draw_vae-20"}


def test_nothing_changes_on_a_rerun_while_a_run_trains(visit: Visit, store: Store) -> None:
    run = store.create("somebody", "vae", "mnist5k", preset="classroom")
    visitor = draw(visit, run=run.id)
    before = handed(visitor)
    visitor.run()
    assert before is not None
    assert handed(visitor) == before
